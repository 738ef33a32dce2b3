//! Which trace a span belongs to.

use opentelemetry::trace::{SpanContext, TraceContextExt};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The trace a span of the registry belongs to, where it is traced.
pub(crate) fn context_of(id: &tracing::Id, dispatch: &tracing::Dispatch) -> Option<SpanContext> {
    let context = tracing_opentelemetry::get_otel_context(id, dispatch)?;
    let span = context.span();
    Some(span.span_context().clone()).filter(SpanContext::is_valid)
}

/// The trace a span belongs to, where it is traced.
pub(crate) fn trace_of(span: &Span) -> Option<SpanContext> {
    let context = span.context();
    let span = context.span();
    Some(span.span_context().clone()).filter(SpanContext::is_valid)
}

/// The id of the trace a span belongs to, where it is traced.
pub fn trace_id(span: &Span) -> Option<String> {
    trace_of(span).map(|context| context.trace_id().to_string())
}
