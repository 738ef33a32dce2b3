use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::DataType;
use deklaro_schemas::store::Store;
use deklaro_schemas::{Row, SnapshotId, batch};

/// The rows whose text column passes the test; a missing value passes as `None`.
pub fn filter_text(
    rows: &RecordBatch,
    column: &str,
    keep: impl Fn(Option<&str>) -> bool,
) -> anyhow::Result<RecordBatch> {
    let Some(values) = rows.column_by_name(column) else { anyhow::bail!("column `{column}` is missing") };
    let values = cast(values, &DataType::Utf8)?;
    let mask: BooleanArray = values.as_string::<i32>().iter().map(|value| Some(keep(value))).collect();
    Ok(filter_record_batch(rows, &mask)?)
}

/// The rows of a snapshot's table where a text column has this value.
pub async fn rows_where<R: Row>(
    store: &Store,
    snapshot: &SnapshotId,
    column: &str,
    value: &str,
) -> anyhow::Result<Vec<R>> {
    let folder = format!("snapshots/snapshot={snapshot}/tables/{}", R::TABLE);
    let mut rows = Vec::new();
    for read in store.read_parquet(&R::table(), &folder).await? {
        let kept = filter_text(&read, column, |text| text == Some(value))?;
        if kept.num_rows() > 0 {
            rows.extend(batch::to_rows::<R>(&kept)?);
        }
    }
    Ok(rows)
}
