//! What is true of a body in one month?

use jiff::civil::Date;

use crate::habit::{Habit, State};
use crate::harm::Harm;
use crate::site::{Facts, Site};

/// What is true of the statement of a body in one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementTruth {
    /// A polite reader can read it, at this address.
    Present {
        /// Absolute address; its host is the one that was asked about unless the site redirects elsewhere.
        url: String,
    },
    /// There is one, but no polite reader can reach or read it this month.
    Hidden,
    /// There is none.
    Absent,
}

/// What is true of a body in one month, to score a run against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// Whether and where the statement is.
    pub statement: StatementTruth,
    /// Whether a polite reader gets a whole, readable page with status 2xx from the entry address.
    pub is_reachable: bool,
    /// What the host does to its readers.
    pub habit: Habit,
    /// BCP 47 tag of the language of its pages.
    pub language: &'static str,
    /// `full`, `partial` or `non`, where the statement is present.
    pub conformance: Option<&'static str>,
    /// Day the statement was prepared, where it is present.
    pub prepared_on: Option<Date>,
    /// Day the statement was last reviewed, where it is present.
    pub reviewed_on: Option<Date>,
    /// `self_assessment` or `third_party`, where the statement is present.
    pub method: Option<&'static str>,
}

impl Truth {
    pub(crate) fn of(site: &Site) -> Truth {
        let (habit, month) = (site.body.habit, site.month);
        let harm = site.body.harm;
        let state = if harm.is_some() { State::Hidden } else { habit.statement(month) };
        let facts = (state == State::Present).then(|| site.facts());
        Truth {
            statement: match state {
                State::Present => StatementTruth::Present { url: site.statement_url() },
                State::Hidden => StatementTruth::Hidden,
                State::Absent => StatementTruth::Absent,
            },
            is_reachable: habit.is_reachable(month) && harm != Some(Harm::Tarpit),
            habit,
            language: site.body.language,
            conformance: facts.map(|facts| facts.conformance.name()),
            prepared_on: facts.map(|facts| facts.prepared_on),
            reviewed_on: facts.map(|facts| facts.reviewed_on),
            method: facts.map(Facts::method_name),
        }
    }
}
