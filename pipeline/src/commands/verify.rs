use super::chosen;
use crate::cli::Verify;
use crate::exit::Exit;
use crate::output;
use deklaro_schemas::store::{Store, Verified};

/// `deklaro verify`: exit 1 when a file differs from its manifest.
pub(crate) async fn verify(store: &Store, verify: &Verify) -> anyhow::Result<Exit> {
    // The chain of refs is checked by reading it.
    let snapshot = chosen(store, verify.snapshot.as_ref()).await?;
    let entries = store.refs().await?.len();
    let verified = store.verify(&snapshot).await?;
    if verify.output.json {
        output::json(&verified)?;
    } else {
        output::text(&table(&verified, entries))?;
    }
    Ok(if verified.findings.is_empty() { Exit::Done } else { Exit::CheckFailed })
}

fn table(verified: &Verified, entries: usize) -> String {
    let mut text = String::new();
    for finding in &verified.findings {
        text.push_str(&format!("{}: {}\n", finding.path, finding.problem));
    }
    let verdict = if verified.findings.is_empty() {
        "intact".to_owned()
    } else {
        format!("{} damaged", verified.findings.len())
    };
    let Verified { snapshot, file_count, size_bytes, .. } = verified;
    text.push_str(&format!(
        "snapshot {snapshot}: {file_count} files, {size_bytes} bytes, {entries} ref entries: {verdict}\n"
    ));
    text
}
