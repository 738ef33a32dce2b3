//! The demo workbooks, built into the binary so that the demo needs no checkout.

use anyhow::Context;
use std::path::{Path, PathBuf};

macro_rules! demo_files {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_bytes!(concat!("../../../data/demo/", $name)).as_slice())),+]
    };
}

/// The files of `data/demo/` that the list there names, and the list.
const FILES: [(&str, &[u8]); 10] = demo_files![
    "austria.xlsx",
    "europe.csv",
    "france.xlsx",
    "germany-belgium.xlsx",
    "italy.csv",
    "netherlands.ods",
    "nordic.xlsx",
    "poland.xls",
    "sources.toml",
    "united-kingdom.tsv",
];

/// A list whose first edition names a host as it was called before.
const RENAMED: (&str, &str, &str) =
    ("united-kingdom.tsv", "council-oakmere-gb.example", "former-council-oakmere-gb.example");

/// Writes the demo workbooks and their list into a folder. The path of the list.
pub(crate) fn write(folder: &Path) -> anyhow::Result<PathBuf> {
    for (name, bytes) in FILES {
        write_file(folder, name, bytes)?;
    }
    Ok(folder.join("sources.toml"))
}

/// The same as they were a month before: one host is listed under its former name, which redirects to the present one.
pub(crate) fn write_first_edition(folder: &Path) -> anyhow::Result<PathBuf> {
    let sources = write(folder)?;
    let (name, present, former) = RENAMED;
    let bytes = FILES.iter().find(|(file, _)| *file == name).map_or(&[][..], |(_, bytes)| bytes);
    let text = String::from_utf8_lossy(bytes).replace(present, former);
    write_file(folder, name, text.as_bytes())?;
    Ok(sources)
}

fn write_file(folder: &Path, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let path = folder.join(name);
    std::fs::write(&path, bytes).with_context(|| format!("writing `{}`", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_workbook_of_the_folder_is_built_in() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/demo");
        let there: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let built_in: BTreeSet<String> =
            FILES.iter().map(|(name, _)| (*name).to_owned()).chain(["README.md".to_owned()]).collect();
        assert_eq!(there, built_in);
    }

    #[test]
    fn the_first_edition_names_one_host_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        write_first_edition(folder.path()).unwrap();
        let first = read(RENAMED.0);
        write(folder.path()).unwrap();
        let changed = first.lines().zip(read(RENAMED.0).lines()).filter(|(a, b)| a != b).count();
        assert_eq!(changed, 1);
    }
}
