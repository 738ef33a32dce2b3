//! Spans go to the run they belong to, and to a collector where one is configured.

use super::buffer::Buffers;
use super::otlp;
use super::settings::WatchSettings;
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use std::time::Instant;
use tracing::{Instrument, Span, Subscriber, field::Empty};
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::layer::Layer;
use tracing_subscriber::registry::LookupSpan;

/// Crates whose spans are traced. A span per host of the crawl would be a hundred thousand: the stages stay out.
const OURS: [&str; 7] = [
    "deklaro",
    "deklaro_console",
    "deklaro_watch",
    "deklaro_record",
    "deklaro_run",
    "deklaro_service",
    "deklaro_proving",
];

/// A provider that keeps what belongs to a run, and sends everything on where the OTEL_… variables name a collector. Variables that
/// cannot work come back beside it: they are no reason not to work.
pub(super) fn provider(settings: &WatchSettings) -> (SdkTracerProvider, Option<anyhow::Error>) {
    let resource = Resource::builder()
        .with_service_name(settings.service.clone())
        .with_attributes([
            KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
            KeyValue::new("deployment.environment.name", settings.environment.clone()),
            KeyValue::new("project_id", settings.project_id.clone()),
        ])
        .build();
    let builder = SdkTracerProvider::builder().with_resource(resource).with_span_processor(Buffers);
    match otlp::exporter() {
        Ok(Some(exporter)) => (builder.with_batch_exporter(exporter).build(), None),
        Ok(None) => (builder.build(), None),
        Err(error) => (builder.build(), Some(error)),
    }
}

/// The layer that turns this crate's spans into traces.
pub(super) fn layer<S>(provider: &SdkTracerProvider) -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let tracer: SdkTracer = provider.tracer("deklaro");
    let is_ours = |target: &str| OURS.contains(&target.split("::").next().unwrap_or_default());
    tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_filter(FilterFn::new(move |about| about.is_span() && is_ours(about.target())))
}

/// What a stage of a run is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct StageOf<'a> {
    /// The round, where it has one.
    pub round: Option<i32>,
    /// The country, for a partition of a stage.
    pub country: Option<&'a str>,
}

/// Does a stage's work in a span of its own, timed and counted by how it ended.
pub async fn stage<T>(
    name: &'static str,
    of: StageOf<'_>,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    let span = if of.country.is_some() { partition(name, of) } else { stage_span(name, of.round) };
    let began = Instant::now();
    let result = work.instrument(span.clone()).await;
    let outcome = match &result {
        Ok(_) => "completed",
        Err(error) if error.is::<deklaro_console::Stopped>() => "interrupted",
        Err(_) => "failed",
    };
    ended(&span, outcome, result.as_ref().err());
    if of.country.is_none() {
        metrics::histogram!("deklaro_stage_duration_seconds", "stage" => name, "outcome" => outcome)
            .record(began.elapsed().as_secs_f64());
    }
    result
}

fn stage_span(name: &'static str, round: Option<i32>) -> Span {
    let title = round.map_or_else(|| format!("stage {name}"), |round| format!("stage {name} {round}"));
    let span = tracing::info_span!(
        "stage",
        otel.name = title,
        stage = name,
        round = Empty,
        outcome = Empty,
        otel.status_code = Empty,
        otel.status_description = Empty
    );
    if let Some(round) = round {
        span.record("round", round);
    }
    span
}

/// One country's part of a stage; it ends when it is dropped.
pub fn partition(name: &'static str, of: StageOf<'_>) -> Span {
    let country = of.country.unwrap_or_default();
    let span = tracing::info_span!(
        "partition",
        otel.name = format!("{name} {country}"),
        stage = name,
        round = Empty,
        country_code = country,
        hosts = Empty,
        fetches = Empty,
        outcome = Empty,
        otel.status_code = Empty,
        otel.status_description = Empty
    );
    if let Some(round) = of.round {
        span.record("round", round);
    }
    span
}

/// Notes how it ended.
pub fn ended(span: &Span, outcome: &str, error: Option<&anyhow::Error>) {
    span.record("outcome", outcome);
    match error {
        None => span.record("otel.status_code", "OK"),
        Some(error) => span
            .record("otel.status_code", "ERROR")
            .record("otel.status_description", deklaro_console::redact(&format!("{error:#}")).as_ref()),
    };
}
