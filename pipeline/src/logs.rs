use crate::cli::LogFormat;
use crate::config::Config;
use crate::exit::UsageError;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::time::SystemTime;

/// Sends logs to stderr. Every line of a scan carries scan_id, country_code and hostname where they are known.
pub(crate) fn init(config: &Config) -> anyhow::Result<()> {
    // The PDF parser's warnings print what strangers' documents hold; what we make of a document stands in its reasons.
    let filter = EnvFilter::try_new(format!("{},lopdf=off", config.log))
        .map_err(|error| UsageError::new(format!("log filter `{}`: {error}", config.log), "try `info`"))?;
    let logs =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_timer(SystemTime);
    // A second call, as in tests that run several commands, keeps the first subscriber.
    let _already_set = match config.log_format {
        LogFormat::Human => logs.try_init(),
        LogFormat::Json => logs.json().flatten_event(true).try_init(),
    };
    Ok(())
}
