//! Each crate uses only the crates and heavy libraries that it may use.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

const STAGES: [&str; 8] = ["import", "frontier", "crawl", "detect", "diff", "report", "publish", "release"];

/// Heavy libraries and the crates that may name them.
const HOMES: [(&str, &[&str]); 16] = [
    ("axum", &["deklaro"]),
    ("polars", &["deklaro-frames", "deklaro-frontier", "deklaro-diff"]),
    ("duckdb", &["deklaro-report"]),
    // In schemas it is only what object_store speaks through; in the pipeline it asks time-stamp authorities and sends telemetry.
    ("reqwest", &["deklaro-crawl", "deklaro-schemas", "deklaro"]),
    // Stages report what they did in their rows; counting and tracing is the pipeline's.
    ("metrics", &["deklaro"]),
    ("opentelemetry", &["deklaro"]),
    ("tracing-opentelemetry", &["deklaro"]),
    ("robotstxt", &["deklaro-crawl"]),
    ("calamine", &["deklaro-import"]),
    ("csv", &["deklaro-import", "deklaro-publish"]),
    ("html5gum", &["deklaro-detect"]),
    ("aho-corasick", &["deklaro-detect"]),
    ("parquet", &["deklaro-schemas"]),
    ("object_store", &["deklaro-schemas"]),
    ("toon-format", &["deklaro-publish"]),
    ("anyhow", &["deklaro"]),
];

/// Crates that may be asynchronous.
const TOKIO: [&str; 4] = ["deklaro-crawl", "deklaro", "deklaro-simweb", "deklaro-tests"];

/// Normal dependencies of each crate of the workspace.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let normal = |package: &Value| {
        let listed = package["dependencies"].as_array().unwrap().iter();
        listed
            .filter(|dependency| dependency["kind"].is_null())
            .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
            .collect()
    };
    packages.iter().map(|package| (package["name"].as_str().unwrap().to_owned(), normal(package))).collect()
}

#[test]
fn no_stage_depends_on_another_stage_or_on_the_pipeline() {
    let all = dependencies();
    for stage in STAGES {
        let own: Vec<&String> =
            all[&format!("deklaro-{stage}")].iter().filter(|name| name.starts_with("deklaro")).collect();
        assert!(
            own.iter().all(|name| *name == "deklaro-schemas" || *name == "deklaro-frames"),
            "{stage} depends on {own:?}"
        );
        assert!(own.iter().any(|name| *name == "deklaro-schemas"), "{stage} does not depend on schemas");
    }
    for leaf in ["deklaro-schemas", "deklaro-simweb"] {
        assert!(!all[leaf].iter().any(|name| name.starts_with("deklaro")), "{leaf} is a leaf");
    }
}

#[test]
fn heavy_libraries_have_one_home() {
    let all = dependencies();
    for (library, homes) in HOMES {
        let users: Vec<&String> =
            all.iter().filter(|(_, uses)| uses.contains(library)).map(|(name, _)| name).collect();
        assert!(!users.is_empty(), "nobody uses {library}: drop it from this list");
        assert!(users.iter().all(|user| homes.contains(&user.as_str())), "{library} is used by {users:?}");
    }
}

/// The licences that the bill of materials names are those of the crates that are built here, and of no others.
#[test]
fn the_list_of_licences_is_current() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let list = std::fs::read_to_string(format!("{root}/data/licences.tsv")).unwrap();
    let listed: BTreeSet<&str> = list
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| Some(line.rsplit_once('\t')?.0))
        .collect();
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let platform = ["--filter-platform", "x86_64-unknown-linux-gnu"];
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(platform)
        .current_dir(root)
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
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
    let lock: toml::Table = std::fs::read_to_string(format!("{root}/Cargo.lock")).unwrap().parse().unwrap();
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

#[test]
fn only_crawl_and_pipeline_are_asynchronous() {
    for (name, uses) in dependencies() {
        assert!(!uses.contains("tokio") || TOKIO.contains(&name.as_str()), "{name} depends on tokio");
    }
}
