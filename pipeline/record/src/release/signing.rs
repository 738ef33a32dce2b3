//! Which text does an approver sign, and does the signature count? Names and reasons have no line ends: each field is one line.

use super::keys;
use super::settings::Gate;
use deklaro_schemas::stored::{Approval, DraftedManifest, ReleaseWaiver, WaiverRevocation};
use deklaro_schemas::{Date, StoreId, Timestamp};

/// Days a waiver may be in force: what does not hold for longer is a threshold to change.
const MOST_DAYS: i64 = 92;

/// What an approver signs.
pub fn approval_text(approval: &Approval) -> String {
    let Approval { snapshot, manifest_sha256, approver, role, signed_at, store_id, .. } = approval;
    format!(
        "{}snapshot {snapshot}\nmanifest {}\napprover {approver}\nrole {role}\nsigned_at {signed_at}\n",
        head("approval", store_id.as_ref()),
        manifest_sha256.as_str()
    )
}

/// What somebody who waives a rule signs.
pub fn waiver_text(waiver: &ReleaseWaiver) -> String {
    let ReleaseWaiver { rule, until, reason, approver, role, signed_at, store_id, .. } = waiver;
    format!(
        "{}rule {rule}\nuntil {until}\nreason {reason}\napprover {approver}\nrole {role}\nsigned_at {signed_at}\n",
        head("waiver", store_id.as_ref())
    )
}

/// What somebody who revokes a waiver signs.
pub(super) fn revocation_text(revocation: &WaiverRevocation) -> String {
    let WaiverRevocation { waiver, waiver_sha256, store_id, reason, approver, role, signed_at, .. } =
        revocation;
    format!(
        "{}waiver {waiver}\nwaiver_sha256 {}\nreason {reason}\napprover {approver}\nrole {role}\nsigned_at {signed_at}\n",
        head("revocation", Some(store_id)),
        waiver_sha256.as_str()
    )
}

/// The first lines: what it is, the version of the text, and the store. Version 1 names no store.
fn head(what: &str, store: Option<&StoreId>) -> String {
    match store {
        Some(id) => format!("deklaro release {what} 2\nstore {id}\n"),
        None => format!("deklaro release {what} 1\n"),
    }
}

/// Why an approval does not count for this manifest; nothing where it does.
pub(super) fn approval_problem(
    gate: &Gate,
    store: Option<&StoreId>,
    approval: &Approval,
    drafted: &DraftedManifest,
    at: Timestamp,
) -> Option<String> {
    // One of version 1 is bound to its manifest alone.
    if approval.store_id.is_some() && approval.store_id.as_ref() != store {
        return Some("it was signed for another store".to_owned());
    }
    if approval.manifest_sha256 != drafted.sha256 {
        return Some("it is of another manifest".to_owned());
    }
    let text = approval_text(approval);
    signature_problem(gate, (&approval.approver, &approval.role), &text, &approval.signature, at)
}

/// Why a waiver does not count; nothing where it does, its last day aside. One that was written by something else than this program is held
/// to the same limits.
pub(super) fn waiver_problem(
    gate: &Gate,
    store: Option<&StoreId>,
    waiver: &ReleaseWaiver,
    written_at: Timestamp,
    at: Timestamp,
) -> Option<String> {
    if waiver.store_id.is_none() {
        return Some("it was signed before stores had ids: sign it again".to_owned());
    }
    if waiver.store_id.as_ref() != store {
        return Some("it was signed for another store".to_owned());
    }
    if waiver.signed_at != written_at {
        return Some(format!("it was signed at {} and written at {written_at}", waiver.signed_at));
    }
    if let Err(problem) = days_in_force(waiver.signed_at, &waiver.until) {
        return Some(problem);
    }
    signature_problem(gate, (&waiver.approver, &waiver.role), &waiver_text(waiver), &waiver.signature, at)
}

/// Why a revocation does not count; nothing where it does. Its key must have been in force when it was signed: a waiver does not come back
/// because a key expires.
pub(super) fn revocation_problem(
    gate: &Gate,
    revocation: &WaiverRevocation,
    written_at: Timestamp,
) -> Option<String> {
    let WaiverRevocation { approver, role, signed_at, signature, .. } = revocation;
    if *signed_at != written_at {
        return Some(format!("it was signed at {signed_at} and written at {written_at}"));
    }
    signature_problem(gate, (approver, role), &revocation_text(revocation), signature, *signed_at)
}

/// Fails with the reason when a waiver signed at this moment may not be in force until that day.
pub fn days_in_force(signed_at: Timestamp, until: &str) -> Result<(), String> {
    let last = until.parse::<jiff::civil::Date>().ok().filter(|_| until.len() == 10);
    let last = last.and_then(|last| Date::new(last.year(), last.month(), last.day()));
    let last = last.ok_or_else(|| format!("`{until}` is not a day such as 2026-12-31"))?;
    match i64::from(last.0) - i64::from(signed_at.date().0) {
        ..0 => Err(format!("{until} has passed")),
        0..=MOST_DAYS => Ok(()),
        _ => Err(format!("{until} is more than {MOST_DAYS} days from now")),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_waiver_is_in_force_for_92_days_at_most() {
        let noon: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let of = |until: &str| days_in_force(noon, until);
        assert!(of("2026-11-23").is_ok() && of("2027-02-23").is_ok());
        assert_eq!(of("2026-11-22").unwrap_err(), "2026-11-22 has passed");
        assert_eq!(of("2027-02-24").unwrap_err(), "2027-02-24 is more than 92 days from now");
        assert!(of("9999-12-31").is_err() && of("soon").is_err());
    }
}
