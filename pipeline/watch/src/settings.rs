//! How the program is watched: what was typed over `[telemetry]` of the configuration file over defaults.

use deklaro_console::UsageError;
use serde::Deserialize;

/// `[telemetry]`, as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    enabled: Option<bool>,
    environment: Option<String>,
    project_id: Option<String>,
    log_share: Option<f64>,
    pushgateway: Option<url::Url>,
}

/// Settings from the command line or the environment; none where the file or the default decides.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Count, trace and sample.
    pub enabled: Option<bool>,
    /// Which installation this is.
    pub environment: Option<String>,
    /// The project requests and lines are counted for.
    pub project_id: Option<String>,
    /// Share of the traces whose plain lines are written, 0 to 1.
    pub log_share: Option<f64>,
    /// Where batch runs send their metrics.
    pub pushgateway: Option<url::Url>,
}

/// How the program lets itself be watched.
#[derive(Debug, Clone, PartialEq)]
pub struct WatchSettings {
    /// False: nothing is counted, traced or sampled; logs go on.
    pub enabled: bool,
    /// The name the program has as a service: `OTEL_SERVICE_NAME`, else `deklaro`.
    pub service: String,
    /// Which installation this is.
    pub environment: String,
    /// The project requests and lines are counted for.
    pub project_id: String,
    /// Share of the traces whose plain lines are written; warnings and errors always are.
    pub log_share: f64,
    /// Where batch runs send their metrics.
    pub pushgateway: Option<url::Url>,
}

impl Default for WatchSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            service: "deklaro".to_owned(),
            environment: "local".to_owned(),
            project_id: "deklaro".to_owned(),
            log_share: 1.0,
            pushgateway: None,
        }
    }
}

impl WatchSettings {
    /// Flags and environment over the file over defaults.
    pub fn resolve(given: &Given, file: File) -> Result<Self, UsageError> {
        let usual = Self::default();
        let settings = Self {
            enabled: given.enabled.or(file.enabled).unwrap_or(usual.enabled),
            service: std::env::var("OTEL_SERVICE_NAME")
                .ok()
                .filter(|name| !name.is_empty())
                .unwrap_or(usual.service),
            environment: given.environment.clone().or(file.environment).unwrap_or(usual.environment),
            project_id: given.project_id.clone().or(file.project_id).unwrap_or(usual.project_id),
            log_share: given.log_share.or(file.log_share).unwrap_or(usual.log_share),
            pushgateway: given.pushgateway.clone().or(file.pushgateway),
        };
        settings.checked()
    }

    fn checked(self) -> Result<Self, UsageError> {
        if !(0.0..=1.0).contains(&self.log_share) {
            let message = format!("log_share is `{}`", self.log_share);
            return Err(UsageError::new(message, "expected a share from 0 to 1"));
        }
        for (name, value) in [("environment", &self.environment), ("project_id", &self.project_id)] {
            if value.is_empty() || value.len() > 64 || value.chars().any(char::is_control) {
                return Err(UsageError::new(
                    format!("{name} is `{value}`"),
                    "expected 1 to 64 printable characters",
                ));
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_wins_over_the_file_and_nonsense_is_refused() {
        let file = || toml::from_str::<File>("environment = \"test\"\nlog_share = 0.25\n").unwrap();
        let given = Given { environment: Some("production".to_owned()), ..Given::default() };
        let settings = WatchSettings::resolve(&given, file()).unwrap();
        assert_eq!((settings.environment.as_str(), settings.log_share), ("production", 0.25));
        let given = Given { log_share: Some(1.5), ..Given::default() };
        assert!(WatchSettings::resolve(&given, file()).unwrap_err().to_string().contains("1.5"));
        let given = Given { project_id: Some("a\nb".to_owned()), ..Given::default() };
        assert!(WatchSettings::resolve(&given, file()).is_err());
        assert!(toml::from_str::<File>("sampling = 1").is_err());
    }
}
