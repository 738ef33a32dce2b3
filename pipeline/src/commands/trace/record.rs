//! A trace finds the hosts that a record's id is about.

use super::rows::rows_where;
use deklaro_console::UsageError;
use deklaro_schemas::tables::{Fetch, Host, Seed};
use deklaro_schemas::{CountryCode, HostKey, SnapshotId};
use deklaro_store::Store;
use std::collections::BTreeSet;

/// The hosts a record is about, by its id; `None` when the text is no id.
pub(super) async fn hosts(
    store: &Store,
    snapshot: &SnapshotId,
    id: &str,
) -> anyhow::Result<Option<Vec<Host>>> {
    let is_id = matches!(id.len(), 32 | 64) && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_id {
        return Ok(None);
    }
    let id = id.to_ascii_lowercase();
    let mut hosts: Vec<Host> = Vec::new();
    if id.len() == 32 {
        hosts = rows_where(store, snapshot, "host_id", &id).await?;
    }
    if hosts.is_empty() {
        for (country, name) in about(store, snapshot, &id).await? {
            let named: Vec<Host> = rows_where(store, snapshot, "canonical_hostname", name.as_str()).await?;
            hosts.extend(named.into_iter().filter(|host| host.country_code == country));
        }
    }
    if hosts.is_empty() {
        let hint = "ids stand in the tables `hosts`, `fetches`, `seeds`, `sources` and `bodies`";
        return Err(UsageError::new(format!("no record `{id}` in snapshot `{snapshot}`"), hint).into());
    }
    Ok(Some(hosts))
}

/// Country and name of the hosts that a fetch, a page's bytes, a sheet row or a list is about.
async fn about(
    store: &Store,
    snapshot: &SnapshotId,
    id: &str,
) -> anyhow::Result<BTreeSet<(CountryCode, HostKey)>> {
    let fetch_columns: &[&str] = if id.len() == 64 { &["body_sha256"] } else { &["fetch_id"] };
    let mut found = BTreeSet::new();
    for column in fetch_columns {
        let fetches: Vec<Fetch> = rows_where(store, snapshot, column, id).await?;
        found.extend(fetches.into_iter().map(|fetch| (fetch.country_code, fetch.canonical_hostname)));
    }
    if id.len() == 32 {
        for column in ["seed_id", "source_id"] {
            let seeds: Vec<Seed> = rows_where(store, snapshot, column, id).await?;
            found.extend(seeds.into_iter().map(|seed| (seed.country_code, seed.canonical_hostname)));
        }
    }
    Ok(found)
}
