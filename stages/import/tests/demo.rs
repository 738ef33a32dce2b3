//! The demo workbooks that ship with the program: every row accounted for, every reject explained.

use deklaro_import::{ColumnMaps, Countries, Imported, SourceList, Workbook, import};
use deklaro_schemas::HostKey;
use deklaro_schemas::codes::RepairCode;
use deklaro_schemas::tables::Seed;
use std::collections::BTreeSet;
use std::path::Path;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/demo");

fn demo() -> Vec<(String, Imported)> {
    let folder = Path::new(FOLDER);
    let list = SourceList::parse(&std::fs::read_to_string(folder.join("sources.toml")).unwrap()).unwrap();
    let read = |file: &str| {
        let bytes = std::fs::read(folder.join(file)).unwrap();
        assert!(bytes.len() < 100_000, "{file} is too large to ship");
        let workbook =
            Workbook { file_name: file, bytes: &bytes, origin: list.find(file).unwrap().origin.clone() };
        import(&workbook, &ColumnMaps::builtin(), &Countries::builtin()).unwrap()
    };
    list.entries.iter().map(|entry| (entry.file.clone(), read(&entry.file))).collect()
}

#[test]
fn every_row_is_accounted_for() {
    for (file, imported) in demo() {
        for source in &imported.sources {
            assert_eq!(source.rows_total, source.rows_accepted + source.rows_rejected, "{file}");
            let seeds = imported.seeds.rows_of(&source.source_id).count();
            let rejects =
                imported.rejects.iter().filter(|reject| reject.source_id == source.source_id).count();
            assert_eq!(
                (seeds as i64, rejects as i64),
                (source.rows_accepted, source.rows_rejected),
                "{file}"
            );
            assert!(source.source_reference_url.starts_with("https://lists.example/"), "{file}");
        }
    }
}

#[test]
fn the_lists_hold_320_bodies_in_many_countries() {
    let all = demo();
    let seeds: Vec<Seed> = all.iter().flat_map(|(_, imported)| imported.seeds.rows()).collect();
    let seeds = || seeds.iter();
    let bodies: BTreeSet<&str> = seeds().map(|seed| seed.canonical_hostname.without_www()).collect();
    assert_eq!(bodies.len(), 320);
    let hosts: BTreeSet<&HostKey> = seeds().map(|seed| &seed.canonical_hostname).collect();
    assert!(hosts.len() > bodies.len(), "some bodies stand under two names");
    let countries: BTreeSet<_> = seeds().map(|seed| seed.country_code).collect();
    assert!(countries.len() >= 15, "{countries:?}");
    assert!(seeds().all(|seed| seed.canonical_hostname.as_str().ends_with(".example")));
}

#[test]
fn every_reject_is_explained() {
    let mut lines = Vec::new();
    for (file, imported) in demo() {
        for reject in &imported.rejects {
            let column = reject.column.as_deref().unwrap_or("-");
            lines.push(format!(
                "{file} {} {}: {} {column} `{}`",
                reject.sheet, reject.row_number, reject.reason_code, reject.raw_text
            ));
        }
    }
    insta::assert_snapshot!(lines.join("\n"), @r"
    austria.xlsx AT 2026 21: not_a_record gov_domain `Summe`
    germany-belgium.xlsx Deutschland 34: host_is_email Domain `rathaus@beispielau.example`
    germany-belgium.xlsx Deutschland 36: not_a_record Gemeinde `Angaben ohne Gewähr, Quelle: Umfrage`
    france.xlsx Feuille1 28: duplicate_row page `https://mairie-champcourt-fr.example/`
    france.xlsx Feuille1 29: host_is_social_media gov_domain `www.facebook.com`
    france.xlsx Feuille1 30: country_missing country ``
    italy.csv italy.csv 28: host_missing Sito_istituzionale `---`
    italy.csv italy.csv 29: host_malformed Sito_istituzionale `TOIC81000X`
    netherlands.ods Register 26: host_missing URL `n.v.t.`
    nordic.xlsx Hosts 69: country_unknown Land `Atlantis`
    poland.xls Arkusz1 14: repeated_header Domena `Domena`
    poland.xls Arkusz1 29: host_is_address Domena `192.0.2.17`
    united-kingdom.tsv united-kingdom.tsv 19: host_is_email Domain Name `council@parish-uk.example`
    united-kingdom.tsv united-kingdom.tsv 21: not_a_record Domain Name `Total`
    ");
}

#[test]
fn every_repair_is_recorded() {
    let mut repairs: Vec<String> = Vec::new();
    for (file, imported) in demo() {
        for seed in imported.seeds.rows() {
            // Lists without a host column have this one in every row.
            let codes = seed.repairs.iter().filter(|code| **code != RepairCode::HostFromUrl);
            let codes: Vec<&str> = codes.map(|code| code.as_str()).collect();
            if !codes.is_empty() {
                repairs.push(format!("{file} {}: {}", seed.row_number, codes.join(" ")));
            }
        }
    }
    insta::assert_snapshot!(repairs.join("\n"), @r"
    austria.xlsx 4: case_folded
    austria.xlsx 5: trailing_dot_removed
    austria.xlsx 6: whitespace_removed
    italy.csv 3: scheme_mended
    italy.csv 4: scheme_mended
    italy.csv 5: scheme_added
    italy.csv 6: punctuation_removed
    ");
}
