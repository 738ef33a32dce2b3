use super::Work;
use super::select::filter_text;
use arrow::array::{AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use deklaro_schemas::{Carry, SnapshotId, TableSpec};
use std::collections::HashSet;

/// The last snapshot's hosts that this run is about: those of its countries, or all.
pub(super) async fn last_rows(work: &Work<'_>, table: &TableSpec) -> anyhow::Result<Vec<RecordBatch>> {
    let Some(previous) = &work.run.previous else { return Ok(Vec::new()) };
    let rows = read(work, previous, table).await?;
    rows.iter().map(|rows| filter_text(rows, "country_code", |country| work.is_run(country))).collect()
}

/// Rows of the last snapshot that a run over some countries takes over unchanged; none for a run over all.
pub(super) async fn carried(
    work: &Work<'_>,
    table: &TableSpec,
    fresh: &[RecordBatch],
) -> anyhow::Result<Vec<RecordBatch>> {
    let (Some(previous), false) = (&work.run.previous, work.run.countries.is_empty()) else {
        return Ok(Vec::new());
    };
    let rows = match table.carry {
        Carry::No => return Ok(Vec::new()),
        Carry::ByCountry | Carry::ByKey => read(work, previous, table).await?,
    };
    if table.carry == Carry::ByCountry {
        return rows
            .iter()
            .map(|rows| filter_text(rows, "country_code", |country| !work.is_run(country)))
            .collect();
    }
    let [key] = table.key else {
        anyhow::bail!("table `{}`: only a single key column can be carried by", table.name)
    };
    let written = texts(fresh, key)?;
    rows.iter()
        .map(|rows| filter_text(rows, key, |text| text.is_some_and(|text| !written.contains(text))))
        .collect()
}

async fn read(work: &Work<'_>, snapshot: &SnapshotId, table: &TableSpec) -> anyhow::Result<Vec<RecordBatch>> {
    let folder = format!("snapshots/snapshot={snapshot}/tables/{}", table.name);
    Ok(work.store.read_parquet(table, &folder).await?)
}

fn texts(rows: &[RecordBatch], column: &str) -> anyhow::Result<HashSet<String>> {
    let mut found = HashSet::new();
    for rows in rows {
        let Some(values) = rows.column_by_name(column) else { continue };
        let values = cast(values, &DataType::Utf8)?;
        found.extend(values.as_string::<i32>().iter().flatten().map(str::to_owned));
    }
    Ok(found)
}
