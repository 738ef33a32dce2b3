//! Which hosts may be compared without the others.

use crate::DiffError;
use arrow::array::{Array, BooleanArray, RecordBatch, StringArray};
use arrow::compute::{and_not, cast, filter_record_batch, not};
use arrow::datatypes::DataType;
use deklaro_frames::FrameError;
use deklaro_schemas::batch::BatchError;
use deklaro_schemas::codes::Lifecycle;
use std::collections::HashSet;

/// Rows of one table in two heaps.
#[derive(Debug, Clone, Default)]
pub struct Apart {
    /// Of hosts that are compared with nobody but themselves.
    pub alone: Vec<RecordBatch>,
    /// Of hosts of which one may be another's new name: new ones, and ones that are gone. Those of a country belong together.
    pub together: Vec<RecordBatch>,
}

/// Parts this month's verdicts and last month's hosts, so that tables of any size can be compared piece by piece. Both must hold all
/// rows of the hosts they hold. A host on both sides stands alone, and so does one that was retired before.
///
/// # Errors
/// A table without `host_id`, hosts without `lifecycle`.
pub fn apart(statements: &[RecordBatch], last_hosts: &[RecordBatch]) -> Result<[Apart; 2], DiffError> {
    let (now_ids, last_ids) = (texts(statements, "host_id")?, texts(last_hosts, "host_id")?);
    let (now_known, last_known) = (known(&now_ids), known(&last_ids));
    let retired: Vec<BooleanArray> = texts(last_hosts, "lifecycle")?.iter().map(was_retired).collect();
    let new = now_ids.iter().map(|ids| missing(ids, &last_known));
    let gone =
        last_ids.iter().zip(&retired).map(|(ids, retired)| and_not(&missing(ids, &now_known), retired));
    Ok([parted(statements, new.map(Ok))?, parted(last_hosts, gone)?])
}

fn texts(batches: &[RecordBatch], name: &str) -> Result<Vec<StringArray>, DiffError> {
    let of = |batch: &RecordBatch| -> Result<StringArray, DiffError> {
        let column = batch
            .column_by_name(name)
            .ok_or_else(|| BatchError::MissingColumn { table: "hosts", column: name.to_owned() })?;
        let plain = cast(column, &DataType::Utf8).map_err(FrameError::from)?;
        Ok(StringArray::from(plain.to_data()))
    };
    batches.iter().map(of).collect()
}

fn known(ids: &[StringArray]) -> HashSet<&str> {
    ids.iter().flat_map(|ids| ids.iter().flatten()).collect()
}

fn missing(ids: &StringArray, known: &HashSet<&str>) -> BooleanArray {
    ids.iter().map(|id| Some(id.is_some_and(|id| !known.contains(id)))).collect()
}

fn was_retired(lifecycles: &StringArray) -> BooleanArray {
    lifecycles.iter().map(|lifecycle| Some(lifecycle == Some(Lifecycle::Retired.as_str()))).collect()
}

fn parted(
    batches: &[RecordBatch],
    together: impl Iterator<Item = Result<BooleanArray, arrow::error::ArrowError>>,
) -> Result<Apart, DiffError> {
    let mut apart = Apart::default();
    for (batch, together) in batches.iter().zip(together) {
        let together = together.map_err(FrameError::from)?;
        let alone = not(&together).map_err(FrameError::from)?;
        for (heap, chosen) in [(&mut apart.alone, alone), (&mut apart.together, together)] {
            let rows = filter_record_batch(batch, &chosen).map_err(FrameError::from)?;
            if rows.num_rows() > 0 {
                heap.push(rows);
            }
        }
    }
    Ok(apart)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DiffInput, diff};
    use deklaro_schemas::tables::testing::statement;
    use deklaro_schemas::tables::{Change, Host, Statement};
    use deklaro_schemas::{RunMonth, SnapshotId, batch};
    use proptest::prelude::{Strategy, prop, proptest};

    /// Hosts `h0…h19`, some with `www.`, in one of two countries, reached or not, answering under another name or not.
    fn statements() -> impl Strategy<Value = Vec<Statement>> {
        let host = (0..20_u8, prop::bool::ANY, prop::bool::ANY, prop::option::of(0..20_u8));
        prop::collection::btree_map((0..20_u8, prop::bool::ANY), host, 0..30).prop_map(|hosts| {
            let rows = hosts.into_iter().map(|((number, is_www), (_, is_reachable, _, answers))| {
                let www = if is_www { "www." } else { "" };
                let mut row = statement(&format!("{www}h{number}.example.at"));
                row.is_reachable = is_reachable;
                row.answering_hostname =
                    answers.map(|other| format!("h{other}.example.at").parse().expect("a host name"));
                row
            });
            rows.collect()
        })
    }

    fn month(month: &str) -> SnapshotId {
        SnapshotId::new(RunMonth::parse(month).unwrap(), 0)
    }

    fn hosts_after(
        snapshot: &SnapshotId,
        now: &[Statement],
        last: &[RecordBatch],
    ) -> (Vec<Host>, Vec<Change>) {
        let statements = [batch::from_rows(now).unwrap()];
        rows(snapshot, &statements, last)
    }

    fn rows(snapshot: &SnapshotId, now: &[RecordBatch], last: &[RecordBatch]) -> (Vec<Host>, Vec<Change>) {
        let made = diff(&DiffInput { snapshot, statements: now, last_hosts: last }).unwrap();
        (batch::to_rows(&made.hosts).unwrap(), batch::to_rows(&made.changes).unwrap())
    }

    proptest! {
        #[test]
        fn what_is_compared_apart_is_what_is_compared_at_once(
            first in statements(), second in statements(), third in statements(),
        ) {
            let (october, november) = (month("2026-10"), month("2026-11"));
            let (before, _) = hosts_after(&month("2026-09"), &first, &[]);
            let (last, _) = hosts_after(&october, &second, &[batch::from_rows(&before).unwrap()]);
            let (now, last) = ([batch::from_rows(&third).unwrap()], [batch::from_rows(&last).unwrap()]);
            let (mut hosts, mut changes) = rows(&november, &now, &last);
            let [now, last] = apart(&now, &last).unwrap();
            let (mut pieces, mut piece_changes) = rows(&november, &now.alone, &last.alone);
            let (together, together_changes) = rows(&november, &now.together, &last.together);
            pieces.extend(together);
            piece_changes.extend(together_changes);
            hosts.sort_by_key(|host| host.host_id.clone());
            pieces.sort_by_key(|host| host.host_id.clone());
            changes.sort_by_key(|change| format!("{change:?}"));
            piece_changes.sort_by_key(|change| format!("{change:?}"));
            assert_eq!(hosts, pieces);
            assert_eq!(changes, piece_changes);
        }
    }
}
