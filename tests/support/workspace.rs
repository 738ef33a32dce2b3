//! Which crates does the workspace have, what do they depend on, and which files of Rust are theirs?

use crate::support::wait::Ran;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Names of crates that one depends on.
#[derive(Debug, Default)]
pub(crate) struct Dependencies {
    /// Ours, without the `deklaro-` in front.
    pub(crate) crates: BTreeSet<String>,
    pub(crate) libraries: BTreeSet<String>,
}

/// A crate of the workspace.
#[derive(Debug, Default)]
pub(crate) struct Package {
    /// Its name, without the `deklaro-` in front.
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    /// What it is built with.
    pub(crate) own: Dependencies,
    /// What its tests, benches and examples are built with besides.
    pub(crate) of_tests: Dependencies,
    /// The text of each of its files of Rust, by its path from the folder of the workspace.
    pub(crate) files: BTreeMap<String, String>,
}

impl Package {
    /// Its name as cargo knows it.
    pub(crate) fn full_name(&self) -> String {
        if self.name == "deklaro" { self.name.clone() } else { format!("deklaro-{}", self.name) }
    }

    /// The lines of its files.
    pub(crate) fn lines(&self) -> usize {
        self.files.values().map(|text| text.lines().count()).sum()
    }
}

/// The name of a crate as the table of the house has it.
fn short(name: &str) -> String {
    name.strip_prefix("deklaro-").unwrap_or(name).to_owned()
}

/// The folder of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// All crates, as `cargo metadata` knows them.
pub(crate) fn packages() -> Vec<Package> {
    let metadata = metadata(&["--no-deps"]);
    let found = metadata["packages"].as_array().unwrap();
    let folders: Vec<PathBuf> = found.iter().map(folder_of).collect();
    let package = |(package, folder): (&Value, &PathBuf)| Package {
        name: short(package["name"].as_str().unwrap()),
        folder: folder.clone(),
        own: dependencies(package, &["", "build"]),
        of_tests: dependencies(package, &["dev"]),
        files: files(folder, &folders),
    };
    found.iter().zip(&folders).map(package).collect()
}

/// What `cargo metadata` prints.
pub(crate) fn metadata(options: &[&str]) -> Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--offline"])
        .args(options)
        .current_dir(root())
        .ran();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn folder_of(package: &Value) -> PathBuf {
    Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap().to_owned()
}

/// Those of these kinds; cargo leaves the kind of what the crate itself is built with empty.
fn dependencies(package: &Value, kinds: &[&str]) -> Dependencies {
    let mut found = Dependencies::default();
    let listed = package["dependencies"].as_array().unwrap().iter();
    for dependency in listed.filter(|dependency| kinds.contains(&dependency["kind"].as_str().unwrap_or(""))) {
        let name = dependency["name"].as_str().unwrap();
        // Ours lie in a folder; a registry may have a crate that is called as one of ours in short.
        if dependency["path"].is_string() {
            found.crates.insert(short(name));
        } else {
            found.libraries.insert(name.to_owned());
        }
    }
    found
}

/// Every file of Rust that is built here: those of the crates and `tests`. Fuzzing stands apart.
pub(crate) fn all_files() -> BTreeMap<String, String> {
    let root = root().canonicalize().unwrap();
    files(&root, &[root.join("fuzz")])
}

/// Those, and what fuzzing builds.
pub(crate) fn all_files_and_fuzzing() -> BTreeMap<String, String> {
    files(&root().canonicalize().unwrap(), &[])
}

/// The files of Rust below a folder, without those of the crates that stand inside it.
fn files(folder: &Path, folders: &[PathBuf]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut next = vec![folder.to_owned()];
    while let Some(at) = next.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if path.is_dir() && !is_hidden && !path.ends_with("target") && !folders.contains(&path) {
                next.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.insert(from_root(&path), text);
            }
        }
    }
    found
}

fn from_root(path: &Path) -> String {
    let root = root().canonicalize().unwrap();
    path.canonicalize().unwrap().strip_prefix(root).unwrap().display().to_string()
}
