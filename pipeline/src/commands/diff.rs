//! `deklaro diff`: two snapshots host by host.

use crate::cli::DiffArgs;
use deklaro_console::{Exit, output};
use deklaro_report::Cohort;
use deklaro_run::{Difference, difference};
use deklaro_schemas::SnapshotId;
use deklaro_schemas::tables::Change;
use deklaro_store::Store;
use serde::Serialize;
use std::collections::BTreeMap;

/// Changes shown to people.
const SHOWN: usize = 40;

/// How two snapshots differ.
#[derive(Debug, Serialize)]
struct Report {
    from: SnapshotId,
    to: SnapshotId,
    cohort: Cohort,
    changes_by_type: BTreeMap<&'static str, usize>,
    changes: Vec<Change>,
}

/// `deklaro diff`: rows, not bytes.
pub(crate) async fn diff(store: &Store, diff: &DiffArgs) -> anyhow::Result<Exit> {
    let Difference { cohort, changes_by_type, changes } =
        difference(store, &diff.from, &diff.to, diff.country).await?;
    let report = Report { from: diff.from.clone(), to: diff.to.clone(), cohort, changes_by_type, changes };
    if diff.output.json {
        output::json(&report)?;
    } else {
        output::text(&text(&report))?;
    }
    Ok(Exit::Done)
}

fn text(report: &Report) -> String {
    let Report { from, to, cohort, .. } = report;
    let mut text = format!(
        "{from} has {} hosts, {to} has {}: {} in both, {} added, {} removed\n\
         statements found among the hosts in both: {}, then {}\n",
        cohort.hosts_from,
        cohort.hosts_to,
        cohort.hosts_common,
        cohort.hosts_added,
        cohort.hosts_removed,
        cohort.found_from,
        cohort.found_to
    );
    for (name, count) in &report.changes_by_type {
        text.push_str(&format!("{count:>7}  {name}\n"));
    }
    for change in report.changes.iter().take(SHOWN) {
        let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        text.push_str(&format!(
            "{} {} {}: {} → {}\n",
            change.country_code,
            change.canonical_hostname,
            change.change_type,
            side(&change.before),
            side(&change.after)
        ));
    }
    if report.changes.len() > SHOWN {
        text.push_str(&format!("… and {} more; `--json` has them all\n", report.changes.len() - SHOWN));
    }
    text
}
