//! How the hosts of two snapshots differ.

use arrow::array::RecordBatch;
use deklaro_judge::release::DataDelta;
use deklaro_schemas::codes::{DetectionStatus, Lifecycle};
use deklaro_schemas::tables::{Change, Host};
use deklaro_schemas::{CountryCode, HostId, Row, Selection, SnapshotId, batch};
use deklaro_store::Store;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// How two snapshots differ.
#[derive(Debug)]
pub struct Difference {
    /// Hosts of both, and of one alone.
    pub cohort: Cohort,
    /// How often each type of change occurs.
    pub changes_by_type: BTreeMap<&'static str, usize>,
    /// Every change.
    pub changes: Vec<Change>,
}

/// Hosts that both snapshots list, which alone can be compared, and the others apart.
#[derive(Debug, Default, Serialize)]
pub struct Cohort {
    /// Hosts of the earlier snapshot.
    pub hosts_from: usize,
    /// Hosts of the later one.
    pub hosts_to: usize,
    /// Hosts of both.
    pub hosts_common: usize,
    /// Hosts of the later one alone.
    pub hosts_added: usize,
    /// Hosts of the earlier one alone.
    pub hosts_removed: usize,
    /// Statements found among the common hosts.
    pub found_from: usize,
    /// The same in the later one.
    pub found_to: usize,
}

/// How the hosts of two snapshots differ, of one country or of all.
pub async fn difference(
    store: &Store,
    from: &SnapshotId,
    to: &SnapshotId,
    country: Option<CountryCode>,
) -> anyhow::Result<Difference> {
    let (earlier, later) = (hosts(store, from, country).await?, hosts(store, to, country).await?);
    let changes: Vec<Change> = batch::to_rows(&deklaro_diff::between(&earlier, &later, to.month())?)?;
    let mut changes_by_type = BTreeMap::new();
    for change in &changes {
        *changes_by_type.entry(change.change_type.as_str()).or_insert(0) += 1;
    }
    let cohort = cohort(&batch::all_rows(&earlier)?, &batch::all_rows(&later)?);
    Ok(Difference { cohort, changes_by_type, changes })
}

/// The same for a release manifest.
pub(crate) async fn data_delta(
    store: &Store,
    from: &SnapshotId,
    to: &SnapshotId,
) -> anyhow::Result<DataDelta> {
    let Difference { cohort, changes_by_type, .. } = difference(store, from, to, None).await?;
    let named = |(name, count): (&str, usize)| (name.to_owned(), count as u64);
    Ok(DataDelta {
        hosts_before: cohort.hosts_from as u64,
        hosts_after: cohort.hosts_to as u64,
        hosts_common: cohort.hosts_common as u64,
        hosts_added: cohort.hosts_added as u64,
        hosts_removed: cohort.hosts_removed as u64,
        found_before: cohort.found_from as u64,
        found_after: cohort.found_to as u64,
        changes: changes_by_type.into_iter().map(named).collect(),
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
    Ok(store.read_table(&Host::table(), snapshot, &wanted).await?)
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
