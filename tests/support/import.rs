//! What does the import say of lists of files?

use super::json;
use std::path::{Path, PathBuf};

/// What a dry run says of them.
pub(crate) fn imported(files: &[PathBuf]) -> serde_json::Value {
    let store = tempfile::tempdir().unwrap();
    let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let mut args = vec!["import", "--dry-run", "--json"];
    args.extend(names.iter().map(String::as_str));
    json(&store.path().join("lake"), &args)
}

/// The lists in a folder.
pub(crate) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let is_list = |path: &PathBuf| {
        path.extension().is_some_and(|end| end != "md" && end != "toml") && !path.ends_with("sources.csv")
    };
    files.retain(is_list);
    files.sort();
    files
}
