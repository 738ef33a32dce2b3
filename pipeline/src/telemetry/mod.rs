//! How the program lets itself be watched: metrics, log lines, spans.
//!
//! Everything here is on the side: queues are bounded, what cannot be sent is counted, and nothing that fails here stops a run.

mod audit;
mod buffer;
mod counts;
mod http;
mod kept_spans;
mod last_run;
mod lines;
pub mod names;
mod otlp;
mod outcomes;
mod push;
mod recorded;
mod recorder;
mod sample;
pub mod schema;
mod settings;
mod spans;
mod standing;
mod text;

pub use audit::{Execution, LEAST_COVERED, SpanAudit, audit};
pub(crate) use buffer::Watch;
pub(crate) use counts::host;
pub(crate) use http::{observe, span};
pub use kept_spans::{KeptSpan, SPANS_PATH, parse};
pub(crate) use kept_spans::{read as read_spans, write as write_spans};
pub(crate) use last_run::{LastRun, last_run};
pub(crate) use otlp::is_exported;
pub(crate) use outcomes::batch_ended;
pub(crate) use push::push;
pub(crate) use recorded::{LastScorecard, RecordedReadiness};
pub use recorder::{families, render, upkeep};
pub use settings::{File, Settings};
pub(crate) use spans::{StageOf, ended, partition, stage, trace_id};
pub(crate) use standing::standing;

use crate::config::Config;
use deklaro_console::{LogFormat, UsageError};
use lines::{CleanStderr, Lines, Wanted};
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::io::Write;
use std::sync::OnceLock;
use std::time::Duration;
use tracing_subscriber::fmt::time::SystemTime;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt, registry};

/// The time the last spans have to leave when the program ends.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Where the process's spans go.
static PROVIDER: OnceLock<SdkTracerProvider> = OnceLock::new();

/// Sends logs to stderr, and starts counting and tracing where that is on. Needs the runtime that exporters send over.
pub(crate) fn init(config: &Config, command: &'static str) -> anyhow::Result<()> {
    // The PDF parser's warnings print what strangers' documents hold; what we make of a document stands in its reasons.
    // What the exporters say of themselves is counted instead.
    let directives =
        format!("{},lopdf=off,opentelemetry=off,opentelemetry_sdk=off,opentelemetry_otlp=off", config.log);
    let filter = EnvFilter::try_new(directives)
        .map_err(|error| UsageError::new(format!("log filter `{}`: {error}", config.log), "try `info`"))?;
    let settings = &config.telemetry;
    let (provider, problem) = settings.enabled.then(|| spans::provider(settings)).unzip();
    let registry = registry().with(provider.as_ref().map(spans::layer));
    // A second call, as in tests that run several commands, keeps the first subscriber.
    let is_first = match config.log_format {
        LogFormat::Human => {
            let lines = fmt::layer().with_writer(CleanStderr::default).with_timer(SystemTime);
            registry.with(lines.with_filter(Wanted(filter))).try_init()
        }
        LogFormat::Json => {
            let lines = Lines::new(settings, command, to_stderr);
            registry.with(lines.with_filter(Wanted(filter))).try_init()
        }
    };
    if settings.enabled {
        recorder::install(settings)?;
        http::name(settings);
    }
    if let Some(error) = problem.flatten() {
        tracing::warn!(
            error = format!("{error:#}"),
            "spans are not sent: the OTEL_ variables cannot be used"
        );
    }
    if let Some(provider) = provider.filter(|_| is_first.is_ok()) {
        let _first = PROVIDER.set(provider);
    }
    Ok(())
}

fn to_stderr(line: &[u8]) {
    // A closed stderr must not stop a run.
    let _closed = std::io::stderr().write_all(line);
}

/// Sends out what is left, and waits for it, but not for long. Later spans are lost.
pub(crate) fn end() {
    if let Some(provider) = PROVIDER.get() {
        let _counted_already = provider.shutdown_with_timeout(LAST_WORDS);
    }
}
