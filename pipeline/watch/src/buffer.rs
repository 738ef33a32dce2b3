//! The spans of runs under way, until they are written into the run's folder.

use super::trace::trace_of;
use metrics::counter;
use opentelemetry::trace::{SpanContext, SpanId, SpanKind, Status, TraceId};
use opentelemetry::{Context, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, TracesData};
use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// Spans a run may have between two writes; a run has one per stage, round and country.
const MOST: usize = 10_000;

/// The traces that belong to runs of this process, and what ended in them.
static OPEN: LazyLock<Mutex<HashMap<TraceId, Vec<SpanData>>>> = LazyLock::new(Mutex::default);
/// This process, as every line of spans names it.
static RESOURCE: LazyLock<Mutex<ResourceAttributesWithSchema>> = LazyLock::new(Mutex::default);

fn open() -> MutexGuard<'static, HashMap<TraceId, Vec<SpanData>>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps the spans of runs; those of other traces pass by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Buffers;

impl SpanProcessor for Buffers {
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, span: SpanData) {
        let mut open = open();
        let Some(spans) = open.get_mut(&span.span_context.trace_id()) else { return };
        let outcome = if spans.len() < MOST { "kept" } else { "dropped" };
        if spans.len() < MOST {
            spans.push(span);
        }
        counter!("deklaro_spans_total", "outcome" => outcome).increment(1);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn set_resource(&mut self, resource: &Resource) {
        *RESOURCE.lock().unwrap_or_else(PoisonError::into_inner) = resource.into();
    }
}

/// A run whose spans are kept; dropping it lets them go.
#[derive(Debug)]
pub struct Watch {
    run: Option<SpanContext>,
    attributes: Vec<KeyValue>,
    parent: SpanId,
    began: SystemTime,
}

impl Watch {
    /// Keeps what ends in the trace of this span, a run's own. Where nothing is traced nothing is kept.
    pub fn of(span: &tracing::Span, attributes: &[(&'static str, String)]) -> Self {
        let run = trace_of(span);
        if let Some(run) = &run {
            open().entry(run.trace_id()).or_default();
        }
        let attributes = attributes.iter().map(|(name, value)| KeyValue::new(*name, value.clone())).collect();
        Self { run, attributes, parent: SpanId::INVALID, began: SystemTime::now() }
    }

    /// The span the run's own is a child of.
    #[must_use]
    pub fn under(mut self, parent: &tracing::Span) -> Self {
        if let (Some(parent), Some(run)) = (trace_of(parent), &self.run)
            && parent.trace_id() == run.trace_id()
            && parent.span_id() != run.span_id()
        {
            self.parent = parent.span_id();
        }
        self
    }

    /// True where something is traced.
    pub fn is_on(&self) -> bool {
        self.run.is_some()
    }

    /// What ended since the last call, as lines of OTLP JSON.
    pub fn take(&self) -> Vec<String> {
        let Some(run) = &self.run else { return Vec::new() };
        let spans = open().get_mut(&run.trace_id()).map(std::mem::take).unwrap_or_default();
        spans.into_iter().filter_map(line).collect()
    }

    /// The run's own span as it stands: it ends after the file it is written into.
    pub fn so_far(&self) -> Option<String> {
        let run = self.run.clone()?;
        line(SpanData {
            span_context: run,
            parent_span_id: self.parent,
            parent_span_is_remote: false,
            span_kind: SpanKind::Internal,
            name: "run".into(),
            start_time: self.began,
            end_time: SystemTime::now(),
            attributes: self.attributes.clone(),
            dropped_attributes_count: 0,
            events: opentelemetry_sdk::trace::SpanEvents::default(),
            links: opentelemetry_sdk::trace::SpanLinks::default(),
            status: Status::Unset,
            instrumentation_scope: InstrumentationScope::builder("deklaro").build(),
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(run) = &self.run {
            open().remove(&run.trace_id());
        }
    }
}

/// A span as one line that an OTLP receiver takes: `{"resourceSpans":[…]}`.
fn line(span: SpanData) -> Option<String> {
    let resource = RESOURCE.lock().unwrap_or_else(PoisonError::into_inner);
    let data = TracesData { resource_spans: vec![ResourceSpans::new(span, &resource)] };
    serde_json::to_string(&data).ok()
}
