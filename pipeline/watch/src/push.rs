//! How a batch run's metrics reach a Pushgateway.

use super::names::MetricWriter;
use super::otlp;
use super::recorder::{families, render};
use super::settings::WatchSettings;

/// Sends a batch run's metrics to the Pushgateway, where one is configured. They are what this process counted, and the gauges of
/// the snapshot it published, which replace everything that was there. Without a snapshot, the gauges of the last one stay.
/// A gateway that is away is a warning.
pub async fn push(settings: &WatchSettings, published: Option<&str>) {
    let Some(gateway) = &settings.pushgateway else { return };
    let (method, text) = told(published, &render());
    if let Err(error) = sent(gateway, settings, method, text).await {
        let error = format!("{error:#}");
        tracing::warn!(error, "metrics not pushed");
    }
}

/// PUT replaces the whole group, POST only the families it brings (README of the Pushgateway).
fn told(published: Option<&str>, counted: &str) -> (http::Method, String) {
    // The snapshot's own counters were written before the run was over.
    let counted = families(counted, &[MetricWriter::Run]);
    match published {
        Some(kept) => (http::Method::PUT, families(kept, &[MetricWriter::Snapshot]) + &counted),
        None => (http::Method::POST, counted),
    }
}

async fn sent(
    gateway: &url::Url,
    settings: &WatchSettings,
    method: http::Method,
    text: String,
) -> anyhow::Result<()> {
    let mut to = gateway.clone();
    if let Ok(mut path) = to.path_segments_mut() {
        path.pop_if_empty().extend(["metrics", "job", settings.service.as_str()]);
        path.extend(["project_id", settings.project_id.as_str()]);
    }
    let request = otlp::client()?.request(method, to).header("content-type", "text/plain; version=0.0.4");
    request.body(text).send().await?.error_for_status()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_published_nothing_leaves_the_gauges_of_the_last_one() {
        let counted = "deklaro_runs_total{outcome=\"failed\"} 1\nrequest_count 3\n";
        let kept = "deklaro_hosts{step=\"found\"} 3\ndeklaro_runs_total{outcome=\"published\"} 0\n";
        let own = "deklaro_runs_total{outcome=\"failed\"} 1\n";
        assert_eq!(told(None, counted), (http::Method::POST, own.to_owned()));
        let whole = format!("deklaro_hosts{{step=\"found\"}} 3\n{own}");
        assert_eq!(told(Some(kept), counted), (http::Method::PUT, whole));
    }
}
