//! What does the demo leave behind, for tests to look at or to change?

use super::json;
use serde_json::Value;
use std::path::Path;
use std::sync::OnceLock;

/// What it left behind.
pub(crate) struct Shown {
    /// Its three months.
    pub(crate) store: tempfile::TempDir,
    /// What it said.
    pub(crate) report: Value,
}

/// One demo for all tests of a process: it takes most of a minute.
pub(crate) fn demo() -> &'static Shown {
    static DEMO: OnceLock<Shown> = OnceLock::new();
    DEMO.get_or_init(|| {
        let store = tempfile::tempdir().unwrap();
        let report = json(store.path(), &["demo", "--json"]);
        Shown { store, report }
    })
}

/// Copies a folder with all that is in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A copy of its store, which may be changed.
pub(crate) fn demo_copy() -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    copy_folder(demo().store.path(), copy.path());
    copy
}

/// The current snapshot of a store.
pub(crate) fn current(store: &Path) -> String {
    json(store, &["show", "--json"])["snapshot"].as_str().unwrap().to_owned()
}
