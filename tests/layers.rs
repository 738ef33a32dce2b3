//! Who may use whom, and who may name what? One table says it; what is otherwise is told by its arrow.

use crate::file_graph::{Sources, arrows, circles, foreign};
use crate::house::House;
use crate::workspace::{Package, all_files, all_files_and_fuzzing, metadata, packages, root};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The house, the lowest crate first. A crate may use what its row names: `x+` is `x` and all that `x` may use, `above` are all
/// rows above.
///
/// A heavy library stands in the `Cargo.toml` and in the paths of those crates alone whose row names it. An `async` crate may have
/// tokio. A `common` crate may be used by every other.
const HOUSE: &str = "
crate    | uses                                              | its tests use too | heavy libraries                                                   | and
features |                                                   |                   | aho-corasick                                                      | common async
needs    |                                                   |                   |                                                                   | common
schemas  |                                                   |                   | parquet                                                           |
simweb   |                                                   |                   |                                                                   | async
frames   | schemas                                           |                   | polars                                                            |
import   | schemas                                           | rust_xlsxwriter   | calamine csv                                                      |
frontier | frames+                                           |                   | polars                                                            |
crawl    | schemas                                           | simweb            | reqwest robotstxt                                                 | async
detect   | schemas                                           | simweb            | aho-corasick html5gum lopdf                                       |
diff     | frames+                                           |                   | polars                                                            |
judge    | schemas                                           |                   |                                                                   |
report   | judge+                                            |                   | duckdb minijinja                                                  |
publish  | schemas                                           | calamine          | csv rust_xlsxwriter toon-format                                   |
store    | schemas                                           |                   | object_store reqwest                                              |
console  | store+                                            |                   | anyhow metrics                                                    | async
watch    | console+                                          |                   | anyhow metrics opentelemetry reqwest tracing-opentelemetry        | async
record   | watch+ judge publish                              | simweb            | anyhow reqwest                                                    | async
run      | record+ import frontier+ crawl detect diff report | simweb            | anyhow metrics                                                    | async
service  | record+ import                                    | simweb            | anyhow axum metrics minijinja opentelemetry tracing-opentelemetry | async
proving  | above                                             |                   | anyhow reqwest                                                    | async
fuzzed   | record+ import crawl detect                        |                   |                                                                   |
deklaro  | above                                             |                   | anyhow                                                            | async
";

/// Folders whose crates read no environment and, but for these, no clock: the crawl waits, the store says when a write was lost.
const PURE: [&str; 3] = ["schemas/", "stages/", "pipeline/store/"];
const HAS_CLOCK: [&str; 2] = ["crawl", "store"];

/// No crate holds more of the lines than this, in hundredths: a sixth.
const LARGEST_SHARE: usize = 17;
/// Lines of the binary's crate.
const MOST_BINARY_LINES: usize = 7_000;
/// Lines of a file.
const MOST_FILE_LINES: usize = 500;

fn house() -> House {
    House::read(HOUSE)
}

#[track_caller]
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_crate_has_a_row_and_stands_on_rows_above_it() {
    none(&house().disorder(&packages()));
}

#[test]
fn crates_use_only_what_their_row_allows() {
    none(&house().forbidden_crates(&packages()));
}

#[test]
fn heavy_libraries_stand_only_where_their_row_allows() {
    let (house, packages) = (house(), packages());
    none(&[house.forbidden_libraries(&packages), house.unused_libraries(&packages)].concat());
}

#[test]
fn heavy_libraries_are_named_only_where_their_row_allows() {
    let (house, packages) = (house(), packages());
    let mut faults = BTreeMap::new();
    for package in &packages {
        for (file, path) in foreign(&sources(package)) {
            if house.is_forbidden(&package.name, &path[0]) {
                let arrow = format!("{}: {file} → {}", package.full_name(), path[0]);
                faults.entry(arrow).or_insert_with(|| path.join("::"));
            }
        }
    }
    none(&faults.iter().map(|(arrow, path)| format!("{arrow} ({path})")).collect::<Vec<_>>());
}

#[test]
fn stages_read_no_environment_and_no_clock() {
    let mut faults = BTreeSet::new();
    for package in packages() {
        let is_pure = |file: &String| PURE.iter().any(|folder| file.starts_with(folder));
        if !package.files.keys().any(is_pure) {
            continue;
        }
        for (file, path) in foreign(&sources(&package)) {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            let is_clock = matches!(path[..], ["std", "time", "Instant" | "SystemTime", ..])
                || matches!(path[..], ["jiff" | "tokio", .., "now"]);
            if path.starts_with(&["std", "env"]) || is_clock && !HAS_CLOCK.contains(&package.name.as_str()) {
                faults.insert(format!("{}: {file} → {}", package.full_name(), path.join("::")));
            }
        }
    }
    none(&faults.into_iter().collect::<Vec<_>>());
}

#[test]
fn no_files_import_each_other() {
    let in_crate = |package: &Package| {
        let told = circles(&arrows(&sources(package)))
            .into_iter()
            .map(|circle| format!("{}: {circle}, {} files in all", package.full_name(), circle.files.len()));
        told.collect::<Vec<_>>()
    };
    none(&packages().iter().flat_map(in_crate).collect::<Vec<_>>());
}

#[test]
fn no_crate_is_most_of_the_house() {
    let packages = packages();
    let all: usize = all_files().values().map(|text| text.lines().count()).sum();
    let too_large = |package: &&Package| {
        let lines = package.lines();
        lines * 100 > all * LARGEST_SHARE || package.name == "deklaro" && lines > MOST_BINARY_LINES
    };
    let told = |package: &Package| format!("{}: {} of {all} lines", package.full_name(), package.lines());
    none(&packages.iter().filter(too_large).map(told).collect::<Vec<_>>());
}

#[test]
fn every_file_is_short_and_says_what_it_answers() {
    let mut faults = Vec::new();
    for (file, text) in all_files_and_fuzzing() {
        let lines = text.lines().count();
        if lines > MOST_FILE_LINES {
            faults.push(format!("{file}: {lines} lines"));
        }
        if !text.starts_with("//! ") {
            faults.push(format!("{file}: no `//!` on its first line"));
        }
    }
    none(&faults);
}

/// The files of a crate's `src`; none where it has no such folder.
fn sources(package: &Package) -> Sources {
    Sources::read(&package.folder).unwrap_or_default()
}

/// The licences that the bill of materials names are those of the crates that are built here, and of no others.
#[test]
fn the_list_of_licences_is_current() {
    let list = std::fs::read_to_string(root().join("data/licences.tsv")).unwrap();
    let listed: BTreeSet<&str> = list
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| Some(line.rsplit_once('\t')?.0))
        .collect();
    let metadata = metadata(&["--locked", "--filter-platform", "x86_64-unknown-linux-gnu"]);
    let text = |package: &Value, name: &str| package[name].as_str().unwrap_or_default().to_owned();
    let built =
        metadata["packages"].as_array().unwrap().iter().filter(|package| !package["source"].is_null());
    for package in built {
        let licence: Vec<String> =
            text(package, "license").split('/').map(|part| part.trim().to_owned()).collect();
        let (name, version) = (text(package, "name"), text(package, "version"));
        let line = format!("{name}\t{version}\t{}", licence.join(" OR "));
        assert!(
            listed.contains(line.as_str()),
            "data/licences.tsv lacks `{line}`; `bash .ci/licences` prints it as it should be"
        );
    }
    let lock: toml::Table = std::fs::read_to_string(root().join("Cargo.lock")).unwrap().parse().unwrap();
    let locked: BTreeSet<String> = lock["package"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| {
            format!("{}\t{}", package["name"].as_str().unwrap(), package["version"].as_str().unwrap())
        })
        .collect();
    for line in listed {
        let crate_of = line.rsplit_once('\t').unwrap().0;
        assert!(locked.contains(crate_of), "data/licences.tsv has `{line}`, which is not in Cargo.lock");
    }
}
