//! What is said of a file that cannot be read to its end?

use crate::ImportError;
use crate::file::File;

/// The error that names the file, the sheet where it is known, and the start of the message.
pub(super) fn damaged(file: &File<'_>, sheet: Option<&str>, message: &dyn std::fmt::Display) -> ImportError {
    let message = message.to_string().chars().take(300).collect();
    ImportError::Damaged { file: file.name.to_owned(), sheet: sheet.map(ToOwned::to_owned), message }
}
