use crate::support::{json, shared};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Rows and hosts per file, as `sources.csv` beside the lists states them.
fn stated(folder: &Path) -> BTreeMap<String, (u64, u64)> {
    let text = std::fs::read_to_string(folder.join("sources.csv")).unwrap();
    let mut lines = text.lines();
    assert!(lines.next().unwrap().starts_with("file,country,rows,hosts,"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        (cells[0].to_owned(), (cells[2].parse().unwrap(), cells[3].parse().unwrap()))
    };
    lines.map(row).collect()
}

fn imported(files: &[PathBuf]) -> serde_json::Value {
    let store = tempfile::tempdir().unwrap();
    let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let mut args = vec!["import", "--dry-run", "--json"];
    args.extend(names.iter().map(String::as_str));
    json(&store.path().join("lake"), &args)
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let is_list = |path: &PathBuf| {
        path.extension().is_some_and(|end| end != "md" && end != "toml") && !path.ends_with("sources.csv")
    };
    files.retain(is_list);
    files.sort();
    files
}

#[test]
fn all_rows_of_the_real_lists_are_accounted_for() {
    let Some(folder) = shared("data/country-sheets") else { return };
    let report = imported(&files_in(&folder));
    let mut hosts = 0;
    for file in report["files"].as_array().unwrap() {
        let name =
            Path::new(file["file"].as_str().unwrap()).file_name().unwrap().to_string_lossy().into_owned();
        let rows: u64 = file["sheets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|sheet| sheet["rows_total"].as_u64().unwrap())
            .sum();
        let found = file["hosts"].as_u64().unwrap();
        assert_eq!((rows, found), stated(&folder)[&name], "{name}");
        hosts += found;
    }
    assert_eq!((&report["rows_total"], &report["hosts"]), (&60_961.into(), &27_168.into()));
    assert_eq!(hosts, 27_168);
    let number = |name: &str| report[name].as_u64().unwrap();
    assert_eq!(number("rows_accepted") + number("rows_rejected"), 60_961);
}

#[test]
fn all_rows_of_the_demo_lists_are_accounted_for() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/demo");
    let files = files_in(&folder);
    let report = imported(&files);
    let number = |name: &str| report[name].as_u64().unwrap();
    assert_eq!(number("rows_total"), number("rows_accepted") + number("rows_rejected"));
    assert!(number("rows_rejected") > 0, "the demo lists hold rows that must be refused");
    let reasons: u64 = report["files"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|file| file["sheets"].as_array().unwrap())
        .flat_map(|sheet| sheet["rejected_by_reason"].as_object().unwrap().values())
        .map(|count| count.as_u64().unwrap())
        .sum();
    assert_eq!(reasons, number("rows_rejected"), "each rejected row has its reason");
}
