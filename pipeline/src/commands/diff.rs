use crate::cli::Diff;
use arrow::array::RecordBatch;
use deklaro_console::{Exit, output};
use deklaro_judge::release::DataDelta;
use deklaro_schemas::codes::{DetectionStatus, Lifecycle};
use deklaro_schemas::stored::Manifest;
use deklaro_schemas::tables::{Change, Host};
use deklaro_schemas::{CountryCode, HostId, Row, Selection, SnapshotId, batch};
use deklaro_store::Store;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

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

/// Hosts that both snapshots list, which alone can be compared, and the others apart.
#[derive(Debug, Default, Serialize)]
struct Cohort {
    hosts_from: usize,
    hosts_to: usize,
    hosts_common: usize,
    hosts_added: usize,
    hosts_removed: usize,
    /// Statements found among the common hosts.
    found_from: usize,
    found_to: usize,
}

/// `deklaro diff`: rows, not bytes.
pub(crate) async fn diff(store: &Store, diff: &Diff) -> anyhow::Result<Exit> {
    let (earlier, later) =
        (hosts(store, &diff.from, diff.country).await?, hosts(store, &diff.to, diff.country).await?);
    let changes = deklaro_diff::between(&earlier, &later, diff.to.month())?;
    let changes: Vec<Change> = batch::to_rows(&changes)?;
    let mut changes_by_type = BTreeMap::new();
    for change in &changes {
        *changes_by_type.entry(change.change_type.as_str()).or_insert(0) += 1;
    }
    let cohort = cohort(&batch::all_rows(&earlier)?, &batch::all_rows(&later)?);
    let report = Report { from: diff.from.clone(), to: diff.to.clone(), cohort, changes_by_type, changes };
    if diff.output.json {
        output::json(&report)?;
    } else {
        output::text(&text(&report))?;
    }
    Ok(Exit::Done)
}

/// How the hosts of two snapshots differ, for a release manifest.
pub(crate) async fn data_delta(
    store: &Store,
    from: &SnapshotId,
    to: &SnapshotId,
) -> anyhow::Result<DataDelta> {
    let (earlier, later) = (hosts(store, from, None).await?, hosts(store, to, None).await?);
    let rows: Vec<Change> = batch::to_rows(&deklaro_diff::between(&earlier, &later, to.month())?)?;
    let mut changes = BTreeMap::new();
    for change in &rows {
        *changes.entry(change.change_type.as_str().to_owned()).or_insert(0) += 1;
    }
    let cohort = cohort(&batch::all_rows(&earlier)?, &batch::all_rows(&later)?);
    Ok(DataDelta {
        hosts_before: cohort.hosts_from as u64,
        hosts_after: cohort.hosts_to as u64,
        hosts_common: cohort.hosts_common as u64,
        hosts_added: cohort.hosts_added as u64,
        hosts_removed: cohort.hosts_removed as u64,
        found_before: cohort.found_from as u64,
        found_after: cohort.found_to as u64,
        changes,
    })
}

async fn hosts(
    store: &Store,
    snapshot: &SnapshotId,
    country: Option<CountryCode>,
) -> anyhow::Result<Vec<RecordBatch>> {
    store.manifest(snapshot).await?;
    let wanted = match &country {
        Some(country) => Selection::all().only("country_code", country.as_str()),
        None => Selection::all(),
    };
    let folder = format!("{}/tables/{}", Manifest::folder(snapshot), Host::TABLE);
    Ok(store.read_parquet(&Host::table(), &folder, &wanted).await?)
}

fn cohort(earlier: &[Host], later: &[Host]) -> Cohort {
    let is_listed = |host: &&Host| host.lifecycle != Lifecycle::Retired;
    let is_found = |host: &Host| host.detection_status == DetectionStatus::Found;
    // A host that was renamed in between is one host.
    let renamed: HashMap<&HostId, HostId> = later
        .iter()
        .filter_map(|host| {
            let successor = host.successor_hostname.as_ref()?;
            Some((&host.host_id, HostId::of(host.country_code, successor)))
        })
        .collect();
    let goes_by = |host: &Host| renamed.get(&host.host_id).unwrap_or(&host.host_id).clone();
    let before: HashMap<HostId, &Host> =
        earlier.iter().filter(is_listed).map(|host| (goes_by(host), host)).collect();
    let after: Vec<&Host> = later.iter().filter(is_listed).collect();
    let common: Vec<(&Host, &Host)> =
        after.iter().filter_map(|host| Some((*before.get(&host.host_id)?, *host))).collect();
    Cohort {
        hosts_from: earlier.iter().filter(is_listed).count(),
        hosts_to: after.len(),
        hosts_common: common.len(),
        hosts_added: after.len() - common.len(),
        hosts_removed: earlier.iter().filter(is_listed).count() - common.len(),
        found_from: common.iter().filter(|(before, _)| is_found(before)).count(),
        found_to: common.iter().filter(|(_, after)| is_found(after)).count(),
    }
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
