//! A snapshot's `catalog.sql` makes a DuckDB view of every table.

use crate::file::{folder_glob, is_inside};
use deklaro_schemas::sql::literal;
use deklaro_schemas::stored::{ManifestFile, REGISTRY_TABLES, RegistryTable};
use deklaro_schemas::{SnapshotId, TableSpec, tables};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Any table of any snapshot, also of several at once.
const SNAP: &str = "
-- A table of the snapshot in a folder: FROM snap('.', 'hosts'), or of several: FROM snap('../snapshot=2026-*', 'hosts').
CREATE OR REPLACE MACRO snap(root, table_name) AS TABLE
SELECT * FROM read_parquet(root || '/tables/' || table_name || '/*.parquet', union_by_name = true, hive_partitioning = false);
COMMENT ON MACRO TABLE snap IS 'A table of the snapshot in this folder; a glob takes the table of several snapshots.';
";

/// `catalog.sql`, for `.read catalog.sql` in the snapshot's folder. It makes a view per table with comments
/// on every column, and a macro `snap(root, table)`.
///
/// A table without files becomes an empty view of the declared types, so that every query runs on every
/// snapshot. Tables kept outside the folder come last: their files have a retention of their own.
///
/// The registry of the store around the folder comes with it, as it stands when the file is read. A folder
/// copied out of its store has an empty registry.
pub fn catalog_sql(snapshot: &SnapshotId, files: &[ManifestFile]) -> String {
    views(snapshot, files, "", &registry_around())
}

/// The catalogue for a reader anywhere. `root` is the snapshot's folder with a slash at its end. `registry`
/// gives, for each table of the registry that has rows, its JSON files as a pattern.
pub fn catalog_sql_from(
    snapshot: &SnapshotId,
    files: &[ManifestFile],
    root: &str,
    registry: &BTreeMap<&str, String>,
) -> String {
    let table = |table: &RegistryTable| match registry.get(table.name) {
        Some(pattern) => table.view_sql(&literal(pattern)),
        None => table.empty_sql(),
    };
    let registry: String = REGISTRY_TABLES.iter().map(table).collect();
    views(snapshot, files, root, &format!("\nCREATE SCHEMA IF NOT EXISTS registry;\n{registry}"))
}

/// Views over the registry beside the folder `snapshots`. DuckDB fails on a pattern without a file, so the
/// files are looked up first. Without files the manifest stands in: it has no entry.
fn registry_around() -> String {
    let mut sql =
        "\n-- The registry of the store this folder lies in; empty where it was copied out of it.\n\
                   CREATE SCHEMA IF NOT EXISTS registry;\n"
            .to_owned();
    for table in REGISTRY_TABLES {
        let (name, folder) = (table.name, table.folder);
        let _ = writeln!(
            sql,
            "SET VARIABLE registry_{name} = (SELECT coalesce(list(file), ['manifest.json']) FROM glob('../../{folder}/*.json'));"
        );
        sql.push_str(&table.view_sql(&format!("getvariable('registry_{name}')")));
        sql.push_str(&table.comments_sql());
    }
    sql
}

fn views(snapshot: &SnapshotId, files: &[ManifestFile], root: &str, registry: &str) -> String {
    let mut sql = format!(
        "-- Views over snapshot {snapshot}. In the snapshot's folder: duckdb -init catalog.sql\n\
         -- Times are UTC without a zone. Generated from the declarations in schemas/src/tables.\n\
         SET autoinstall_known_extensions = false;\nSET autoload_known_extensions = false;\n{SNAP}"
    );
    let (outside, inside): (Vec<TableSpec>, Vec<TableSpec>) =
        tables::all().into_iter().partition(|table| parts(table, files).any(|file| !is_inside(file)));
    for table in &inside {
        view(&mut sql, table, files, root);
    }
    sql.push_str(registry);
    if !outside.is_empty() {
        sql.push_str("\n-- Evidence: these views fail once the files are past their retention.\n");
    }
    for table in &outside {
        view(&mut sql, table, files, root);
    }
    sql
}

fn parts<'a>(table: &TableSpec, files: &'a [ManifestFile]) -> impl Iterator<Item = &'a ManifestFile> {
    let name = table.name;
    files.iter().filter(move |file| file.table.as_deref() == Some(name))
}

fn view(sql: &mut String, table: &TableSpec, files: &[ManifestFile], root: &str) {
    let name = table.name;
    let globs: BTreeSet<String> = parts(table, files).map(folder_glob).collect();
    let query = if globs.is_empty() {
        empty_select(table)
    } else {
        let list: Vec<_> = globs.iter().map(|glob| literal(&format!("{root}{glob}"))).collect();
        // The folder's name is not a column.
        format!("SELECT * FROM read_parquet([{}], hive_partitioning = false)", list.join(", "))
    };
    // Writing to a String cannot fail.
    let _ = write!(sql, "\nCREATE OR REPLACE VIEW {name} AS {query};\n");
    let _ = writeln!(sql, "COMMENT ON VIEW {name} IS {};", literal(table.description));
    for column in &table.columns {
        let comment = literal(column.description);
        let _ = writeln!(sql, "COMMENT ON COLUMN {name}.\"{}\" IS {comment};", column.name);
    }
}

fn empty_select(table: &TableSpec) -> String {
    let columns: Vec<_> = table
        .columns
        .iter()
        .map(|column| format!("NULL::{} AS \"{}\"", column.duckdb_type(), column.name))
        .collect();
    format!("SELECT {} WHERE false", columns.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::Sha256;
    use deklaro_schemas::codes::FileKind;

    fn file(table: &str, path: &str) -> ManifestFile {
        ManifestFile {
            path: path.parse().unwrap(),
            kind: FileKind::Table,
            table: Some(table.to_owned()),
            sha256: Sha256::of(b""),
            size_bytes: 0,
            row_count: Some(0),
        }
    }

    #[test]
    fn every_table_gets_a_view_and_every_column_a_comment() {
        let snapshot = SnapshotId::parse("2026-11.0").unwrap();
        let sql = catalog_sql(&snapshot, &[file("hosts", "tables/hosts/part-00000.parquet")]);
        for table in tables::all() {
            assert!(sql.contains(&format!("VIEW {} AS", table.name)), "{}", table.name);
            for column in &table.columns {
                assert!(sql.contains(&format!("COLUMN {}.\"{}\"", table.name, column.name)));
            }
        }
        assert!(sql.contains(
            "VIEW hosts AS SELECT * FROM read_parquet(['tables/hosts/*.parquet'], hive_partitioning = false);"
        ));
        assert!(sql.contains("VIEW scans AS SELECT NULL::VARCHAR AS \"scan_id\""));
    }

    #[test]
    fn evidence_comes_last() {
        let snapshot = SnapshotId::parse("2026-11.0").unwrap();
        let files = [
            file("bodies", "../../evidence/snapshot=2026-11.0/part-00000.parquet"),
            file("hosts", "tables/hosts/part-00000.parquet"),
        ];
        let sql = catalog_sql(&snapshot, &files);
        let place = |text: &str| sql.find(text).unwrap();
        assert!(place("VIEW bodies AS") > place("VIEW meta_lineage AS"));
        assert!(sql.contains("read_parquet(['../../evidence/snapshot=2026-11.0/*.parquet'],"));
    }
}
