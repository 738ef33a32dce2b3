//! An import error says why a whole file gives nothing, and what may help.

use deklaro_schemas::budget::Exhausted;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt::Write;

/// Why a whole file, or a file of our own data, gives nothing. A bad row is never an error: it is a reject.
#[derive(Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ImportError {
    /// The file has no bytes, or no sheet with a cell in it.
    #[error("`{file}`: empty, expected a sheet with a header row")]
    Empty {
        /// The file.
        file: String,
    },
    /// The content is no workbook and no text table.
    #[error(
        "`{file}`: not a workbook, found {found}, expected xlsx, xlsm, xlsb, xls, ods, csv, tsv, a list of hosts, or one of these in gzip or zip"
    )]
    NotAWorkbook {
        /// The file.
        file: String,
        /// What its first bytes say.
        found: Cow<'static, str>,
    },
    /// The workbook asks for a password.
    #[error("`{file}`: locked, the workbook is protected by a password")]
    Locked {
        /// The file.
        file: String,
    },
    /// The workbook cannot be read to its end.
    #[error("`{file}`{}: damaged: {message}", in_sheet(sheet.as_deref()))]
    Damaged {
        /// The file.
        file: String,
        /// The sheet being read, where reading came that far.
        sheet: Option<String>,
        /// What the reader says.
        message: String,
    },
    /// No visible sheet has a row that names a host or URL column.
    #[error("`{file}`: no host column: {}; looked for {}", describe(sheets), looked_for.join(", "))]
    NoHostColumn {
        /// The file.
        file: String,
        /// What stands in each sheet instead.
        sheets: Vec<SeenHeader>,
        /// Names that would have been taken, most usual first.
        looked_for: Vec<String>,
    },
    /// Every sheet is hidden.
    #[error("`{file}`: every sheet is hidden: {}", sheets.join(", "))]
    AllHidden {
        /// The file.
        file: String,
        /// The sheets.
        sheets: Vec<String>,
    },
    /// A cap is passed.
    #[error("`{file}`: {what} {found}, at most {limit} are read")]
    TooLarge {
        /// The file.
        file: String,
        /// What there is too much of.
        what: Cow<'static, str>,
        /// How much was seen.
        found: u64,
        /// The cap.
        limit: u64,
    },
    /// Reading it costs more than any list does.
    #[error("`{file}`: {exhausted}, more than any list of its size")]
    TooCostly {
        /// The file.
        file: String,
        /// Of what it costs too much, and the limit.
        exhausted: Exhausted,
    },
    /// There is nobody to read it: it is not the file's fault.
    #[error("`{file}`: not read, {message}")]
    NoReader {
        /// The file.
        file: String,
        /// Why nobody can.
        message: String,
    },
    /// A file of the program's data (column map, country list, source list) cannot be understood.
    #[error("`{file}` line {line}: {message}")]
    BadData {
        /// Which file.
        file: String,
        /// Line, counted from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
}

/// The fullest row among the first rows of a sheet in which no header was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenHeader {
    /// The sheet.
    pub sheet: String,
    /// Row, counted from 1; 0 where the sheet is empty.
    pub row: i64,
    /// Its texts, at most twelve, each cut to 40 characters.
    pub headers: Vec<String>,
    /// Which columns look like addresses.
    pub guess: String,
}

impl ImportError {
    /// What to do about it, where there is something to do.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Empty { .. } => "fetch the list again; the download may have failed".to_owned(),
            Self::NotAWorkbook { found, .. } if found.contains("HTML") => {
                "the address may lead to a page about the list; download the list itself".to_owned()
            }
            Self::NotAWorkbook { .. } => "save the list as xlsx, ods or csv".to_owned(),
            Self::Locked { .. } => "save a copy without a password".to_owned(),
            Self::Damaged { .. } => "open the file in a spreadsheet program and save it again".to_owned(),
            Self::NoHostColumn { .. } => {
                "`deklaro import FILE --explain` shows what was seen; `--map host=B,country=AT` says which column it is"
                    .to_owned()
            }
            Self::AllHidden { .. } => "show the sheet that holds the list".to_owned(),
            Self::TooLarge { .. } | Self::TooCostly { .. } => "split the list into several files".to_owned(),
            Self::NoReader { .. } => "let the program start processes of its own: see `ulimit -u` and the rules of its container".to_owned(),
            Self::BadData { .. } => return None,
        })
    }

    /// The code that a report shows; nothing where the words are enough.
    pub fn code(&self) -> Option<&'static str> {
        matches!(self, Self::TooCostly { .. }).then_some("workbook_too_costly")
    }

    /// The same error under the path the caller knows the file by.
    #[must_use]
    pub fn in_file(mut self, path: &str) -> Self {
        let (Self::Empty { file }
        | Self::NotAWorkbook { file, .. }
        | Self::Locked { file }
        | Self::Damaged { file, .. }
        | Self::NoHostColumn { file, .. }
        | Self::AllHidden { file, .. }
        | Self::TooLarge { file, .. }
        | Self::TooCostly { file, .. }
        | Self::NoReader { file, .. }
        | Self::BadData { file, .. }) = &mut self;
        path.clone_into(file);
        self
    }

    /// The error of a TOML text, with the line it is on.
    pub(crate) fn toml(file: &str, text: &str, error: &toml::de::Error) -> Self {
        let offset = error.span().map_or(0, |span| span.start);
        Self::BadData {
            file: file.to_owned(),
            line: line_of(text, offset),
            message: error.message().to_owned(),
        }
    }
}

/// The line an offset lies on, counted from 1.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

fn in_sheet(sheet: Option<&str>) -> String {
    sheet.map_or_else(String::new, |sheet| format!(" sheet `{sheet}`"))
}

fn describe(sheets: &[SeenHeader]) -> String {
    let mut text = String::new();
    for seen in sheets {
        let separator = if text.is_empty() { "" } else { "; " };
        let headers: Vec<String> = seen.headers.iter().map(|header| format!("`{header}`")).collect();
        let _ = if headers.is_empty() {
            write!(text, "{separator}sheet `{}` is empty", seen.sheet)
        } else {
            let (sheet, row, headers) = (&seen.sheet, seen.row, headers.join(", "));
            write!(text, "{separator}sheet `{sheet}` row {row} has {headers} ({})", seen.guess)
        };
    }
    text
}
