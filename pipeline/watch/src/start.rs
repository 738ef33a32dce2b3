//! How watching starts and ends: logs to stderr, metrics counted, spans sent on.

use crate::lines::{CleanStderr, Lines, Wanted};
use crate::settings::Settings;
use crate::{recorder, spans};
use deklaro_console::{LogFormat, UsageError};
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

/// Which log lines are written to stderr, and how.
#[derive(Debug, Clone, Copy)]
pub struct Logs<'a> {
    /// A filter of `tracing`, such as `info` or `deklaro_crawl=debug`.
    pub filter: &'a str,
    /// For people, or as JSON.
    pub format: LogFormat,
}

/// Sends logs to stderr, and starts counting and tracing where that is on. Needs the runtime that exporters send over.
pub fn init(settings: &Settings, logs: Logs<'_>, command: &'static str) -> anyhow::Result<()> {
    // The PDF parser's warnings print what strangers' documents hold; what we make of a document stands in its reasons.
    // What the exporters say of themselves is counted instead.
    let directives =
        format!("{},lopdf=off,opentelemetry=off,opentelemetry_sdk=off,opentelemetry_otlp=off", logs.filter);
    let filter = EnvFilter::try_new(directives)
        .map_err(|error| UsageError::new(format!("log filter `{}`: {error}", logs.filter), "try `info`"))?;
    let (provider, problem) = settings.enabled.then(|| spans::provider(settings)).unzip();
    let registry = registry().with(provider.as_ref().map(spans::layer));
    // A second call, as in tests that run several commands, keeps the first subscriber.
    let is_first = match logs.format {
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
pub fn end() {
    if let Some(provider) = PROVIDER.get() {
        let _counted_already = provider.shutdown_with_timeout(LAST_WORDS);
    }
}
