//! `deklaro evidence`: what was asked of a host and what it answered, as a WARC file.

use crate::cli::EvidenceArgs;
use deklaro_console::{Exit, output};
use deklaro_record::chosen;
use deklaro_run::{WarcCounts, write_warc};
use deklaro_schemas::SnapshotId;
use deklaro_store::Store;
use serde::Serialize;

/// What was written.
#[derive(Debug, Serialize)]
struct Written {
    snapshot: SnapshotId,
    warc: String,
    fetches: usize,
    bodies: usize,
    records: usize,
}

/// `deklaro evidence`: the requests of a host with their answers, and the robots.txt files they rest on.
pub(crate) async fn evidence(store: &Store, evidence: &EvidenceArgs) -> anyhow::Result<Exit> {
    let snapshot = chosen(store, evidence.snapshot.as_ref()).await?;
    let counts = write_warc(store, &snapshot, &evidence.host, &evidence.warc).await?;
    let WarcCounts { fetches, bodies, records } = counts;
    let warc = evidence.warc.display().to_string();
    if evidence.output.json {
        output::json(&Written { snapshot, warc, fetches, bodies, records })?;
    } else {
        output::text(&format!("{warc}: {records} records of {fetches} fetches and {bodies} bodies\n"))?;
    }
    Ok(Exit::Done)
}
