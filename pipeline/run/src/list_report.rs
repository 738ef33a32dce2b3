//! What importing a file came to, as `deklaro import --json` and `deklaro sources` show it.

use deklaro_import::{ImportError, Imported, SkipReason};
use deklaro_schemas::Sha256;
use deklaro_schemas::codes::ReasonCode;
use deklaro_schemas::tables::Source;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// What one file gave.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListReport {
    /// The file as it was given.
    pub file: String,
    /// SHA-256 of its bytes; nothing where it could not be read.
    pub sha256: Option<Sha256>,
    /// Why it gave nothing.
    pub error: Option<String>,
    /// What to do about that.
    pub hint: Option<String>,
    /// The code of that reason, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_code: Option<String>,
    /// Distinct hosts by country.
    pub hosts: usize,
    /// Its sheets; those that were not read have zeros and say why.
    pub sheets: Vec<SheetReport>,
}

/// What one sheet gave.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetReport {
    /// The sheet's name.
    pub sheet: String,
    /// True when its author hid it.
    pub hidden: bool,
    /// Why it was not read.
    pub skipped: Option<String>,
    /// The column map that fitted.
    pub column_map: Option<String>,
    /// Row of the header, counted from 1; 0 for lists without one.
    pub header_row: i64,
    /// Rows below the header that are not blank.
    pub rows_total: i64,
    /// Rows that gave a seed.
    pub rows_accepted: i64,
    /// Rows rejected.
    pub rows_rejected: i64,
    /// Blank rows.
    pub rows_blank: i64,
    /// Rejected rows by reason.
    pub rejected_by_reason: BTreeMap<String, i64>,
}

impl ListReport {
    /// Of an import.
    pub fn of(file: &str, sha256: Sha256, imported: &Imported) -> Self {
        let read = imported.sources.iter().map(|source| sheet(source, imported));
        let skipped = imported.skipped.iter().map(|skipped| SheetReport {
            sheet: skipped.sheet.clone(),
            hidden: skipped.why == SkipReason::Hidden,
            skipped: Some(why(skipped.why).to_owned()),
            ..SheetReport::default()
        });
        Self {
            file: file.to_owned(),
            sha256: Some(sha256),
            error: None,
            hint: None,
            reason_code: None,
            hosts: hosts(imported).len(),
            sheets: read.chain(skipped).collect(),
        }
    }

    /// Of a file that could not be read.
    pub fn failed(file: &str, error: &anyhow::Error) -> Self {
        Self {
            file: file.to_owned(),
            error: Some(format!("{error:#}")),
            hint: deklaro_console::hint_of(error),
            reason_code: error.downcast_ref().and_then(ImportError::code).map(str::to_owned),
            ..Self::default()
        }
    }

    /// Rejected rows by reason, all sheets together.
    pub fn rejected_by_reason(&self) -> BTreeMap<&str, i64> {
        let mut all = BTreeMap::new();
        for (reason, count) in self.sheets.iter().flat_map(|sheet| &sheet.rejected_by_reason) {
            *all.entry(reason.as_str()).or_insert(0) += count;
        }
        all
    }

    /// Rows, accepted, rejected.
    pub fn rows(&self) -> (i64, i64, i64) {
        self.sheets.iter().fold((0, 0, 0), |(total, accepted, rejected), sheet| {
            (total + sheet.rows_total, accepted + sheet.rows_accepted, rejected + sheet.rows_rejected)
        })
    }
}

/// The distinct hosts of an import, by country and name.
pub fn hosts(imported: &Imported) -> HashSet<(&str, &str)> {
    imported.seeds.places().map(|(country, host, _)| (country, host)).collect()
}

fn why(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::Hidden => "hidden",
        SkipReason::Empty => "empty",
        SkipReason::NoHostColumn => "no host column",
        SkipReason::NotAList => "not a list",
    }
}

fn sheet(source: &Source, imported: &Imported) -> SheetReport {
    let mut rejected_by_reason = BTreeMap::new();
    for reject in imported.rejects.iter().filter(|reject| reject.source_id == source.source_id) {
        *rejected_by_reason.entry(ReasonCode::as_str(reject.reason_code).to_owned()).or_insert(0) += 1;
    }
    SheetReport {
        sheet: source.sheet.clone(),
        hidden: false,
        skipped: None,
        column_map: Some(source.column_map.clone()),
        header_row: source.header_row,
        rows_total: source.rows_total,
        rows_accepted: source.rows_accepted,
        rows_rejected: source.rows_rejected,
        rows_blank: source.rows_blank,
        rejected_by_reason,
    }
}
