//! A snapshot describes itself as a Data Package.

use crate::file::is_inside;
use arrow::datatypes::DataType;
use deklaro_schemas::stored::ManifestFile;
use deklaro_schemas::{ColumnSpec, SnapshotId, TableSpec, Timestamp, tables};
use serde_json::{Map, Value, json};

/// The snapshot as a Data Package (version 2): a resource per table with its schema, and per artifact.
///
/// Files outside the snapshot's folder are left out: a package's paths may not leave it.
pub fn datapackage(snapshot: &SnapshotId, created_at: Timestamp, files: &[ManifestFile]) -> Value {
    let mut resources: Vec<Value> =
        tables::all().iter().filter_map(|table| table_resource(table, files)).collect();
    resources.extend(files.iter().filter_map(artifact_resource));
    json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": format!("deklaro-{snapshot}"),
        "title": format!("Accessibility statements of public-sector websites, {}", snapshot.month()),
        "description": "One row per public body's website with the verdict on its accessibility statement, and every step that led to it.",
        "version": snapshot.as_str(),
        "created": created_at.to_string(),
        "keywords": ["accessibility", "public sector", "Directive (EU) 2016/2102"],
        "resources": resources,
    })
}

fn table_resource(table: &TableSpec, files: &[ManifestFile]) -> Option<Value> {
    let parts: Vec<&ManifestFile> =
        files.iter().filter(|file| file.table.as_deref() == Some(table.name) && is_inside(file)).collect();
    let mut resource = match parts.as_slice() {
        [] => return None,
        [one] => one_file(one),
        many => Map::from_iter([(
            "path".to_owned(),
            Value::from(many.iter().map(|file| file.path.as_str()).collect::<Vec<_>>()),
        )]),
    };
    // The name goes first: it is what a reader looks for.
    resource.shift_insert(0, "name".to_owned(), table.name.into());
    resource.insert("type".to_owned(), "table".into());
    resource.insert("description".to_owned(), table.description.into());
    resource.insert("format".to_owned(), "parquet".into());
    resource.insert("mediatype".to_owned(), "application/vnd.apache.parquet".into());
    if let Some(rows) = parts.iter().map(|file| file.row_count).sum::<Option<i64>>() {
        resource.insert("rowCount".to_owned(), rows.into());
    }
    let fields: Vec<Value> = table.columns.iter().map(field).collect();
    resource.insert("schema".to_owned(), json!({ "fields": fields, "primaryKey": table.key }));
    Some(Value::Object(resource))
}

fn artifact_resource(file: &ManifestFile) -> Option<Value> {
    let name = file.path.as_str().strip_prefix("artifacts/")?;
    let (country, format) = name.rsplit_once('.')?;
    let mediatype = match format {
        "json" => "application/json",
        "csv" => "text/csv",
        "toon" => "text/toon",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "parquet" => "application/vnd.apache.parquet",
        _ => return None,
    };
    let mut resource = one_file(file);
    let name = format!("artifact-{}-{format}", country.to_ascii_lowercase());
    resource.shift_insert(0, "name".to_owned(), name.into());
    resource.insert("format".to_owned(), format.into());
    resource.insert("mediatype".to_owned(), mediatype.into());
    Some(Value::Object(resource))
}

fn one_file(file: &ManifestFile) -> Map<String, Value> {
    Map::from_iter([
        ("path".to_owned(), file.path.as_str().into()),
        ("hash".to_owned(), format!("sha256:{}", file.sha256).into()),
        ("bytes".to_owned(), file.size_bytes.into()),
    ])
}

fn field(column: &ColumnSpec) -> Value {
    let mut field = Map::from_iter([
        ("name".to_owned(), column.name.into()),
        ("type".to_owned(), type_name(&column.data_type).into()),
        ("description".to_owned(), column.description.into()),
    ]);
    let mut constraints = Map::new();
    if !column.is_nullable {
        constraints.insert("required".to_owned(), true.into());
    }
    let is_list = matches!(column.data_type, DataType::List(_));
    if let (Some(allowed), false) = (&column.allowed, is_list) {
        constraints.insert("enum".to_owned(), json!(allowed));
    }
    if !constraints.is_empty() {
        field.insert("constraints".to_owned(), Value::Object(constraints));
    }
    if let Some(unit) = column.unit() {
        field.insert("unit".to_owned(), unit.into());
    }
    Value::Object(field)
}

/// The Table Schema type of a declared type.
fn type_name(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Boolean => "boolean",
        DataType::Int32 | DataType::Int64 => "integer",
        DataType::Float64 => "number",
        DataType::Timestamp(..) => "datetime",
        DataType::Date32 => "date",
        DataType::List(_) => "array",
        DataType::Struct(_) => "object",
        // Text, and dictionaries of text.
        DataType::Utf8 | DataType::Dictionary(..) => "string",
        _ => "any",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::Sha256;
    use deklaro_schemas::codes::FileKind;

    fn file(table: Option<&str>, path: &str) -> ManifestFile {
        ManifestFile {
            path: path.parse().unwrap(),
            kind: FileKind::Table,
            table: table.map(str::to_owned),
            sha256: Sha256::of(b"x"),
            size_bytes: 1,
            row_count: table.map(|_| 2),
        }
    }

    #[test]
    fn tables_with_files_are_resources_and_evidence_is_not() {
        let snapshot = SnapshotId::parse("2026-11.0").unwrap();
        let files = [
            file(Some("hosts"), "tables/hosts/part-00000.parquet"),
            file(Some("fetches"), "tables/fetches/part-00000.parquet"),
            file(Some("fetches"), "tables/fetches/part-00001.parquet"),
            file(Some("bodies"), "../../evidence/snapshot=2026-11.0/part-00000.parquet"),
            file(None, "artifacts/AT.toon"),
            file(None, "README.md"),
        ];
        let package = datapackage(&snapshot, Timestamp(0), &files);
        let names: Vec<_> = package["resources"].as_array().unwrap().iter().map(|r| &r["name"]).collect();
        assert_eq!(names, ["fetches", "hosts", "artifact-at-toon"]);
        assert_eq!(package["resources"][0]["path"].as_array().unwrap().len(), 2);
        assert_eq!(package["resources"][0]["rowCount"], 4);
        let host = &package["resources"][1];
        assert_eq!(host["hash"], format!("sha256:{}", Sha256::of(b"x")));
        assert_eq!(host["schema"]["primaryKey"], json!(["host_id"]));
        let lifecycle = &host["schema"]["fields"][3];
        assert_eq!(lifecycle["constraints"]["enum"][0], "active");
    }
}
