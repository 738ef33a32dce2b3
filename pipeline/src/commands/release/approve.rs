//! `deklaro release approve` signs the last draft of a release manifest.

use crate::cli::ApproveArgs;
use deklaro_console::{Exit, output};
use deklaro_record::release::{About, Desk, approval_text, drafted, of_release};
use deklaro_schemas::codes::DecisionAction;
use deklaro_schemas::stored::Approval;

/// `deklaro release approve`: a signature under the last draft. What is refused is on record too.
pub(super) async fn approve(desk: &Desk<'_>, asked: &ApproveArgs) -> anyhow::Result<Exit> {
    let snapshot = of_release(desk.store, asked.snapshot.as_ref()).await?;
    let mut about = About { snapshot: Some(snapshot.clone()), manifest_sha256: asked.manifest.clone() };
    let refused = |about, reason| desk.refuse(DecisionAction::Approve, about, reason);
    if let Some(reason) = desk.mistrust().await? {
        return Err(refused(about, reason).await);
    }
    let Some(draft) = drafted(desk.store, &snapshot).await? else {
        let reason = format!("no manifest was drafted for {snapshot}: `deklaro release draft`");
        return Err(refused(about, reason).await);
    };
    let sha256 = draft.row.sha256;
    if let Some(other) = asked.manifest.as_ref().filter(|named| **named != sha256) {
        let (other, last) = (other.as_str(), sha256.as_str());
        let reason = format!("manifest {other} is not the last draft of {snapshot}, which is {last}");
        return Err(refused(about, reason).await);
    }
    about.manifest_sha256 = Some(sha256.clone());
    let (approver, key) = match desk.signer(&asked.signer.name, &asked.signer.key) {
        Ok(signer) => signer,
        Err(reason) => return Err(refused(about, reason).await),
    };
    let mut approval = Approval {
        snapshot: snapshot.clone(),
        manifest_sha256: sha256,
        approver: approver.name.clone(),
        role: approver.role.clone(),
        signed_at: desk.at.to_second(),
        signature: String::new(),
        store_id: Some(desk.store.make_id().await?),
    };
    approval.signature = key.sign(&approval_text(&approval));
    let entry = desk.register(&approver.name, approval).await?;
    if asked.output.json {
        output::json(&entry)?;
    } else {
        let (name, role, sha256) = (&entry.row.approver, &entry.row.role, entry.row.manifest_sha256.as_str());
        output::text(&format!("{name} ({role}) approved {snapshot}, manifest {sha256}\n"))?;
    }
    Ok(Exit::Done)
}
