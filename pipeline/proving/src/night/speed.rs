//! How fast the service answers on this machine, measured for a moment.

use crate::loopback;
use crate::process::Process;
use crate::setup::Setup;
use anyhow::{Context, ensure};
use deklaro_judge::{Bench, Figure};
use serde_json::Value;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

/// Requests that are measured; the first ones fill the service's cache, as they do anywhere.
const REQUESTS: usize = 500;
/// Requests under way at once.
const AT_ONCE: usize = 4;
/// The countries that the service has.
const COUNTRIES: &str = "/v1/countries";
/// What readers ask for whatever is published.
const PATHS: [&str; 5] = [COUNTRIES, "/v1/snapshots", "/v1/status", "/healthz", "/openapi.json"];
/// A service starts in this time.
const STARTS_WITHIN: Duration = Duration::from_secs(20);
/// What 99 of 100 answers keep (mission D5).
const P99_LIMIT_MS: f64 = 1_000.0;

/// `bench.json` of a service over this store: its P95 and P99 on loopback.
pub(super) async fn measured(config: &Setup, folder: &Path) -> anyhow::Result<Bench> {
    let store = config.store.to_string();
    let work = config.remote.work.display().to_string();
    // The operator's settings may hold a schedule, and this service is to start nothing.
    let empty = tempfile::NamedTempFile::new().context("making empty settings")?;
    let settings = empty.path().display().to_string();
    let words = ["--store", &store, "--work", &work, "--config", &settings, "serve", "--no-worker"];
    let words: Vec<&str> = words.into_iter().chain(["--listen", "127.0.0.1:0"]).collect();
    let service = Process::start(&folder.join("service.log"), &words, &["DEKLARO_", "OTEL_"])?;
    let begun = Instant::now();
    let address = loop {
        if let Some(address) = loopback::listening(&service.said()) {
            break address;
        }
        ensure!(begun.elapsed() < STARTS_WITHIN, "the service did not start: {}", service.complaint());
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let mut paths = PATHS.map(str::to_owned).to_vec();
    paths.extend(published(address).await?);
    let lanes = (0..AT_ONCE).map(|lane| asked(address, &paths, lane));
    let mut times = futures::future::try_join_all(lanes).await?.concat();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    let p99 = Figure {
        name: "service_p99".to_owned(),
        value: at(0.99),
        limit: P99_LIMIT_MS,
        unit: "ms".to_owned(),
        is_at_least: false,
    };
    Ok(Bench { figures: vec![p99], p95_ms: Some(at(0.95)) })
}

/// What readers ask for most, as the service lists it: a country's artifact, and a host of it; nothing where none is published.
async fn published(address: SocketAddr) -> anyhow::Result<Vec<String>> {
    let Some(country) = country_of(&listed(address, COUNTRIES).await?) else { return Ok(Vec::new()) };
    let artifact = format!("{COUNTRIES}/{country}/toon/latest");
    let host = host_of(&listed(address, &format!("{artifact}?limit=1")).await?);
    let host = host.with_context(|| format!("`{artifact}` has no host, `{COUNTRIES}` says that it has"))?;
    Ok(vec![artifact, format!("{COUNTRIES}/{country}/hosts/{host}")])
}

async fn listed(address: SocketAddr, path: &str) -> anyhow::Result<Value> {
    let (status, body) = loopback::get(address, path).await.with_context(|| format!("`{path}`"))?;
    ensure!(status == 200, "`{path}` was answered {status}");
    serde_json::from_str(&body).with_context(|| format!("`{path}` was not answered with JSON"))
}

/// The country with the most hosts in what `/v1/countries` says.
fn country_of(said: &Value) -> Option<String> {
    let hosts = |country: &&Value| country["hostTotal"].as_u64().unwrap_or(0);
    let largest =
        said["countries"].as_array()?.iter().filter(|country| hosts(country) > 0).max_by_key(hosts)?;
    largest["countryCode"].as_str().map(str::to_owned)
}

/// The first host of an artifact.
fn host_of(said: &Value) -> Option<String> {
    said["domains"][0]["canonicalHostname"].as_str().map(str::to_owned)
}

/// Milliseconds of each answer on one lane.
async fn asked(address: SocketAddr, paths: &[String], lane: usize) -> anyhow::Result<Vec<f64>> {
    let mut times = Vec::new();
    for number in (lane..REQUESTS).step_by(AT_ONCE) {
        let path = &paths[number % paths.len()];
        let begun = Instant::now();
        let (status, _) = loopback::get(address, path).await.with_context(|| format!("`{path}`"))?;
        ensure!(status == 200, "`{path}` was answered {status}");
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    Ok(times)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_largest_country_and_its_first_host_are_asked_for() {
        let countries = json!({ "countries": [
            { "countryCode": "AT", "hostTotal": 2 },
            { "countryCode": "DE", "hostTotal": 30 },
            { "countryCode": "FR", "hostTotal": 0 },
        ] });
        assert_eq!(country_of(&countries).unwrap(), "DE");
        let artifact = json!({ "domains": [{ "canonicalHostname": "a.example" }] });
        assert_eq!(host_of(&artifact).unwrap(), "a.example");
    }

    #[test]
    fn nothing_is_asked_for_where_nothing_is_published() {
        assert_eq!(country_of(&json!({ "snapshot": null, "countries": [] })), None);
        assert_eq!(country_of(&json!({ "countries": [{ "countryCode": "FR", "hostTotal": 0 }] })), None);
        assert_eq!(host_of(&json!({ "domains": [] })), None);
    }
}
