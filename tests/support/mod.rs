//! What do tests share: the binary, stores it filled, and a simulated web that can be asked what it saw.

pub(crate) mod bucket;
pub(crate) mod demo;
pub(crate) mod forged;
pub(crate) mod http;
pub(crate) mod import;
pub(crate) mod lake;
pub(crate) mod office;
pub(crate) mod same_tables;
pub(crate) mod serving;
pub(crate) mod shared_run;
pub(crate) mod shell;
pub(crate) mod slow;
pub(crate) mod wait;
mod world;

pub(crate) use world::{World, staged_run};

use deklaro_schemas::stored::{Entry, Registered};
use deklaro_schemas::tables::Statement;
use deklaro_schemas::{Row, Selection, SnapshotId};
use deklaro_store::Store;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use wait::Ran;

/// The binary with these arguments, on this store.
pub(crate) fn deklaro(store: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deklaro"));
    command.arg("--store").arg(store).args(args).stdin(Stdio::null());
    // What the developer has set must not change what is tested.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DEKLARO_")) {
        command.env_remove(name);
    }
    command
}

/// Runs it and expects this exit code.
pub(crate) fn run(store: &Path, args: &[&str], exit: i32) -> Output {
    let output = deklaro(store, args).ran();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(exit), "deklaro {}\n{stderr}", args.join(" "));
    output
}

/// Runs it, expects success, and reads its one JSON document.
pub(crate) fn json(store: &Path, args: &[&str]) -> Value {
    let output = run(store, args, 0);
    serde_json::from_slice(&output.stdout).expect("one JSON document on stdout")
}

/// It ended well.
pub(crate) fn ended(output: &Output) {
    assert!(output.status.success(), "{}", stderr(output));
}

/// What it wrote for people.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The rows of a table in a published snapshot.
pub(crate) fn rows_of<R: Row>(runtime: &tokio::runtime::Runtime, store: &Path, snapshot: &str) -> Vec<R> {
    runtime.block_on(async {
        let store = Store::open(store).await.expect("the store opens");
        store
            .read_rows(&SnapshotId::parse(snapshot).expect("a snapshot"), &Selection::all())
            .await
            .expect("the table is read")
    })
}

/// Rows as texts, in the order of those.
pub(crate) fn sorted<R: std::fmt::Debug>(rows: &[R]) -> Vec<String> {
    let mut texts: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
    texts.sort();
    texts
}

/// The rows of a table of a store's registry, as they were written.
pub(crate) fn registered<R: Registered>(store: &Path) -> Vec<Entry<R>> {
    shared_runtime().block_on(async {
        Store::open(store).await.expect("the store opens").registered().await.expect("the table is read")
    })
}

/// One runtime for what tests do to a store themselves.
pub(crate) fn shared_runtime() -> &'static tokio::runtime::Runtime {
    static RUNTIME: std::sync::OnceLock<tokio::runtime::Runtime> = std::sync::OnceLock::new();
    RUNTIME.get_or_init(|| tokio::runtime::Runtime::new().expect("a runtime"))
}

/// The verdicts of a published snapshot.
pub(crate) fn statements(store: &Path, snapshot: &str) -> Vec<Statement> {
    rows_of(shared_runtime(), store, snapshot)
}

/// Every file of a store with its bytes.
pub(crate) fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.insert(entry.path(), std::fs::read(entry.path()).unwrap());
        }
    }
    found
}
