//! Folders, new editions and odd lists are imported, and every row is accounted for.

use crate::support::import::{files_in, imported};
use crate::support::{json, run, stderr};
use std::path::{Path, PathBuf};

fn written(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path
}

const REFERENCE: [&str; 2] = ["--reference", "https://lists.example/at"];

#[test]
fn a_folder_is_imported_and_what_came_in_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("lake");
    written(folder.path(), "lists/austria.txt", "a.gv.at\n# closed\nb.gv.at\n");
    written(folder.path(), "lists/deep/more.csv", "host;country\nc.gv.at;AT\nc.gv.at;AT\n");
    written(folder.path(), "lists/notes.md", "not a list");
    let lists = folder.path().join("lists");
    let imported = json(&store, &[&["import", lists.to_str().unwrap(), "--json"], &REFERENCE[..]].concat());
    assert_eq!(
        (&imported["rows_total"], &imported["rows_accepted"], &imported["hosts"]),
        (&5.into(), &3.into(), &3.into())
    );
    let files = imported["files"].as_array().unwrap();
    assert_eq!(files.len(), 2, "{files:?}");
    assert_eq!(files[1]["sheets"][0]["rejected_by_reason"]["duplicate_row"], 1);
    let sources = json(&store, &["sources", "--json"]);
    let names: Vec<&str> =
        sources.as_array().unwrap().iter().map(|list| list["file_name"].as_str().unwrap()).collect();
    assert_eq!(names, ["austria.txt", "more.csv"]);
    assert_eq!(sources[0]["report"]["sheets"][0]["rows_rejected"], 1);
}

#[test]
fn the_same_list_again_changes_nothing_and_a_new_edition_takes_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("lake");
    let import = |text: &str| {
        let path = written(folder.path(), "austria.txt", text);
        json(&store, &[&["import", path.to_str().unwrap(), "--json"], &REFERENCE[..]].concat())["files"][0]
            .clone()
    };
    assert_eq!(import("a.gv.at\nb.gv.at\nc.gv.at\n")["is_unchanged"], false);
    assert_eq!(import("a.gv.at\nb.gv.at\nc.gv.at\n")["is_unchanged"], true);
    let newer = import("a.gv.at\nc.gv.at\nd.gv.at\n");
    let counts = ["rows_added", "rows_removed", "rows_moved"].map(|name| newer["edition"][name].as_i64());
    assert_eq!(counts, [Some(1), Some(1), Some(1)]);
    let planned = json(&store, &["plan", "--json"]);
    assert_eq!(planned["hosts"], 3, "the older edition is passed over");
    let sources = json(&store, &["sources", "--json"]);
    assert!(sources.as_array().unwrap().iter().any(|list| list["replaced_by"].is_string()));
}

/// A million public bodies stand in one list: the child that reads it hands them over without a second copy.
#[test]
#[cfg_attr(debug_assertions, ignore = "a build that is not optimised takes longer than the child may")]
fn a_list_of_a_million_rows_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = "country;organisation;gov_domain;url;category;city;region;language;note\n".to_owned();
    for number in 0..1_000_000 {
        let host = format!("h{number}-gemeinde-{}.example.at", number * 7_919 % 99_991);
        let (city, region) = (number % 9_973, number % 9);
        text += &format!(
            "Austria;Gemeinde Nummer {number};{host};https://www.{host}/seite/{number};municipality;Stadt {city};Land {region};de;aus dem Verzeichnis\n"
        );
    }
    let list = written(folder.path(), "million.csv", &text);
    let args = ["import", list.to_str().unwrap(), "--country", "AT", "--dry-run", "--json"];
    let taken = json(&folder.path().join("lake"), &[&args[..], &REFERENCE].concat());
    let counts = ["rows_total", "rows_accepted", "hosts"].map(|name| taken[name].as_u64());
    assert_eq!(counts, [Some(1_000_000); 3]);
}

#[test]
fn a_list_nobody_can_guess_is_explained_and_taken_with_a_map() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("lake");
    let path = written(folder.path(), "two.csv", "x;a.gv.at;b.gv.at\ny;c.gv.at;d.gv.at\n");
    let path = path.to_str().unwrap();
    let refused = run(&store, &["import", path, "--explain"], 65);
    assert!(stderr(&refused).contains("column B has 2 addresses in 2 cells"), "{}", stderr(&refused));
    let explained = json(&store, &["import", path, "--explain", "--json", "--map", "host=C,country=LU"]);
    let sheet = &explained[0]["sheets"][0];
    assert_eq!((&sheet["column_map"], &sheet["columns"][0]["column"]), (&"given".into(), &"C".into()));
    assert_eq!(sheet["accepted"][0]["text"].as_str().unwrap().trim(), "LU b.gv.at");
    assert!(!store.exists(), "explaining writes nothing");
    run(&store, &[&["import", path, "--map", "host=C,country=LU"], &REFERENCE[..]].concat(), 0);
    let planned = json(&store, &["plan", "--json"]);
    assert_eq!(planned["countries"]["LU"], 2, "the map is kept with the list");
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
