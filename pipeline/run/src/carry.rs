//! Rows of the last snapshot: what steps compare with, and what a run over some countries takes over.

use super::active_run::ActiveRun;
use super::select::{filter_text, texts};
use arrow::array::RecordBatch;
use deklaro_schemas::stored::Manifest;
use deklaro_schemas::tables::Host;
use deklaro_schemas::{Carry, CountryCode, Row, Selection, TableSpec};
use deklaro_store::StoreError;
use std::collections::{BTreeSet, HashSet};

/// A country's rows in the last snapshot; none before the first.
pub(super) async fn last_rows(
    work: &ActiveRun<'_>,
    table: &TableSpec,
    country: CountryCode,
) -> anyhow::Result<Vec<RecordBatch>> {
    read(work, table, &Selection::all().only("country_code", country.as_str())).await
}

/// Every country the last snapshot knows a host of.
pub(super) async fn last_countries(work: &ActiveRun<'_>) -> anyhow::Result<BTreeSet<CountryCode>> {
    let column = "country_code";
    let rows = read(work, &Host::table(), &Selection::columns(&[column])).await?;
    let codes: HashSet<String> = texts(&rows, column)?.into_iter().collect();
    Ok(codes.iter().map(|code| CountryCode::parse(code)).collect::<Result<_, _>>()?)
}

/// Rows of the last snapshot that a run over some countries takes over unchanged; none for a run over all.
pub(super) async fn carried(
    work: &ActiveRun<'_>,
    table: &TableSpec,
    fresh: &[RecordBatch],
) -> anyhow::Result<Vec<RecordBatch>> {
    if work.run.countries.is_empty() || table.carry == Carry::No {
        return Ok(Vec::new());
    }
    let rows = read(work, table, &Selection::all()).await?;
    if table.carry == Carry::ByCountry {
        return rows
            .iter()
            .map(|rows| filter_text(rows, "country_code", |country| !work.is_run(country)))
            .collect();
    }
    let [key] = table.key else {
        anyhow::bail!("table `{}`: only a single key column can be carried by", table.name)
    };
    let written: HashSet<String> = texts(fresh, key)?.into_iter().collect();
    rows.iter()
        .map(|rows| filter_text(rows, key, |text| text.is_some_and(|text| !written.contains(text))))
        .collect()
}

async fn read(
    work: &ActiveRun<'_>,
    table: &TableSpec,
    wanted: &Selection,
) -> anyhow::Result<Vec<RecordBatch>> {
    let Some(previous) = &work.run.previous else { return Ok(Vec::new()) };
    Ok(work.store.read_table(table, previous, wanted).await?)
}

/// The manifest of the snapshot this one is compared with; nothing in the first month.
pub(super) async fn previous_manifest(work: &ActiveRun<'_>) -> Result<Option<Manifest>, StoreError> {
    match &work.run.previous {
        Some(previous) => work.store.manifest(previous).await.map(Some),
        None => Ok(None),
    }
}
