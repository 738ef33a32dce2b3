//! The demo workbooks, built into the binary so that the demo needs no checkout.

use anyhow::Context;
use std::path::{Path, PathBuf};

macro_rules! demo_files {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_bytes!(concat!("../../data/demo/", $name)).as_slice())),+]
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

/// Writes the demo workbooks and their list into a folder. The path of the list.
pub(crate) fn write(folder: &Path) -> anyhow::Result<PathBuf> {
    for (name, bytes) in FILES {
        let path = folder.join(name);
        std::fs::write(&path, bytes).with_context(|| format!("writing `{}`", path.display()))?;
    }
    Ok(folder.join("sources.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_workbook_of_the_folder_is_built_in() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../data/demo");
        let there: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let built_in: BTreeSet<String> =
            FILES.iter().map(|(name, _)| (*name).to_owned()).chain(["README.md".to_owned()]).collect();
        assert_eq!(there, built_in);
    }
}
