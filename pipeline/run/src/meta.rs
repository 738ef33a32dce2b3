//! A run describes itself in tables: scans, settings, columns, files and lineage.

use super::active_run::ActiveRun;
use super::chunks::Chunks;
use deklaro_schemas::codes::ScanStatus;
use deklaro_schemas::steps::{Input, Step, dataflow, writer_of};
use deklaro_schemas::stored::{Manifest, ManifestFile};
use deklaro_schemas::tables::{MetaColumn, MetaFile, MetaLineage, MetaRun, Scan, all};
use deklaro_schemas::{ScanId, Timestamp};
use deklaro_store::Staged;

/// One row per country of the run.
pub(super) fn scans(work: &ActiveRun<'_>, chunks: &Chunks, finished_at: Timestamp) -> Vec<Scan> {
    let scan = |(country, hosts): (&deklaro_schemas::CountryCode, &i64)| Scan {
        scan_id: ScanId::of(&work.run.snapshot, *country),
        run_id: work.run.run_id.clone(),
        country_code: *country,
        run_month: work.run.month,
        status: ScanStatus::Completed,
        started_at: work.run.started_at,
        finished_at: Some(finished_at),
        host_total: *hosts,
        host_processed: *hosts,
        error_summary: None,
    };
    chunks.per_country().iter().map(scan).collect()
}

/// The settings the run was made with.
pub(super) fn settings(work: &ActiveRun<'_>, recorded_at: Timestamp) -> Vec<MetaRun> {
    let crawl = work.crawl;
    let countries: Vec<&str> = work.run.countries.iter().map(deklaro_schemas::CountryCode::as_str).collect();
    let named = [
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("previous_snapshot", work.run.previous.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("countries", countries.join(" ")),
        ("max_rounds", work.run.max_rounds.to_string()),
        ("user_agent", crawl.user_agent.clone()),
        ("max_in_flight", crawl.max_in_flight.to_string()),
        ("gap_ms", crawl.gap.as_millis().to_string()),
        ("per_address", crawl.per_address.to_string()),
        ("retries", crawl.retries.to_string()),
        ("max_body_bytes", crawl.max_body_bytes.to_string()),
        ("coverage_reason", work.run.coverage_reason.clone().unwrap_or_default()),
        ("redetected_from", work.run.redetect.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("glossary_version", work.reading.glossary().version().to_owned()),
        ("is_simulated", crawl.connect_to.is_some().to_string()),
    ];
    let row = |(name, value): (&str, String)| MetaRun {
        snapshot: work.run.snapshot.clone(),
        run_id: work.run.run_id.clone(),
        run_month: work.run.month,
        name: name.to_owned(),
        value,
        recorded_at,
    };
    named.into_iter().map(row).collect()
}

/// The declarations of all tables.
pub(super) fn columns() -> Vec<MetaColumn> {
    let of_table = |table: deklaro_schemas::TableSpec| {
        let key = table.key;
        let (name, writer) = (table.name, writer_of(table.name));
        table.columns.into_iter().enumerate().map(move |(index, column)| MetaColumn {
            table_name: name.to_owned(),
            position: index as i32 + 1,
            column_name: column.name.to_owned(),
            data_type: column.data_type.to_string(),
            is_nullable: column.is_nullable,
            is_key: key.contains(&column.name),
            unit: column.unit().map(str::to_owned),
            description: column.description.to_owned(),
            written_by: writer.as_str().to_owned(),
            allowed: column.allowed.unwrap_or_default().into_iter().map(str::to_owned).collect(),
        })
    };
    all().into_iter().flat_map(of_table).collect()
}

/// The files staged so far.
pub(super) fn files(work: &ActiveRun<'_>, staged: &Staged) -> Vec<MetaFile> {
    let row = |file: &ManifestFile| MetaFile {
        path: file.store_path(&work.run.snapshot),
        file_kind: file.kind,
        table_name: file.table.clone(),
        sha256: file.sha256.clone(),
        row_count: file.row_count,
        size_bytes: file.size_bytes as i64,
    };
    staged.files.iter().map(row).collect()
}

/// What each step read and wrote, counted from the files; what it read of the month before from that snapshot's.
pub(super) fn lineage(staged: &Staged, previous: Option<&Manifest>) -> Vec<MetaLineage> {
    let count = |files: &[ManifestFile], table: &str| -> i64 {
        let of_table = files.iter().filter(|file| file.table.as_deref() == Some(table));
        of_table.filter_map(|file| file.row_count).sum()
    };
    let rows_in = |input: &Input| match (input, previous) {
        (Input::Now(table), _) => count(&staged.files, table),
        (Input::Before(table), Some(previous)) => count(&previous.files, table),
        (Input::Before(_), None) => 0,
    };
    let row = |(index, step): (usize, &Step)| {
        let is_there = |input: &&Input| matches!(input, Input::Now(_)) || previous.is_some();
        MetaLineage {
            position: index as i32 + 1,
            step: step.name.to_owned(),
            inputs: step.reads.iter().filter(is_there).map(ToString::to_string).collect(),
            outputs: step.writes.iter().map(|name| (*name).to_owned()).collect(),
            rows_in_count: step.reads.iter().map(rows_in).sum(),
            rows_out_count: step.writes.iter().map(|table| count(&staged.files, table)).sum(),
        }
    };
    dataflow().enumerate().map(row).collect()
}
