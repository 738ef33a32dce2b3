//! Who is asked for time stamps, for how long, and who is believed?

use deklaro_console::UsageError;
use reqwest::Url;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// For the answer of a time-stamp authority.
const USUAL_TIMEOUT: Duration = Duration::from_secs(30);

/// The `[timestamp]` section.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimestampFile {
    tsa: Option<String>,
    ca: Option<PathBuf>,
    timeout_ms: Option<u64>,
}

/// Who is asked for time stamps of what is published.
#[derive(Debug, Clone)]
pub struct TimestampConfig {
    /// The authority's address.
    pub tsa: Option<String>,
    /// PEM file of the authorities that are trusted.
    pub ca: Option<PathBuf>,
    /// For the whole answer.
    pub timeout: Duration,
}

impl From<TimestampFile> for TimestampConfig {
    fn from(file: TimestampFile) -> Self {
        let timeout = file.timeout_ms.map_or(USUAL_TIMEOUT, Duration::from_millis);
        Self { tsa: file.tsa, ca: file.ca, timeout }
    }
}

/// The authority as it was typed.
#[derive(Debug, Clone, Default)]
pub struct TsaFlags {
    /// Its address.
    pub url: Option<String>,
    /// PEM file of the authorities that are trusted.
    pub ca: Option<PathBuf>,
}

/// The certificates that authorities are believed by.
pub type Trusted = Vec<CertificateDer<'static>>;

/// Who is asked, how long, and whom to believe.
#[derive(Debug, Clone)]
pub struct TimeAuthority {
    pub(super) url: Url,
    pub(super) timeout: Duration,
    pub(super) trusted: Option<Trusted>,
}

impl TimeAuthority {
    /// The one the flags name, else the configuration; nothing where neither does.
    pub fn of(config: &TimestampConfig, flags: &TsaFlags) -> anyhow::Result<Option<Self>> {
        let trusted = trusted(config, flags.ca.as_deref())?;
        let Some(url) = flags.url.as_ref().or(config.tsa.as_ref()) else { return Ok(None) };
        let url = Url::parse(url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| UsageError::new(format!("`--tsa` is `{url}`"), "expected an http or https URL"))?;
        Ok(Some(Self { url, timeout: config.timeout, trusted }))
    }
}

/// The certificates that authorities are believed by, from the file that was typed or configured; nothing where no file is named.
pub fn trusted(config: &TimestampConfig, ca: Option<&Path>) -> anyhow::Result<Option<Trusted>> {
    ca.or(config.ca.as_deref()).map(read_pem).transpose()
}

fn read_pem(path: &Path) -> anyhow::Result<Trusted> {
    let wrong = |why: String| {
        UsageError::new(
            format!("`{}`: {why}", path.display()),
            "`--tsa-ca` expects certificates in a PEM file",
        )
    };
    let pem = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let certificates = read.map_err(|error| wrong(error.to_string()))?;
    if certificates.is_empty() {
        return Err(wrong("there is no certificate in it".to_owned()).into());
    }
    Ok(certificates)
}
