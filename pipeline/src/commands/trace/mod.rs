//! From what was published back to the spreadsheet cell and the page's bytes, every step checked.

mod checked;
mod hops;
mod host;
mod metric;
mod record;
mod rows;
mod traced;

use crate::cli::TraceArgs;
use deklaro_console::{Exit, UsageError, output};
use deklaro_record::chosen;
use deklaro_schemas::tables::Host;
use deklaro_schemas::{HostKey, SnapshotId};
use deklaro_store::Store;
use rows::rows_where;

/// `deklaro trace`: exit 1 when a step does not hold.
pub(crate) async fn trace(store: &Store, trace: &TraceArgs) -> anyhow::Result<Exit> {
    let snapshot = chosen(store, trace.snapshot.as_ref()).await?;
    let is_json = trace.output.json;
    if let Some(metric) = &trace.metric {
        let traced = metric::trace(store, &snapshot, metric).await?;
        return told(is_json, &traced, &traced.shown(), traced.hops.iter().all(|hop| hop.problem.is_none()));
    }
    let what = trace.what.as_deref().unwrap_or_default();
    let hosts = match record::hosts(store, &snapshot, what).await? {
        Some(hosts) => hosts,
        None => find(store, &snapshot, &HostKey::parse(what)?).await?,
    };
    let mut traced = Vec::new();
    for host in hosts {
        traced.push(host::follow(store, &snapshot, host).await?);
    }
    let text = traced.iter().map(host::shown).collect::<Vec<_>>().join("\n");
    let holds = traced.iter().flat_map(|traced| &traced.hops).all(|hop| hop.problem.is_none());
    told(is_json, &traced, &text, holds)
}

fn told(is_json: bool, traced: &impl serde::Serialize, text: &str, holds: bool) -> anyhow::Result<Exit> {
    if is_json {
        output::json(traced)?;
    } else {
        output::text(text)?;
    }
    Ok(if holds { Exit::Done } else { Exit::CheckFailed })
}

/// The host under this name or, failing that, its twin's.
async fn find(store: &Store, snapshot: &SnapshotId, name: &HostKey) -> anyhow::Result<Vec<Host>> {
    for name in [name.clone(), name.twin()] {
        let hosts: Vec<Host> = rows_where(store, snapshot, "canonical_hostname", name.as_str()).await?;
        if !hosts.is_empty() {
            return Ok(hosts);
        }
    }
    let hint = format!(
        "deklaro sql \"select canonical_hostname from hosts where canonical_hostname like '%{}%'\"",
        name.without_www()
    );
    Err(UsageError::new(format!("host `{name}` is not in snapshot `{snapshot}`"), hint).into())
}
