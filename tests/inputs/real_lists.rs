//! Are all rows of the 26 real lists accounted for by the binary?

use crate::support::import::{files_in, imported};
use deklaro_needs::shared;
use std::collections::BTreeMap;
use std::path::Path;

/// The folder with the lists, below the shared one.
pub(crate) const FOLDER: &str = "data/country-sheets";

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

pub(crate) fn all_rows_of_the_real_lists_are_accounted_for() {
    let folder = shared(FOLDER);
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
