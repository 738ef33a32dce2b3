//! The shipped glossary with a file of one's own.

use deklaro_console::{BadFile, UsageError};
use deklaro_detect::Glossary;

/// The shipped glossary with a file of the user's own; what is wrong in it is named with its line.
pub fn own_glossary(file: &std::path::Path) -> anyhow::Result<Glossary> {
    let content =
        std::fs::read_to_string(file).map_err(|source| BadFile { path: file.to_owned(), source })?;
    Glossary::with_own(&file.display().to_string(), &content).map_err(|error| {
        let hint =
            "six columns parted by tabs: language, term_key, term, kind, sure, source; see data/glossary";
        UsageError::new(error.to_string(), hint).into()
    })
}
