//! Is a dependency compiled once, however it is asked for? Cargo itself is asked which features each command selects.

use crate::support::wait::Ran;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// Crates whose tests compile neither DuckDB nor Polars.
const LIGHT: [&str; 16] = [
    "deklaro-features",
    "deklaro-needs",
    "deklaro-schemas",
    "deklaro-store",
    "deklaro-judge",
    "deklaro-console",
    "deklaro-watch",
    "deklaro-record",
    "deklaro-service",
    "deklaro-import",
    "deklaro-crawl",
    "deklaro-detect",
    "deklaro-apart",
    "deklaro-publish",
    "deklaro-simweb",
    "deklaro-fuzzed",
];

/// Where features are declared, as a test that fails says it.
const REMEDY: &str = "Declare the features in [workspace.dependencies] of Cargo.toml, and name the package in schemas/features/Cargo.toml. \
    Each crate has `deklaro-features` among its dev-dependencies; with `features = [\"web\"]` if it has a network client. Crates that bring \
    DuckDB or Polars have it among their dependencies.";

/// What `cargo run` at the root compiles: the default member, without anybody's tests.
const DEMO: [&str; 1] = ["normal"];
/// What `cargo test --workspace` compiles.
const WORKSPACE: [&str; 2] = ["normal,dev", "--workspace"];

/// Sets of features a package is compiled with, each as cargo prints it; by name and version.
type Selected = BTreeMap<String, BTreeSet<String>>;

/// What a command compiles.
struct Built {
    /// For the program and its tests: cargo selects one set of features for each package.
    target: Selected,
    /// The same, and for build scripts and macros.
    all: Selected,
}

fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let output = Command::new(cargo).args(arguments).current_dir(root).ran();
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Packages below these edges and their features. The workspace's own crates are left out.
fn tree(edges: &str, rest: &[&str]) -> Selected {
    let fixed = ["tree", "--locked", "--offline", "--target", "x86_64-unknown-linux-gnu", "--prefix", "none"];
    let mut selected = Selected::new();
    for line in cargo(&[&fixed, ["-f", "{p}|{f}", "-e", edges].as_slice(), rest].concat()).lines() {
        let Some((package, features)) = line.split_once('|') else { continue };
        if !package.starts_with("deklaro") {
            let features = features.trim_end_matches("(*)").trim_end();
            selected.entry(package.to_owned()).or_default().insert(features.to_owned());
        }
    }
    selected
}

/// Edges first, and what else tells cargo which crates are meant.
fn built(selection: &[&str]) -> Built {
    let (edges, rest) = selection.split_first().unwrap();
    Built {
        target: tree(&format!("{edges},no-proc-macro"), rest),
        all: tree(&format!("{edges},build"), rest),
    }
}

/// A line for each package that one command compiles with features that the other has not: `workspace` compiles it again.
fn compiled_again(here: &Selected, workspace: &Selected) -> BTreeSet<String> {
    let both = here.iter().filter_map(|(package, sets)| Some((package, sets, workspace.get(package)?)));
    both.flat_map(|(package, sets, others)| {
        sets.difference(others)
            .map(move |set| format!("{package}: {set:?} here, {others:?} in the workspace"))
    })
    .collect()
}

/// What this command and the workspace's tests compile with different features, a line each; empty if nothing.
fn compiled_twice(command: &str, selection: &[&str], workspace: &Built) -> String {
    let here = built(selection);
    let mut again = compiled_again(&here.target, &workspace.target);
    again.extend(compiled_again(&here.all, &workspace.all));
    again.iter().map(|line| format!("`{command}`: {line}\n")).collect()
}

fn metadata(arguments: &[&str]) -> Value {
    let fixed = ["metadata", "--format-version", "1", "--locked", "--offline"];
    serde_json::from_str(&cargo(&[&fixed, arguments].concat())).unwrap()
}

/// Names of the workspace's crates, and their manifests.
fn members() -> BTreeMap<String, toml::Table> {
    let metadata = metadata(&["--no-deps"]);
    let member = |package: &Value| {
        let manifest = Path::new(package["manifest_path"].as_str().unwrap());
        (
            package["name"].as_str().unwrap().to_owned(),
            std::fs::read_to_string(manifest).unwrap().parse().unwrap(),
        )
    };
    metadata["packages"].as_array().unwrap().iter().map(member).collect()
}

#[test]
fn the_tests_compile_nothing_again_that_the_demo_needed() {
    let workspace = built(&WORKSPACE);
    assert!(workspace.target.keys().any(|package| package.starts_with("polars v")), "the workspace is read");
    let twice = compiled_twice("cargo run -- demo", &DEMO, &workspace);
    assert!(twice.is_empty(), "`cargo test --workspace` compiles again:\n{twice}{REMEDY}");
}

#[test]
fn a_crate_alone_compiles_what_the_workspace_compiles() {
    let workspace = built(&WORKSPACE);
    let alone = |(command, edges, name): (&str, &str, &str)| {
        compiled_twice(&format!("cargo {command} -p {name}"), &[edges, "-p", name], &workspace)
    };
    let members = members();
    let tested = members.keys().map(|name| ("test", "normal,dev", name.as_str()));
    // What is light may be compiled again where its tests are not.
    let heavy = members.keys().map(String::as_str).filter(|name| !LIGHT.contains(name));
    let twice: String = tested.chain(heavy.map(|name| ("build", "normal", name))).map(alone).collect();
    assert!(twice.is_empty(), "`cargo test --workspace` compiles again:\n{twice}{REMEDY}");
}

#[test]
fn light_crates_compile_neither_duckdb_nor_polars() {
    for name in LIGHT {
        let packages = tree("normal,dev,build", &["-p", name]);
        let is_heavy = |package: &&String| {
            ["duckdb ", "libduckdb-sys ", "polars"].iter().any(|heavy| package.starts_with(heavy))
        };
        let heavy: Vec<&String> = packages.keys().filter(is_heavy).collect();
        assert!(heavy.is_empty(), "`cargo test -p {name}` compiles {heavy:?}");
    }
}

#[test]
fn features_are_declared_in_the_workspace_s_manifest_only() {
    for (name, manifest) in members() {
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for (dependency, asked) in
                manifest.get(section).and_then(toml::Value::as_table).into_iter().flatten()
            {
                let is_inherited = asked.get("workspace").and_then(toml::Value::as_bool) == Some(true);
                let adds = asked.get("features").is_some() && dependency != "deklaro-features";
                assert!(
                    is_inherited && !adds,
                    "{name}: `{dependency}` is not just `workspace = true`. {REMEDY}"
                );
            }
        }
    }
}

#[test]
fn no_package_is_compiled_only_because_it_is_named() {
    let metadata = metadata(&["--filter-platform", "x86_64-unknown-linux-gnu"]);
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    let is_features = |node: &&Value| node["id"].as_str().unwrap().contains("schemas/features");
    let uses = |node: &Value| node["dependencies"].as_array().unwrap().clone();
    let used: Vec<Value> = nodes.iter().filter(|node| !is_features(node)).flat_map(uses).collect();
    for named in nodes.iter().filter(is_features).flat_map(uses) {
        assert!(used.contains(&named), "nobody uses {named}: take it out of schemas/features/Cargo.toml");
    }
}
