//! Why a row is refused.

use crate::guess;
use crate::value::Value;
use crate::words::Words;
use deklaro_schemas::codes::ReasonCode;

/// Why a row is refused, and which cell is at fault.
pub(crate) struct Refusal {
    pub column: Option<usize>,
    pub reason: ReasonCode,
}

impl Refusal {
    pub(crate) fn at(column: Option<usize>, reason: ReasonCode) -> Self {
        Self { column, reason }
    }

    /// True where links, formulas and merged cells may hold what the cell does not show.
    pub(crate) fn may_be_mended(&self) -> bool {
        let missing = [
            ReasonCode::HostMissing,
            ReasonCode::HostMalformed,
            ReasonCode::CountryMissing,
            ReasonCode::NotARecord,
        ];
        missing.contains(&self.reason)
    }

    /// The same, unless the row without a usable host is no record at all: a total, a note, a group title.
    pub(crate) fn explained(self, words: &Words, cells: &[Value<'_>]) -> Self {
        if !matches!(self.reason, ReasonCode::HostMissing | ReasonCode::HostMalformed) {
            return self;
        }
        let mut filled = (0..).zip(cells).filter(|(_, cell)| !cell.is_blank());
        let Some((column, first)) = filled.next() else { return self };
        let text = first.text();
        let is_lone = filled.next().is_none();
        let is_prose = text.split_whitespace().nth(2).is_some() || self.reason == ReasonCode::HostMissing;
        // `#12` is the number of a row.
        let is_comment = guess::is_comment(cells) && text.contains(char::is_alphabetic);
        if words.is_total(&text) || is_lone && is_prose || is_comment {
            return Self::at(Some(column), ReasonCode::NotARecord);
        }
        self
    }
}
