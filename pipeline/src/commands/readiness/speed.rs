//! How fast the service answers on this machine, measured for a moment.

use crate::config::Config;
use crate::loopback;
use crate::process::Process;
use anyhow::{Context, ensure};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

/// Requests that are measured; the first ones fill the service's cache, as they do anywhere.
const REQUESTS: usize = 500;
/// Requests under way at once.
const AT_ONCE: usize = 4;
/// What readers ask for.
const PATHS: [&str; 5] = ["/v1/countries", "/v1/snapshots", "/v1/status", "/healthz", "/openapi.json"];
/// A service starts in this time.
const STARTS_WITHIN: Duration = Duration::from_secs(20);
/// What 99 of 100 answers keep (mission D5).
const P99_LIMIT_MS: f64 = 1_000.0;

/// `bench.json` of a service over this store: its P95 and P99 on loopback.
pub(super) async fn measured(config: &Config, folder: &Path) -> anyhow::Result<Value> {
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
    let mut times =
        futures::future::try_join_all((0..AT_ONCE).map(|lane| asked(address, lane))).await?.concat();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    let p99 = json!({ "name": "service_p99", "value": at(0.99), "limit": P99_LIMIT_MS, "unit": "ms" });
    Ok(json!({ "figures": [p99], "p95_ms": at(0.95) }))
}

/// Milliseconds of each answer on one lane.
async fn asked(address: SocketAddr, lane: usize) -> anyhow::Result<Vec<f64>> {
    let mut times = Vec::new();
    for number in (lane..REQUESTS).step_by(AT_ONCE) {
        let path = PATHS[number % PATHS.len()];
        let begun = Instant::now();
        let (status, _) = loopback::get(address, path).await.with_context(|| format!("`{path}`"))?;
        ensure!(status == 200, "`{path}` was answered {status}");
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    Ok(times)
}
