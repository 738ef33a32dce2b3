//! The `meta` tables describe a snapshot: its run, checks, columns, files and lineage.

use crate::codes::{CheckVerdict, FileKind, Severity};
use crate::table::table;
use crate::{RunId, RunMonth, Sha256, SnapshotId, Timestamp};

table! {
    /// One row per setting or figure of the run that made the snapshot.
    MetaRun in meta_runs, version 1, key [snapshot, name], sort [name], carry No;
    /// The snapshot.
    snapshot: SnapshotId,
    /// The run.
    run_id: RunId,
    /// Month of the run.
    run_month: RunMonth,
    /// Name of the setting or figure.
    name: String,
    /// Its value.
    value: String,
    /// When it was written down.
    recorded_at: Timestamp,
}

table! {
    /// One row per check, with its value, its threshold and its verdict.
    MetaCheck in meta_checks, version 1, key [check_name], sort [check_name], carry No;
    /// Name: table, two underscores, rule.
    check_name: String,
    /// The table it is about.
    table_name: String,
    /// What it asks.
    description: String,
    /// error or warn.
    severity: Severity,
    /// What was measured: for row checks the number of bad rows.
    value: f64,
    /// What is tolerated.
    threshold: f64,
    /// Why that much is tolerated.
    threshold_reason: String,
    /// pass, warn or fail.
    verdict: CheckVerdict,
    /// Up to five bad rows as JSON.
    samples: Vec<String>,
}

table! {
    /// One row per column of every table.
    MetaColumn in meta_columns, version 1, key [table_name, column_name], sort [table_name, position], carry No;
    /// Table.
    table_name: String,
    /// Order in the table, from 1.
    position: i32,
    /// Column.
    column_name: String,
    /// Arrow type.
    data_type: String,
    /// True when a value may be missing.
    is_nullable: bool,
    /// True when part of the key.
    is_key: bool,
    /// Unit, where it has one.
    unit: Option<String>,
    /// What it holds.
    description: String,
    /// Stage that writes the table.
    written_by: String,
    /// Allowed values of a coded column.
    allowed: Vec<String>,
}

table! {
    /// One row per file of the snapshot that was written before this table.
    MetaFile in meta_files, version 1, key [path], sort [path], carry No;
    /// Path from the store's root.
    path: String,
    /// What it is.
    file_kind: FileKind,
    /// The table, for its parts.
    table_name: Option<String>,
    /// SHA-256.
    sha256: Sha256,
    /// Rows, for Parquet.
    row_count: Option<i64>,
    /// Length.
    size_bytes: i64,
}

table! {
    /// One row per step of the dataflow: which tables it read and wrote, and how many rows.
    MetaLineage in meta_lineage, version 1, key [step], sort [position], carry No;
    /// Order, from 1.
    position: i32,
    /// Name of the step.
    step: String,
    /// Tables read.
    inputs: Vec<String>,
    /// Tables written.
    outputs: Vec<String>,
    /// Rows read.
    rows_in_count: i64,
    /// Rows written.
    rows_out_count: i64,
}
