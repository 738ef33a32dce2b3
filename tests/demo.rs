//! The demo publishes three months, which score well against what the simulation knows.

use crate::support::demo::{copy_folder, demo};
use crate::support::wait::Ran;
use crate::support::{deklaro, json, run, statements, stderr};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn snapshots() -> Vec<String> {
    demo().report["snapshots"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn three_months_are_published_and_each_verifies() {
    assert_eq!(snapshots(), ["2026-09.0", "2026-10.0", "2026-11.0"]);
    for snapshot in snapshots() {
        run(demo().store.path(), &["verify", &snapshot], 0);
    }
    let log = json(demo().store.path(), &["log", "--json"]);
    assert_eq!(log.as_array().unwrap().len(), 3);
}

#[test]
fn no_host_without_a_statement_is_called_found_and_nearly_all_statements_are() {
    for month in demo().report["months"].as_array().unwrap() {
        let score = &month["score"];
        let number = |name: &str| score[name].as_u64().unwrap();
        assert_eq!(number("absent_found"), 0, "{score:#}");
        assert!(number("present") > 100, "the demo has hosts with statements: {score:#}");
        assert!(number("absent") > 20, "and hosts without: {score:#}");
        assert!(100 * number("present_found") >= 97 * number("present"), "{score:#}");
    }
}

#[test]
fn the_lifecycle_of_three_months_shows() {
    let months = demo().report["months"].as_array().unwrap();
    let all = |month: usize, name: &str| months[month]["outcome"]["summary"]["all"][name].as_u64().unwrap();
    let changes = |month: usize, name: &str| {
        let counts = months[month]["outcome"]["summary"]["changes"].as_array().unwrap();
        counts.iter().find(|count| count["name"] == name).map_or(0, |count| count["count"].as_u64().unwrap())
    };
    assert_eq!(all(0, "stale"), 0, "nothing can be stale in the first month");
    assert!(all(1, "stale") > 0, "hosts that died in month 2 are stale");
    assert_eq!(changes(1, "host_renamed"), 1, "listed under its new name");
    assert_eq!((changes(1, "host_added"), changes(1, "host_removed")), (0, 0));
    assert!(changes(2, "recovered") > 0, "one comes back in month 3");
    assert!(changes(2, "deactivated") > 0, "one does not");
}

#[test]
fn the_verdicts_add_up_to_the_hosts_known() {
    let store = demo().store.path();
    let query = "select detection_status, count(*) as n from statements group by 1";
    let rows = json(store, &["sql", "--json", query]);
    let sum: u64 = rows.as_array().unwrap().iter().map(|row| row["n"].as_u64().unwrap()).sum();
    let known = demo().report["months"][2]["outcome"]["summary"]["all"]["known"].as_u64().unwrap();
    assert_eq!(sum, known);
}

#[test]
fn every_host_can_be_traced_to_a_sheet_row_that_exists() {
    let store = demo().store.path();
    let hosts = json(
        store,
        &["sql", "--json", "select canonical_hostname as host from hosts order by hash(host_id) limit 12"],
    );
    let workbooks = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/demo");
    for host in hosts.as_array().unwrap() {
        let host = host["host"].as_str().unwrap();
        let traced = json(store, &["trace", "--json", host]);
        let seeds = traced[0]["seeds"].as_array().unwrap();
        assert!(!seeds.is_empty(), "{host} is on no list");
        for seed in seeds {
            assert!(row_names_host(&workbooks, seed), "{seed:#}");
        }
    }
}

/// Imports the workbook again and looks for the row.
fn row_names_host(folder: &Path, traced: &Value) -> bool {
    let name = traced["file_name"].as_str().unwrap();
    let bytes = std::fs::read(folder.join(name)).unwrap();
    assert_eq!(deklaro_schemas::Sha256::of(&bytes).as_str(), traced["file_sha256"].as_str().unwrap());
    let origin = deklaro_import::Origin {
        publisher: None,
        source_type: deklaro_schemas::codes::SourceType::Other,
        source_reference_url: Some("https://lists.example/".to_owned()),
        country: traced["seed"]["country_code"].as_str().map(|code| code.parse().unwrap()),
    };
    let workbook = deklaro_import::Workbook { file_name: name, bytes: &bytes, origin };
    let maps = deklaro_import::ColumnMaps::builtin();
    let imported = deklaro_import::import(&workbook, &maps, &deklaro_import::Countries::builtin()).unwrap();
    imported.seeds.rows().any(|seed| {
        Some(seed.row_number) == traced["seed"]["row_number"].as_i64()
            && Some(seed.sheet.as_str()) == traced["seed"]["sheet"].as_str()
            && Some(seed.canonical_hostname.as_str()) == traced["seed"]["canonical_hostname"].as_str()
    })
}

#[test]
fn one_flipped_byte_is_found_and_named() {
    let copy = tempfile::tempdir().unwrap();
    copy_folder(demo().store.path(), copy.path());
    let file: PathBuf = copy.path().join("snapshots/snapshot=2026-11.0/tables/hosts/part-00000.parquet");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let output = run(copy.path(), &["verify"], 1);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        said.contains("snapshots/snapshot=2026-11.0/tables/hosts/part-00000.parquet: sha256 is"),
        "{said}"
    );
    run(copy.path(), &["verify", "2026-10.0"], 0);
}

#[test]
fn a_corrupt_manifest_is_named_and_left_alone() {
    let copy = tempfile::tempdir().unwrap();
    copy_folder(demo().store.path(), copy.path());
    let file = copy.path().join("snapshots/snapshot=2026-11.0/manifest.json");
    std::fs::write(&file, "{").unwrap();
    let output = run(copy.path(), &["verify"], 65);
    assert!(
        stderr(&output).contains("`snapshots/snapshot=2026-11.0/manifest.json` is corrupt"),
        "{}",
        stderr(&output)
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "{");
}

#[test]
fn each_country_has_its_artifacts_in_the_contract_shape() {
    let folder = demo().store.path().join("snapshots/snapshot=2026-11.0/artifacts");
    let artifact: Value = serde_json::from_slice(&std::fs::read(folder.join("AT.json")).unwrap()).unwrap();
    assert_eq!(
        (artifact["countryCode"].as_str(), artifact["runMonth"].as_str()),
        (Some("AT"), Some("2026-11"))
    );
    let domains = artifact["domains"].as_array().unwrap();
    let visited = statements(demo().store.path(), "2026-11.0");
    let austrian = visited.iter().filter(|row| row.country_code.as_str() == "AT").count();
    assert_eq!(domains.len(), austrian);
    let fields = [
        "canonicalHostname",
        "statementUrl",
        "detectionStatus",
        "confidence",
        "detectedLanguage",
        "redirectChain",
        "sampledUrls",
        "sampleShortfallReason",
        "sourceReferenceUrl",
        "stale",
    ];
    for field in fields {
        assert!(domains[0].get(field).is_some(), "{field} is missing");
    }
    assert!(folder.join("AT.toon").is_file() && folder.join("AT.csv").is_file());
}

#[test]
fn sql_reads_and_does_not_write() {
    let store = demo().store.path();
    for query in [
        "drop view hosts",
        "copy hosts to '/tmp/out.csv'",
        "attach '/tmp/x.db'",
        "select * from read_csv('/etc/passwd')",
    ] {
        let output = deklaro(store, &["sql", query]).ran();
        assert!(!output.status.success(), "{query}");
    }
}
