//! How do tests start the service, and ask it for scans?

use super::deklaro;
use super::demo::demo;
use super::http::{Answer, Running};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Who may ask for scans.
pub(crate) const TOKEN: &str = "a-token-for-tests-only";

/// Settings of a service that looks often, so that nobody waits; and what else is in `[serve]`.
pub(crate) fn quick(folder: &Path, more: &str) -> std::path::PathBuf {
    let path = folder.join("serve.toml");
    let usual = std::fs::read_to_string(folder.join("deklaro.toml")).unwrap_or_default();
    let text = format!(
        "{usual}\n[serve]\npoll_ms = 50\nheartbeat_ms = 100\ndrain_delay_ms = 0\nretry_ms = 50\nrequests_per_second = 100000\n{more}\n"
    );
    // A key that is given again replaces the usual one.
    let mut lines: BTreeMap<(usize, String), String> = BTreeMap::new();
    let mut section = 0;
    for line in text.lines().filter(|line| !line.is_empty()) {
        section += usize::from(line.starts_with('['));
        let key =
            if line.starts_with('[') { String::new() } else { line.split(" =").next().unwrap().to_owned() };
        lines.insert((section, key), line.to_owned());
    }
    std::fs::write(&path, lines.into_values().collect::<Vec<_>>().join("\n")).unwrap();
    path
}

/// A service over a store, without a worker.
pub(crate) fn serving(store: &Path, folder: &Path, more: &[&str]) -> Running {
    serving_with(store, folder, "", more)
}

/// The same with these settings in `[serve]`.
pub(crate) fn serving_with(store: &Path, folder: &Path, settings: &str, more: &[&str]) -> Running {
    let mut command = deklaro(store, &["serve", "--listen", "127.0.0.1:0", "--no-worker", "--config"]);
    command.arg(quick(folder, settings)).args(more).env("DEKLARO_API_TOKEN", TOKEN);
    Running::start(command)
}

/// The demo's three months, served; nobody may write.
pub(crate) fn reading() -> (tempfile::TempDir, Running) {
    let folder = tempfile::tempdir().unwrap();
    let running = serving(demo().store.path(), folder.path(), &[]);
    (folder, running)
}

/// What the service tells whoever has the token.
pub(crate) fn with_token(running: &Running, path: &str) -> Answer {
    running.get_with(path, ("authorization", &format!("Bearer {TOKEN}")))
}

/// Asks for a scan of a country, with the token.
pub(crate) fn post(running: &Running, country: &str, body: &Value) -> Answer {
    let bearer = format!("Bearer {TOKEN}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let path = format!("/v1/countries/{country}/scans");
    running.ask("POST", &path, &headers, body.to_string().as_bytes())
}
