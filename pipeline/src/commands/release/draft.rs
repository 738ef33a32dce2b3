//! `deklaro release draft` prints and records the release manifest that approvals are bound to.

use crate::cli::DraftArgs;
use deklaro_console::{Exit, Progress, output};
use deklaro_record::release::{About, Desk, DraftWindow, drafted, drafting, of_release};
use deklaro_schemas::Sha256;
use deklaro_schemas::codes::DecisionAction;
use deklaro_schemas::stored::DraftedManifest;

/// `deklaro release draft`: prints the manifest, byte by byte what approvals are bound to. One that says the same is not
/// recorded twice; what is refused is on record.
pub(super) async fn draft(desk: &Desk<'_>, asked: &DraftArgs, progress: &Progress) -> anyhow::Result<Exit> {
    let snapshot = of_release(desk.store, asked.snapshot.as_ref()).await?;
    if let Some(reason) = desk.mistrust().await? {
        let about = About { snapshot: Some(snapshot), manifest_sha256: None };
        return Err(desk.refuse(DecisionAction::Draft, about, reason).await);
    }
    let window = DraftWindow { from: asked.from.as_deref(), until: asked.until.as_deref() };
    let text = drafting(desk, &snapshot, window).await?.text();
    let sha256 = Sha256::of(text.as_bytes());
    let last = drafted(desk.store, &snapshot).await?;
    if last.is_none_or(|last| last.row.sha256 != sha256) {
        let row = DraftedManifest { snapshot: snapshot.clone(), sha256: sha256.clone(), text: text.clone() };
        desk.register(desk.by, row).await?;
    }
    // Approvals are bound to the SHA-256 of these bytes.
    output::bytes(text.as_bytes())?;
    progress.say(&format!("manifest {} of {snapshot} is on record", sha256.as_str()));
    Ok(Exit::Done)
}
