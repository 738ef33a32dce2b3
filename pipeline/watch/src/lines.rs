//! Log lines as JSON: the fixed fields of mission B7, the same names on every line, whatever the event called its own.

use super::sample::Sample;
use super::settings::WatchSettings;
use super::trace;
use deklaro_console::redact;
use metrics::counter;
use opentelemetry::trace::SpanContext;
use serde_json::{Map, Value, json};
use std::io::Write;
use std::sync::OnceLock;
use tracing::dispatcher::WeakDispatch;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Level, Metadata, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::{Context, Filter, Layer};
use tracing_subscriber::registry::LookupSpan;

/// The fields every line has, null where there is nothing to say (mission B7), and the message.
pub(super) const FIXED: [&str; 14] = [
    "timestamp",
    "level",
    "service",
    "environment",
    "component",
    "command",
    "message",
    "artifact",
    "request_id",
    "trace_id",
    "span_id",
    "outcome",
    "duration_ms",
    "error",
];
/// Fields with a place of their own where an event or one of its spans has them.
pub(super) const NAMED: [&str; 16] = [
    "project_id",
    "run_id",
    "job_id",
    "worker",
    "snapshot",
    "scan_id",
    "country_code",
    "hostname",
    "stage",
    "step",
    "round",
    "method",
    "endpoint",
    "status",
    "reason_code",
    "hint",
];
/// What a span says of itself alone.
const OF_THE_SPAN: [&str; 3] = ["outcome", "duration_ms", "error"];
/// Longest text of a field, in characters.
const LONGEST: usize = 2_000;

/// Writes each event as one JSON object on a line.
#[derive(Debug)]
pub(super) struct Lines<W> {
    settings: WatchSettings,
    command: &'static str,
    sample: Sample,
    to: W,
    dispatch: OnceLock<WeakDispatch>,
}

/// The fields of a span, kept with it.
struct SpanFields(Map<String, Value>);

impl<W> Lines<W> {
    pub(super) fn new(settings: &WatchSettings, command: &'static str, to: W) -> Self {
        let is_readiness = command == "readiness";
        let sample = Sample::new(if is_readiness { 1.0 } else { settings.log_share });
        Self { settings: settings.clone(), command, sample, to, dispatch: OnceLock::new() }
    }

    /// Warnings and errors always; the rest where the trace is one of the sample. Lines without a trace are few, and kept.
    fn is_written(&self, level: Level, context: Option<&SpanContext>) -> bool {
        level <= Level::WARN
            || self.sample.is_all()
            || context.is_none_or(|context| self.sample.takes(context.trace_id()))
    }
}

impl<S, W> Layer<S> for Lines<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Fn(&[u8]) + 'static,
{
    fn on_register_dispatch(&self, dispatch: &Dispatch) {
        let _again = self.dispatch.set(dispatch.downgrade());
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(SpanFields(fields.0));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        if let Some(span) = context.span(id)
            && let Some(kept) = span.extensions_mut().get_mut::<SpanFields>()
        {
            kept.0.extend(fields.0);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let trace = self.dispatch.get().and_then(WeakDispatch::upgrade).and_then(|dispatch| {
            let mut scope = context.event_scope(event)?;
            scope.find_map(|span| trace::context_of(&span.id(), &dispatch))
        });
        let level = *event.metadata().level();
        if !self.is_written(level, trace.as_ref()) {
            counter!("deklaro_log_lines_left_out_total").increment(1);
            return;
        }
        let mut fields = Fields::default();
        event.record(&mut fields);
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(kept) = span.extensions().get::<SpanFields>() {
                // How a span ended is not how each line within it did.
                for (name, value) in kept.0.iter().filter(|(name, _)| !OF_THE_SPAN.contains(&name.as_str())) {
                    // The event's own word counts, then the nearest span's.
                    fields.0.entry(name.as_str()).or_insert_with(|| value.clone());
                }
            }
        }
        counter!("deklaro_log_lines_total", "level" => level.as_str()).increment(1);
        let mut line = self.line(event.metadata(), fields.0, trace.as_ref()).to_string();
        line.push('\n');
        (self.to)(line.as_bytes());
    }
}

impl<W> Lines<W> {
    fn line(&self, about: &Metadata<'_>, mut said: Map<String, Value>, trace: Option<&SpanContext>) -> Value {
        let mut line = Map::new();
        line.insert("timestamp".to_owned(), json!(jiff::Timestamp::now().to_string()));
        line.insert("level".to_owned(), json!(about.level().as_str()));
        line.insert("service".to_owned(), json!(self.settings.service));
        line.insert("environment".to_owned(), json!(self.settings.environment));
        line.insert("component".to_owned(), json!(component(about.target())));
        line.insert("command".to_owned(), json!(self.command));
        let mut take = |name: &str| said.shift_remove(name);
        line.insert("message".to_owned(), take("message").unwrap_or_else(|| json!("")));
        line.insert("artifact".to_owned(), text(take("artifact")));
        line.insert("request_id".to_owned(), text(take("request_id")));
        line.insert(
            "trace_id".to_owned(),
            trace.map_or(Value::Null, |trace| json!(trace.trace_id().to_string())),
        );
        line.insert(
            "span_id".to_owned(),
            trace.map_or(Value::Null, |trace| json!(trace.span_id().to_string())),
        );
        let error = text(take("error"));
        let failed = (*about.level() == Level::ERROR || !error.is_null()).then(|| json!("failed"));
        line.insert("outcome".to_owned(), text(take("outcome").or(failed)));
        line.insert("duration_ms".to_owned(), number(take("duration_ms")));
        line.insert("error".to_owned(), error);
        line.insert(
            "project_id".to_owned(),
            take("project_id").map_or_else(|| json!(self.settings.project_id), |id| text(Some(id))),
        );
        for name in NAMED.iter().skip(1) {
            if let Some(value) = take(name) {
                let is_count = matches!(*name, "round" | "status");
                line.insert(
                    (*name).to_owned(),
                    if is_count { number(Some(value)) } else { text(Some(value)) },
                );
            }
        }
        let rest: Map<String, Value> = said
            .into_iter()
            .filter(|(name, _)| !name.starts_with("otel.") && !name.starts_with("log."))
            .collect();
        if !rest.is_empty() {
            line.insert("fields".to_owned(), Value::Object(rest));
        }
        Value::Object(line)
    }
}

/// `deklaro_crawl::visit` is the stage crawl, `deklaro_service::api` the service, another crate itself.
fn component(target: &str) -> &str {
    let mut parts = target.split("::");
    match (parts.next().unwrap_or_default(), parts.next()) {
        // Readers of the lines know these by the names that stood there before the crates were split.
        ("deklaro_watch", _) | ("deklaro_record", Some("recorded_readiness")) => "telemetry",
        ("deklaro" | "deklaro_console" | "deklaro_record", Some(module)) => module,
        ("deklaro", None) => "pipeline",
        (krate, _) => krate.strip_prefix("deklaro_").unwrap_or(krate),
    }
}

fn text(value: Option<Value>) -> Value {
    match value {
        None | Some(Value::Null) => Value::Null,
        Some(Value::String(text)) if text.is_empty() => Value::Null,
        Some(Value::String(text)) => Value::String(text),
        Some(other) => Value::String(other.to_string()),
    }
}

fn number(value: Option<Value>) -> Value {
    match value {
        Some(Value::Number(number)) => Value::Number(number),
        Some(Value::String(text)) => text.parse::<i64>().map_or(Value::Null, |number| json!(number)),
        _ => Value::Null,
    }
}

/// The fields of an event or span, without secrets.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        self.0.insert(field.name().to_owned(), value);
    }

    fn put_text(&mut self, field: &Field, text: &str) {
        let capped: String = redact(text).chars().take(LONGEST).collect();
        self.put(field, Value::String(capped));
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.put_text(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put_text(field, value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let chain = std::iter::successors(Some(value), |error| error.source());
        let texts: Vec<String> = chain.map(ToString::to_string).collect();
        self.put_text(field, &texts.join(": "));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, json!(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, json!(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, json!(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, json!(value));
    }
}

/// Which events are written; spans of our own are always seen, so that a warning says which request and trace it belongs to.
pub(super) struct Wanted(pub(super) EnvFilter);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Filter<S> for Wanted {
    fn enabled(&self, about: &Metadata<'_>, context: &Context<'_, S>) -> bool {
        let is_own_span =
            about.is_span() && *about.level() <= Level::INFO && about.target().starts_with("deklaro");
        is_own_span || Filter::enabled(&self.0, about, context)
    }

    fn max_level_hint(&self) -> Option<tracing::level_filters::LevelFilter> {
        let hint = Filter::<S>::max_level_hint(&self.0)?;
        Some(hint.max(tracing::level_filters::LevelFilter::INFO))
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        Filter::on_new_span(&self.0, attributes, id, context);
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        Filter::on_enter(&self.0, id, context);
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        Filter::on_exit(&self.0, id, context);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        Filter::on_close(&self.0, id, context);
    }
}

/// stderr for lines people read, with the same things taken out.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct CleanStderr;

impl Write for CleanStderr {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        std::io::stderr().write_all(redact(&text).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stderr().flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};
    use tracing_subscriber::layer::SubscriberExt;

    fn written(share: f64, act: impl FnOnce()) -> Vec<Value> {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let to = {
            let lines = lines.clone();
            move |line: &[u8]| lines.lock().unwrap().push(serde_json::from_slice::<Value>(line).unwrap())
        };
        let settings = WatchSettings { log_share: share, ..WatchSettings::default() };
        let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder().build();
        let layer = Lines::new(&settings, "run", to).with_filter(Wanted(EnvFilter::new("info")));
        let subscriber = tracing_subscriber::registry().with(crate::spans::layer(&provider)).with(layer);
        tracing::subscriber::with_default(subscriber, act);
        lines.lock().unwrap().clone()
    }

    #[test]
    fn a_line_has_the_fixed_fields_and_those_of_its_spans() {
        let lines = written(1.0, || {
            let _request = tracing::info_span!("http", request_id = "r-1", method = "GET").entered();
            let _host =
                tracing::info_span!("host", outcome = "taken_over", hostname = "a.example", round = 2)
                    .entered();
            tracing::info!(outcome = "ok", duration_ms = 12_u64, pages = 3, "done for jane@example.eu");
            tracing::info!("under way");
            tracing::error!(error = "Bearer abcdefgh refused", "not done");
        });
        let line = &lines[0];
        for name in FIXED {
            assert!(line.get(name).is_some(), "{name} is missing: {line}");
        }
        assert_eq!(line["message"], "done for [removed]");
        assert_eq!((&line["request_id"], &line["hostname"]), (&json!("r-1"), &json!("a.example")));
        assert_eq!((&line["duration_ms"], &line["round"]), (&json!(12), &json!(2)));
        assert_eq!((&line["outcome"], &line["fields"]["pages"]), (&json!("ok"), &json!(3)));
        assert_eq!((&line["command"], &line["component"]), (&json!("run"), &json!("telemetry")));
        assert_eq!(line["trace_id"].as_str().map(str::len), Some(32), "{line}");
        assert_eq!(line["span_id"].as_str().map(str::len), Some(16), "{line}");
        assert_eq!(
            (&lines[2]["error"], &lines[2]["outcome"]),
            (&json!("Bearer [removed] refused"), &json!("failed"))
        );
        assert_eq!(lines[2]["trace_id"], line["trace_id"]);
        assert_eq!(lines[1]["outcome"], Value::Null, "that is the span's");
    }

    #[test]
    fn warnings_and_lines_without_a_trace_are_never_left_out() {
        let lines = written(0.0, || {
            tracing::info!("outside");
            let _span = tracing::info_span!("run").entered();
            tracing::info!("left out");
            tracing::warn!("kept");
        });
        let messages: Vec<&str> = lines.iter().filter_map(|line| line["message"].as_str()).collect();
        assert_eq!(messages, ["outside", "kept"]);
    }

    #[test]
    fn components_are_stages_and_modules() {
        for (target, name) in [
            ("deklaro_crawl::visit", "crawl"),
            ("deklaro_service::api", "service"),
            ("deklaro_record::release::desk", "release"),
            ("deklaro::service", "service"),
            ("deklaro", "pipeline"),
            ("hyper::proto", "hyper"),
        ] {
            assert_eq!(component(target), name);
        }
    }
}
