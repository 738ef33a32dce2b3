//! These tests show that the lineage documents name each stage, file and workbook once.

use super::*;
use deklaro_schemas::RunMonth;
use deklaro_schemas::codes::{FileKind, SourceType};
use deklaro_schemas::tables::testing;
use serde_json::Value;

struct World {
    snapshot: SnapshotId,
    run_id: RunId,
    previous: SnapshotId,
    settings: Vec<(String, String)>,
    steps: Vec<MetaLineage>,
    sources: Vec<Source>,
    files: Vec<ManifestFile>,
}

impl World {
    fn new() -> Self {
        let month = RunMonth::parse("2026-11").unwrap();
        let step = |step: &str, inputs: &[&str], outputs: &[&str]| MetaLineage {
            position: 1,
            step: step.to_owned(),
            inputs: inputs.iter().map(|name| (*name).to_owned()).collect(),
            outputs: outputs.iter().map(|name| (*name).to_owned()).collect(),
            rows_in_count: 0,
            rows_out_count: 2,
        };
        Self {
            snapshot: SnapshotId::new(month, 0),
            run_id: RunId::new(month, 7),
            previous: SnapshotId::parse("2026-10.0").unwrap(),
            settings: vec![("gap_ms".to_owned(), "1000".to_owned())],
            steps: vec![
                step("import", &[], &["seeds"]),
                step("diff", &["statements", "previous.hosts"], &["hosts"]),
            ],
            sources: vec![sheet("register.xlsx", "one"), sheet("register.xlsx", "two")],
            files: vec![
                file(FileKind::Table, Some("hosts"), "tables/hosts/part-00000.parquet"),
                file(
                    FileKind::Evidence,
                    Some("bodies"),
                    "../../evidence/snapshot=2026-11.0/part-00000.parquet",
                ),
                file(FileKind::Artifact, None, "artifacts/AT.toon"),
            ],
        }
    }

    fn input(&self) -> LineageInput<'_> {
        LineageInput {
            snapshot: &self.snapshot,
            run_id: &self.run_id,
            previous: Some(&self.previous),
            started_at: Timestamp::from_millis(1_793_500_000_000),
            finished_at: Timestamp::from_millis(1_793_500_060_000),
            version: "0.1.0",
            settings: &self.settings,
            steps: &self.steps,
            sources: &self.sources,
            files: &self.files,
        }
    }
}

fn sheet(file_name: &str, sheet: &str) -> Source {
    let file_sha256 = Sha256::of(file_name.as_bytes());
    Source {
        source_id: deklaro_schemas::SourceId::of(&file_sha256, sheet),
        country_code: Some(testing::at()),
        file_name: file_name.to_owned(),
        file_sha256,
        sheet: sheet.to_owned(),
        publisher: None,
        source_type: SourceType::Official,
        source_reference_url: "https://lists.example/at".to_owned(),
        column_map: "plain".to_owned(),
        header_row: 1,
        rows_total: 1,
        rows_accepted: 1,
        rows_rejected: 0,
        rows_blank: 0,
    }
}

fn file(kind: FileKind, table: Option<&str>, path: &str) -> ManifestFile {
    ManifestFile {
        path: path.parse().unwrap(),
        kind,
        table: table.map(str::to_owned),
        sha256: Sha256::of(path.as_bytes()),
        size_bytes: 5,
        row_count: table.map(|_| 2),
    }
}

#[test]
fn every_stage_begins_and_ends_within_the_run() {
    let world = World::new();
    let text = openlineage(&world.input());
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<String> = events
        .iter()
        .map(|event| {
            format!("{} {}", event["eventType"].as_str().unwrap(), event["job"]["name"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        told,
        [
            "START run",
            "START run.import",
            "COMPLETE run.import",
            "START run.diff",
            "COMPLETE run.diff",
            "COMPLETE run"
        ]
    );
    assert_eq!(events[1]["run"]["facets"]["parent"]["run"]["runId"], events[0]["run"]["runId"]);
    assert_eq!(events[2]["inputs"][0]["name"], "register.xlsx#one");
    assert_eq!(events[4]["inputs"][1]["namespace"], "urn:deklaro:snapshot:2026-10.0");
    assert_eq!(events[4]["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"], 2);
    assert_eq!(text, openlineage(&world.input()), "the same bytes");
}

#[test]
fn provenance_names_every_file_once_and_every_workbook_once() {
    let statement = provenance(&World::new().input());
    let names: Vec<_> = statement["subject"].as_array().unwrap().iter().map(|file| &file["name"]).collect();
    assert_eq!(
        names,
        [
            "snapshots/snapshot=2026-11.0/tables/hosts/part-00000.parquet",
            "evidence/snapshot=2026-11.0/part-00000.parquet",
            "snapshots/snapshot=2026-11.0/artifacts/AT.toon",
        ]
    );
    let definition = &statement["predicate"]["buildDefinition"];
    let lists: Vec<_> =
        definition["resolvedDependencies"].as_array().unwrap().iter().map(|list| &list["name"]).collect();
    assert_eq!(lists, ["register.xlsx", "previous"]);
    assert_eq!(definition["externalParameters"]["gap_ms"], "1000");
}

#[test]
fn the_catalogue_offers_tables_and_artifacts_but_no_evidence() {
    let catalogue = dcat(&World::new().input());
    let offered = catalogue["@graph"][0]["dcat:distribution"].as_array().unwrap();
    let paths: Vec<_> = offered.iter().map(|file| &file["dcat:downloadURL"]["@id"]).collect();
    assert_eq!(paths, ["tables/hosts/part-00000.parquet", "artifacts/AT.toon"]);
    assert_eq!(catalogue["@graph"][0]["dct:spatial"].as_array().unwrap().len(), 1);
}

#[test]
fn a_uuid_says_its_version_and_variant() {
    let uuid = uuid_of("a text");
    let parts: Vec<&str> = uuid.split('-').collect();
    assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    assert!(parts[2].starts_with('8') && parts[3].starts_with(['8', '9', 'a', 'b']), "{uuid}");
    assert_ne!(uuid, uuid_of("another"));
}
