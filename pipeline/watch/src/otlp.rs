//! Spans to a collector: OTLP over HTTP with protobuf, steered by the variables of the OpenTelemetry specification.

use async_trait::async_trait;
use bytes::Bytes;
use metrics::counter;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{Protocol, SpanExporter as OtlpExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use std::time::Duration;

/// The longest a collector may take, where `OTEL_EXPORTER_OTLP_TIMEOUT` says nothing shorter.
const LONGEST: Duration = Duration::from_secs(10);

/// True where a collector is configured and tracing is not switched off.
pub fn is_exported() -> bool {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let is_off = set("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"))
        || set("OTEL_TRACES_EXPORTER").is_some_and(|value| value == "none");
    let is_named =
        set("OTEL_EXPORTER_OTLP_ENDPOINT").or_else(|| set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")).is_some();
    is_named && !is_off
}

/// An exporter, where spans are exported.
pub(super) fn exporter() -> anyhow::Result<Option<Counted>> {
    if !is_exported() {
        return Ok(None);
    }
    let client = Client { http: client()?, runtime: tokio::runtime::Handle::try_current()? };
    // Only this protocol is spoken, whatever `OTEL_EXPORTER_OTLP_PROTOCOL` says.
    let exporter = OtlpExporter::builder()
        .with_http()
        .with_http_client(client)
        .with_protocol(Protocol::HttpBinary)
        .build()?;
    Ok(Some(Counted(exporter)))
}

/// An HTTP client for telemetry: certificates as the system trusts them, no redirects, a time limit.
pub(super) fn client() -> anyhow::Result<reqwest::Client> {
    // The crawl brings a configuration of its own; this client takes the process's, of which there is none yet.
    let _already_there = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .timeout(LONGEST)
        .connect_timeout(Duration::from_secs(3))
        .redirect(reqwest::redirect::Policy::none())
        .no_hickory_dns()
        .no_proxy();
    Ok(client.build()?)
}

/// Carries requests of the exporter, which works on a thread of its own, over the program's runtime.
#[derive(Debug)]
struct Client {
    http: reqwest::Client,
    runtime: tokio::runtime::Handle,
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, HttpError> {
        let http = self.http.clone();
        let sent = self.runtime.spawn(async move {
            let request = request.map(reqwest::Body::from).try_into()?;
            let answer = http.execute(request).await?;
            let (status, headers) = (answer.status(), answer.headers().clone());
            let body = answer.bytes().await?;
            Ok::<_, reqwest::Error>((status, headers, body))
        });
        let (status, headers, body) = sent.await??;
        let mut answer = http::Response::new(body);
        *answer.status_mut() = status;
        *answer.headers_mut() = headers;
        Ok(answer)
    }
}

/// An exporter whose failures are counted, and nothing more: a collector that is away never harms a run.
#[derive(Debug)]
pub(super) struct Counted(OtlpExporter);

impl SpanExporter for Counted {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let count = batch.len() as u64;
        let result = self.0.export(batch).await;
        let outcome = if result.is_ok() { "exported" } else { "failed" };
        counter!("deklaro_spans_total", "outcome" => outcome).increment(count);
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}
