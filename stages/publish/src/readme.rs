//! A snapshot's `README.md` says what it is, how to open it and how to check it.

use crate::verify_sql;
use deklaro_schemas::stored::ManifestFile;
use deklaro_schemas::{SnapshotId, Timestamp, tables};
use std::fmt::Write as _;

/// `README.md` of a snapshot: what it is, how to open it, how to check it.
pub fn snapshot_readme(snapshot: &SnapshotId, created_at: Timestamp, files: &[ManifestFile]) -> String {
    format!(
        "# Accessibility statements of public-sector websites, {month}\n\n\
         Snapshot `{snapshot}`, made {created_at}. One row per public body's website with the verdict on its accessibility\n\
         statement, and every step that led to it. The files never change; a correction is a new snapshot.\n\n\
         ## Open it\n\n\
         With DuckDB, in this folder:\n\n\
         ```sh\nduckdb -init catalog.sql -c \"SELECT detection_status, count(*) FROM hosts GROUP BY ALL\"\n```\n\n\
         `catalog.sql` makes a view per table with a comment on every column. Every other Parquet reader takes\n\
         `tables/<table>/*.parquet`. Times are UTC without a zone. `datapackage.json` describes the tables for\n\
         Frictionless tools. `artifacts/<CC>.json`, `.toon`, `.csv`, `.xlsx` and\n\
         `.parquet` hold one country each. Several months at once:\n\
         `FROM snap('../snapshot=2026-*', 'hosts')`.\n\n\
         `lineage/` says where it comes from: run events (OpenLineage), provenance of every file (in-toto, SLSA), a\n\
         description for data portals (DCAT-AP), the parts of the program (CycloneDX). `feed.atom` lists what was\n\
         published before and with it.\n\n\
         ## Check it\n\n\
         `sha256sum --check --quiet SHA256SUMS`, or in plain DuckDB (no row means that every file is as published):\n\n\
         ```sql\n{verify}```\n\n\
         ## Tables\n\n\
         | table | rows | bytes | holds |\n|---|--:|--:|---|\n{tables}\n\
         A percentage needs its denominator: `hosts` holds every host ever listed, `targets` those of this month,\n\
         `statements.is_reachable` and `is_read` say which of them were reached and read. `hosts.is_stale` marks a\n\
         verdict that is kept from an earlier month.\n",
        month = snapshot.month(),
        verify = verify_sql(),
        tables = table_rows(files),
    )
}

fn table_rows(files: &[ManifestFile]) -> String {
    let mut text = String::new();
    for table in tables::all() {
        let parts = files.iter().filter(|file| file.table.as_deref() == Some(table.name));
        let (rows, bytes) = parts.fold((0_i64, 0_u64), |(rows, bytes), file| {
            (rows + file.row_count.unwrap_or(0), bytes + file.size_bytes)
        });
        // Writing to a String cannot fail.
        let _ = writeln!(text, "| {} | {rows} | {bytes} | {} |", table.name, table.description);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_names_the_snapshot_every_table_and_the_check() {
        let snapshot = SnapshotId::parse("2026-11.0").unwrap();
        let text = snapshot_readme(&snapshot, Timestamp(0), &[]);
        assert!(text.contains("Snapshot `2026-11.0`, made 1970-01-01T00:00:00Z."));
        assert!(text.contains(verify_sql()));
        for table in tables::all() {
            assert!(text.contains(&format!("\n| {} | 0 | 0 | One row per", table.name)));
        }
    }
}
