//! Do the 26 real country sheets beside the project give the rows and hosts that were published with them?

use deklaro_import::{ColumnMaps, Countries, Imported, SourceList, Workbook, import, import_within, limits};
use deklaro_needs::shared;
use deklaro_schemas::budget::{Budget, Cost};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The folder with the sheets, below the shared one.
pub(crate) const FOLDER: &str = "data/country-sheets";

/// The folder, and its list of sheets.
fn sheets() -> (PathBuf, String) {
    let folder = shared(FOLDER);
    let text = std::fs::read_to_string(folder.join("sources.csv")).unwrap();
    (folder, text)
}

/// File, rows and hosts of each line of `sources.csv`.
fn published(text: &str) -> Vec<(String, i64, usize)> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.deserialize::<std::collections::HashMap<String, String>>();
    rows.map(|row| {
        let row = row.unwrap();
        (row["file"].clone(), row["rows"].parse().unwrap(), row["hosts"].parse().unwrap())
    })
    .collect()
}

fn read(folder: &Path, list: &SourceList, file: &str) -> Imported {
    let bytes = std::fs::read(folder.join(file)).unwrap();
    let origin = list.find(file).unwrap().origin.clone();
    let workbook = Workbook { file_name: file, bytes: &bytes, origin };
    import(&workbook, &ColumnMaps::builtin(), &Countries::builtin()).unwrap()
}

pub(crate) fn every_country_has_the_rows_and_hosts_that_were_published() {
    let (folder, text) = sheets();
    let list = SourceList::parse_csv(&text).unwrap();
    let (mut all_rows, mut all_hosts) = (0, BTreeSet::new());
    for (file, rows, hosts) in published(&text) {
        let imported = read(&folder, &list, &file);
        let [source] = imported.sources.as_slice() else {
            panic!("{file}: {} sources", imported.sources.len())
        };
        assert_eq!(source.rows_total, rows, "{file}: rows");
        assert_eq!(source.rows_accepted + source.rows_rejected, rows, "{file}: every row is accounted for");
        assert_eq!((source.header_row, source.column_map.as_str()), (1, "eu-plus"), "{file}");
        let country = list.find(&file).unwrap().origin.country;
        assert!(imported.seeds.rows().all(|seed| Some(seed.country_code) == country), "{file}: country");
        let names: BTreeSet<_> = imported.seeds.rows().map(|seed| seed.canonical_hostname).collect();
        assert_eq!(names.len(), hosts, "{file}: hosts; rejects {:?}", imported.rejects);
        assert!(imported.seeds.rows().all(|seed| seed.page_url.is_some()), "{file}: a page per row");
        all_rows += source.rows_total;
        all_hosts.extend(names);
    }
    assert_eq!((all_rows, all_hosts.len()), (60_961, 27_168));
}

/// What was spent of a limit.
fn share(budget: &Budget, cost: Cost) -> f64 {
    let (spent, left) = (budget.spent(cost) as f64, budget.left(cost) as f64);
    spent / (spent + left)
}

pub(crate) fn no_list_costs_a_fourth_of_what_it_may() {
    let (folder, text) = sheets();
    let list = SourceList::parse_csv(&text).unwrap();
    for (file, ..) in published(&text) {
        let bytes = std::fs::read(folder.join(&file)).unwrap();
        let origin = list.find(&file).unwrap().origin.clone();
        let workbook = Workbook { file_name: &file, bytes: &bytes, origin };
        let budget = Budget::new(limits(bytes.len() as u64));
        import_within(&workbook, &ColumnMaps::builtin(), &Countries::builtin(), &budget).unwrap();
        let costs = [Cost::Unpacked, Cost::Text, Cost::Items, Cost::Steps];
        let shares = costs.map(|cost| share(&budget, cost));
        assert!(shares.iter().all(|share| *share < 0.25), "{file}: {costs:?} {shares:?}");
    }
}

pub(crate) fn a_row_can_be_found_again_in_its_sheet() {
    let (folder, text) = sheets();
    let list = SourceList::parse_csv(&text).unwrap();
    for file in ["iceland.csv", "malta.ods", "cyprus.xlsx"] {
        let imported = read(&folder, &list, file);
        let rows: Vec<i64> = imported.seeds.rows().map(|seed| seed.row_number).collect();
        let expected: Vec<i64> = (2..).take(rows.len()).collect();
        assert_eq!(rows, expected, "{file}: no row is blank or rejected");
        let ids: BTreeSet<_> = imported.seeds.rows().map(|seed| seed.seed_id).collect();
        assert_eq!(ids.len(), rows.len());
        for seed in imported.seeds.rows() {
            let raw = |column: &str| {
                seed.raw.iter().find(|cell| cell.column == column).map(|cell| cell.text.as_str())
            };
            assert_eq!(
                raw("gov_domain").map(str::to_lowercase).as_deref(),
                Some(seed.canonical_hostname.as_str())
            );
            assert!(raw("page").is_some_and(|page| page.starts_with("http")));
            assert!(seed.repairs.is_empty(), "{file}: {:?}", seed.repairs);
        }
    }
}
