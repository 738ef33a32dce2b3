//! `deklaro release show` prints a release: its manifest, signatures, waivers and decisions.

use crate::cli::ReleaseShowArgs;
use deklaro_console::{Exit, UsageError, output};
use deklaro_judge::release::Signature;
use deklaro_record::release::{Desk, Shown, of_release, shown};

/// `deklaro release show`
pub(super) async fn show(desk: &Desk<'_>, asked: &ReleaseShowArgs) -> anyhow::Result<Exit> {
    let snapshot = of_release(desk.store, asked.snapshot.as_ref()).await?;
    let Some(shown) = shown(desk, &snapshot).await? else {
        let message = format!("no manifest was drafted for {snapshot}");
        return Err(UsageError::new(message, "`deklaro release draft`").into());
    };
    if asked.output.json {
        output::json(&shown)?;
    } else {
        output::text(&text(&shown))?;
    }
    Ok(Exit::Done)
}

fn text(shown: &Shown) -> String {
    let Shown { manifest, sha256, drafted_at, drafted_by, .. } = shown;
    let state = if shown.is_held { "waits for the gate" } else { "does not wait" };
    let mut text = format!(
        "{}, {state}\nmanifest {sha256}, drafted {drafted_at} by {}\nwindow   {} to {}\nback     {}\n",
        manifest.snapshot,
        output::field(drafted_by),
        manifest.rollout.from,
        manifest.rollout.until,
        manifest.rollback.command
    );
    if let Some(data) = &manifest.data {
        let (after, before, common) = (data.hosts_after, data.hosts_before, data.hosts_common);
        let (added, removed) = (data.hosts_added, data.hosts_removed);
        text.push_str(&format!(
            "data     {after} hosts, {before} before: {common} in both, {added} added, {removed} removed; found {}, then {}\n",
            data.found_before, data.found_after
        ));
    }
    for Signature { approver, role, problem } in &shown.signatures {
        let problem = problem.as_ref().map_or_else(String::new, |why| format!(", does not count: {why}"));
        let signed = format!("{approver} ({role}){problem}");
        text.push_str(&format!("signed   {}\n", output::field(&signed)));
    }
    for waived in &shown.waivers {
        text.push_str(&format!("waiver   {}\n", output::field(&waived.to_string())));
    }
    for entry in &shown.decisions {
        let (row, verdict) = (&entry.row, if entry.row.passed { "passed" } else { "refused" });
        text.push_str(&format!(
            "{:>4}  {}  {} {verdict}: {}\n",
            entry.sequence,
            entry.at,
            row.action,
            output::field(&row.reason)
        ));
    }
    text
}
