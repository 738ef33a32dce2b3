//! The tables mode of `deklaro exec` works in a temporary folder, which becomes the result once all is done.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Results in the making, and what is needed on the way, beside the folder they are to become; gone when it is dropped unfinished.
pub(super) struct WorkFolder {
    out: PathBuf,
    made: tempfile::TempDir,
}

impl WorkFolder {
    /// A new one. The folder of results must not be there.
    pub(super) fn new(out: &Path) -> io::Result<Self> {
        if out.exists() {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "it is there already"));
        }
        let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent)?;
        let made = tempfile::Builder::new().prefix(".deklaro-exec-").tempdir_in(parent)?;
        fs::create_dir(made.path().join("out"))?;
        Ok(Self { out: out.to_owned(), made })
    }

    /// Where rows of a table lie on the way.
    pub(super) fn heap(&self, heap: &str, table: &str) -> PathBuf {
        self.made.path().join(heap).join(table)
    }

    /// The file of a result.
    pub(super) fn result(&self, table: &str, number: u32) -> PathBuf {
        self.made.path().join("out").join(table).join(format!("part-{number:05}.parquet"))
    }

    /// The keys that a heap's tables were dealt by.
    pub(super) fn keys(&self, heap: &str, tables: &[&str]) -> BTreeSet<String> {
        let folders = tables.iter().filter_map(|table| fs::read_dir(self.heap(heap, table)).ok());
        let names = folders.flatten().flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter_map(|name| Some(name.strip_prefix("dealt=")?.to_owned())).collect()
    }

    /// Gives the results their name.
    pub(super) fn finish(self) -> io::Result<()> {
        fs::rename(self.made.path().join("out"), &self.out)?;
        self.made.close()
    }
}
