//! Spans as they lie in a run's folder and in its snapshot: lines of OTLP JSON.

use super::buffer::Watch;
use deklaro_store::{Store, StoreError};
use serde_json::Value;
use std::collections::BTreeMap;

/// Where a snapshot keeps the spans of the run that made it.
pub const SPANS_PATH: &str = "lineage/spans.ndjson";

/// Writes the spans that ended since the last call into the run's folder. A failure to write is said, and
/// never stops the run.
pub async fn write_spans(watch: &Watch, store: &Store, home: &str) {
    let lines = watch.take();
    if lines.is_empty() {
        return;
    }
    // In order of time, and no two processes that worked on the run write over each other.
    let at = jiff::Timestamp::now().as_microsecond();
    let path = format!("{home}/spans/{at:020}-{}.ndjson", std::process::id());
    let text = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    if let Err(error) = store.replace(&path, text.into()).await {
        tracing::warn!(folder = home, error = %error, spans = lines.len(), "spans not kept");
    }
}

/// All spans in the run's folder, of every process that worked on it, as text.
pub async fn read_spans(store: &Store, home: &str) -> Result<String, StoreError> {
    let mut text = String::new();
    let mut files: Vec<String> =
        store.list(&format!("{home}/spans")).await?.into_iter().map(|(path, _)| path).collect();
    files.sort();
    for path in files.iter().filter(|path| path.ends_with(".ndjson")) {
        text.push_str(&String::from_utf8_lossy(&store.read(path).await?));
    }
    Ok(text)
}

/// A span that was read back.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptSpan {
    /// Its trace.
    pub trace_id: String,
    /// Its name.
    pub name: String,
    /// How long it took.
    pub duration_ms: f64,
    /// What it says of itself.
    pub attributes: BTreeMap<String, String>,
}

impl KeptSpan {
    /// An attribute's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

/// The spans of such a text; a line that is not one, as a crash may leave it, is passed over.
pub fn parse(text: &str) -> Vec<KeptSpan> {
    let documents = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    documents.flat_map(|document| spans_of(&document)).collect()
}

fn spans_of(document: &Value) -> Vec<KeptSpan> {
    let list = |value: &Value, name: &str| value[name].as_array().cloned().unwrap_or_default();
    let scopes =
        list(document, "resourceSpans").into_iter().flat_map(|resource| list(&resource, "scopeSpans"));
    scopes.flat_map(|scope| list(&scope, "spans")).filter_map(|span| kept(&span)).collect()
}

fn kept(span: &Value) -> Option<KeptSpan> {
    let nanos = |name: &str| span[name].as_str()?.parse::<u64>().ok();
    let (start, end) = (nanos("startTimeUnixNano")?, nanos("endTimeUnixNano")?);
    let attributes = span["attributes"].as_array().into_iter().flatten().filter_map(|attribute| {
        let value = attribute["value"].as_object()?.values().next()?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Some((attribute["key"].as_str()?.to_owned(), text))
    });
    Some(KeptSpan {
        trace_id: span["traceId"].as_str()?.to_owned(),
        name: span["name"].as_str()?.to_owned(),
        duration_ms: end.saturating_sub(start) as f64 / 1e6,
        attributes: attributes.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spans;
    use tracing_subscriber::layer::SubscriberExt;

    #[test]
    fn a_runs_spans_are_kept_and_read_back_and_others_pass_by() {
        let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder()
            .with_span_processor(crate::buffer::Buffers)
            .build();
        let subscriber = tracing_subscriber::registry().with(spans::layer(&provider));
        tracing::subscriber::with_default(subscriber, || {
            tracing::info_span!("http").in_scope(|| ());
            let job = tracing::info_span!("job");
            let run = tracing::info_span!(parent: &job, "run");
            let watch = Watch::of(&run, &[("run_id", "2026-11-0".to_owned())]).under(&job);
            run.in_scope(|| {
                drop(spans::partition("crawl", spans::StageOf { round: Some(2), country: Some("AT") }));
            });
            let mut lines = watch.take();
            assert!(watch.take().is_empty(), "each is given once");
            lines.extend(watch.so_far());
            let kept = parse(&format!("{}\n{{\"resourceSp", lines.join("\n")));
            let names: Vec<&str> = kept.iter().map(|span| span.name.as_str()).collect();
            assert_eq!(names, ["crawl AT", "run"]);
            assert_eq!((kept[0].get("round"), kept[0].get("country_code")), (Some("2"), Some("AT")));
            assert_eq!((kept[0].trace_id.len(), &kept[0].trace_id), (32, &kept[1].trace_id));
            assert_eq!(kept[1].get("run_id"), Some("2026-11-0"));
        });
    }
}
