use super::{Settings, otlp};

/// Sends a batch run's metrics to the Pushgateway, where one is configured. A gateway that is away is a warning.
pub(crate) async fn push(settings: &Settings, text: String) {
    let Some(gateway) = &settings.pushgateway else { return };
    if let Err(error) = sent(gateway, settings, text).await {
        let error = format!("{error:#}");
        tracing::warn!(error, "metrics not pushed");
    }
}

async fn sent(gateway: &url::Url, settings: &Settings, text: String) -> anyhow::Result<()> {
    let mut to = gateway.clone();
    if let Ok(mut path) = to.path_segments_mut() {
        path.pop_if_empty().extend(["metrics", "job", settings.service.as_str()]);
        path.extend(["project_id", settings.project_id.as_str()]);
    }
    let answer =
        otlp::client()?.put(to).header("content-type", "text/plain; version=0.0.4").body(text).send().await?;
    answer.error_for_status()?;
    Ok(())
}
