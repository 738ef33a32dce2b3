//! What do the source files of a crate say?

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// The text of each file, by its path from the crate's folder (`src/lib.rs`).
#[derive(Default)]
pub(crate) struct Sources(BTreeMap<String, String>);

impl Sources {
    /// Reads every Rust file under `src` of a crate's folder.
    pub(crate) fn read(folder: &Path) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        read_into(&mut files, &folder.join("src"), "src")?;
        Ok(Self(files))
    }

    /// A made-up crate.
    #[cfg(test)]
    pub(super) fn made_up(files: &[(&str, &str)]) -> Self {
        Self(files.iter().map(|(path, text)| (format!("src/{path}"), (*text).to_owned())).collect())
    }

    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// The files at which a crate begins: library, binary, further binaries.
    pub(super) fn roots(&self) -> impl Iterator<Item = &str> {
        let is_root = |path: &&str| {
            matches!(*path, "src/lib.rs" | "src/main.rs")
                || path.strip_prefix("src/bin/").is_some_and(|name| !name.contains('/'))
        };
        self.0.keys().map(String::as_str).filter(is_root)
    }
}

fn read_into(files: &mut BTreeMap<String, String>, folder: &Path, name: &str) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read_into(files, &entry.path(), &path)?;
        } else if entry.path().extension().is_some_and(|ending| ending == "rs") {
            files.insert(path, std::fs::read_to_string(entry.path())?);
        }
    }
    Ok(())
}
