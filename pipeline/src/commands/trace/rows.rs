//! Rows of a snapshot by the value of a column.

use deklaro_schemas::{Row, Selection, SnapshotId};
use deklaro_store::Store;

pub(super) async fn rows_where<R: Row>(
    store: &Store,
    snapshot: &SnapshotId,
    column: &str,
    value: &str,
) -> anyhow::Result<Vec<R>> {
    Ok(store.read_rows(snapshot, &Selection::all().only(column, value)).await?)
}
