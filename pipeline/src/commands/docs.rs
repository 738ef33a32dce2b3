//! `deklaro docs` writes the documents that are generated from the declarations in the code.

use anyhow::Context;
use deklaro_console::Exit;
use deklaro_schemas::codes::FileKind;
use deklaro_schemas::stored::ManifestFile;
use deklaro_schemas::tables::{self, Body};
use deklaro_schemas::{Row, RunMonth, Sha256, SnapshotId, TableSpec, Timestamp};
use deklaro_watch::schema;
use std::path::Path;

/// `deklaro docs`: what is generated from the table declarations. CI runs it and compares.
pub(crate) fn write(folder: &Path) -> anyhow::Result<Exit> {
    let month = RunMonth::parse("2026-11").expect("a month");
    let example = SnapshotId::new(month, 0);
    let table_files: Vec<ManifestFile> =
        tables::all().iter().map(|table| first_file(&example, table)).collect();
    let package = deklaro_publish::datapackage(&example, Timestamp(1_793_491_200_000_000), &table_files);
    let files = [
        ("columns.md", deklaro_publish::column_docs()),
        ("catalog.sql", deklaro_publish::catalog_sql(&example, &table_files)),
        ("artifact.schema.json", format!("{}\n", deklaro_publish::artifact_schema())),
        ("reasons.md", deklaro_schemas::codes::reason_table()),
        ("datapackage.json", format!("{package:#}\n")),
        ("log.schema.json", format!("{:#}\n", schema::log_schema())),
        ("metrics.json", schema::metrics_json()?),
        ("release.schema.json", deklaro_judge::release::manifest_schema()),
        ("openapi.json", deklaro_service::document()?),
    ];
    std::fs::create_dir_all(folder).with_context(|| format!("making `{}`", folder.display()))?;
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::write(&path, text).with_context(|| format!("writing `{}`", path.display()))?;
    }
    Ok(Exit::Done)
}

/// The first file of a table, as an example.
fn first_file(example: &SnapshotId, table: &TableSpec) -> ManifestFile {
    let path = if table.name == Body::TABLE {
        ManifestFile::evidence_path(example, 0)
    } else {
        ManifestFile::part_path(table.name, 0)
    };
    ManifestFile {
        path: path.parse().expect("a path as this program writes it"),
        kind: FileKind::Table,
        table: Some(table.name.to_owned()),
        sha256: Sha256::of(b""),
        size_bytes: 0,
        row_count: Some(0),
    }
}
