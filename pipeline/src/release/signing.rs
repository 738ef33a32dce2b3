//! The texts that are signed. Names and reasons have no line ends, so that each field stands on a line of its own.

use super::keys;
use super::settings::Gate;
use deklaro_schemas::Timestamp;
use deklaro_schemas::store::{Approval, DraftedManifest, ReleaseWaiver};

/// What an approver signs.
pub(crate) fn approval_text(approval: &Approval) -> String {
    let Approval { snapshot, manifest_sha256, approver, role, signed_at, .. } = approval;
    format!(
        "deklaro release approval 1\nsnapshot {snapshot}\nmanifest {}\napprover {approver}\nrole {role}\nsigned_at {signed_at}\n",
        manifest_sha256.as_str()
    )
}

/// What somebody who waives a rule signs.
pub(crate) fn waiver_text(waiver: &ReleaseWaiver) -> String {
    let ReleaseWaiver { rule, until, reason, approver, role, signed_at, .. } = waiver;
    format!(
        "deklaro release waiver 1\nrule {rule}\nuntil {until}\nreason {reason}\napprover {approver}\nrole {role}\nsigned_at {signed_at}\n"
    )
}

/// Why an approval does not count for this manifest; nothing where it does.
pub(super) fn approval_problem(
    gate: &Gate,
    approval: &Approval,
    drafted: &DraftedManifest,
    at: Timestamp,
) -> Option<String> {
    if approval.manifest_sha256 != drafted.sha256 {
        return Some("it is of another manifest".to_owned());
    }
    let text = approval_text(approval);
    signature_problem(gate, (&approval.approver, &approval.role), &text, &approval.signature, at)
}

/// Why a waiver does not count; nothing where it does, its last day aside.
pub(super) fn waiver_problem(gate: &Gate, waiver: &ReleaseWaiver, at: Timestamp) -> Option<String> {
    signature_problem(gate, (&waiver.approver, &waiver.role), &waiver_text(waiver), &waiver.signature, at)
}

fn signature_problem(
    gate: &Gate,
    (name, role): (&str, &str),
    text: &str,
    signature: &str,
    at: Timestamp,
) -> Option<String> {
    let Some(approver) = gate.approver(name) else { return Some(format!("`{name}` is no approver")) };
    if approver.role != role {
        return Some(format!("`{name}` is `{}`, and signed as `{role}`", approver.role));
    }
    if let Some(expired) = approver.expired(at) {
        return Some(expired);
    }
    (!keys::holds(&approver.public_key, text, signature)).then(|| "the signature is wrong".to_owned())
}
