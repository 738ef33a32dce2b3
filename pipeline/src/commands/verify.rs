use super::chosen;
use crate::cli::Verify;
use crate::exit::Exit;
use crate::output;
use crate::run::rehearsal::told;
use deklaro_schemas::SnapshotId;
use deklaro_schemas::codes::SnapshotState;
use deklaro_schemas::store::{Finding, Store, Verified};

/// `deklaro verify`: exit 1 when a file differs from its manifest.
pub(crate) async fn verify(store: &Store, verify: &Verify) -> anyhow::Result<Exit> {
    // The chain of refs is checked by reading it.
    let entries = store.refs().await?.len();
    let mut all = Vec::new();
    for snapshot in snapshots(store, verify).await? {
        all.push(if verify.deep {
            store.verify_deep(&snapshot).await?
        } else {
            store.verify(&snapshot).await?
        });
    }
    if let (Some(rehearsal), Some(first)) = (store.unfinished_rehearsal().await?, all.first_mut()) {
        let path = format!("refs/log/{:020}.json", rehearsal.sequence);
        first.findings.push(Finding { path, problem: told(&rehearsal) });
    }
    match (verify.output.json, verify.all) {
        (true, true) => output::json(&all)?,
        (true, false) => output::json(&all[0])?,
        (false, _) => output::text(&all.iter().map(|one| table(one, entries)).collect::<String>())?,
    }
    let is_intact = all.iter().all(|verified| verified.findings.is_empty());
    Ok(if is_intact { Exit::Done } else { Exit::CheckFailed })
}

async fn snapshots(store: &Store, verify: &Verify) -> anyhow::Result<Vec<SnapshotId>> {
    if !verify.all {
        return Ok(vec![chosen(store, verify.snapshot.as_ref()).await?]);
    }
    let history = store.history().await?;
    let is_there = |(_, state): &(&SnapshotId, SnapshotState)| *state != SnapshotState::Vacuumed;
    Ok(history.snapshots().filter(is_there).map(|(snapshot, _)| snapshot.clone()).collect())
}

fn table(verified: &Verified, entries: usize) -> String {
    let mut text = String::new();
    for finding in &verified.findings {
        text.push_str(&format!("{}: {}\n", finding.path, finding.problem));
    }
    let verdict = if verified.findings.is_empty() {
        "intact".to_owned()
    } else {
        format!("{} wrong", verified.findings.len())
    };
    let Verified { snapshot, file_count, size_bytes, .. } = verified;
    text.push_str(&format!(
        "snapshot {snapshot}: {file_count} files, {size_bytes} bytes, {entries} ref entries: {verdict}\n"
    ));
    text
}
