//! The checklist says which items of Decision (EU) 2018/1523 a statement contains.

use super::contact::Contacts;
use super::sheet::Sheet;
use super::signals::Signs;
use crate::glossary::Role;
use deklaro_schemas::LanguageTag;
use deklaro_schemas::codes::{Conformance, Finding, Obligation};
use serde::{Serialize, Serializer};

/// What a statement holds of what Decision (EU) 2018/1523 asks for, in the annex's order; empty for other pages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checklist(pub Vec<(Obligation, Finding)>);

impl Checklist {
    /// The finding on one obligation; `None` on a page that is no statement.
    pub fn get(&self, obligation: Obligation) -> Option<Finding> {
        self.0.iter().find(|(own, _)| *own == obligation).map(|(_, finding)| *finding)
    }

    /// The obligations with this finding, in the annex's order.
    pub fn with(&self, finding: Finding) -> Vec<Obligation> {
        self.0.iter().filter(|(_, own)| *own == finding).map(|(obligation, _)| *obligation).collect()
    }

    /// Obligations with this finding.
    pub fn count(&self, finding: Finding) -> usize {
        self.0.iter().filter(|(_, own)| *own == finding).count()
    }
}

impl Serialize for Checklist {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().copied())
    }
}

/// The facts that the checklist is made of, as they were read.
pub(super) struct ChecklistInput<'a> {
    pub(super) signs: &'a Signs,
    pub(super) contacts: &'a Contacts,
    pub(super) conformance: Option<Conformance>,
    pub(super) has_prepared: bool,
    pub(super) has_reviewed: bool,
    pub(super) has_method: bool,
    pub(super) language: Option<&'a LanguageTag>,
}

/// Ticks off each obligation.
pub(super) fn checklist(sheet: &Sheet<'_>, input: &ChecklistInput<'_>) -> Checklist {
    let ChecklistInput { signs, contacts, conformance, has_prepared, has_reviewed, has_method, language } =
        *input;
    let has_title = signs.name_on_top.is_some() || signs.name_in_heading.is_some();
    // A term nobody knows in this language cannot be missed.
    let by_terms = |is_there: bool, role: Role| {
        let is_known = language.is_some_and(|language| sheet.glossary.knows(language.primary(), role));
        finding(is_there, is_known)
    };
    let failures = failures(sheet, conformance);
    Checklist(vec![
        (Obligation::Title, finding(has_title, true)),
        (Obligation::Commitment, by_terms(signs.commitment.is_some(), Role::Commitment)),
        (Obligation::Law, by_terms(signs.law.is_some(), Role::Law)),
        (Obligation::Scope, by_terms(signs.scope.is_some() || signs.is_named, Role::Scope)),
        (Obligation::Status, by_terms(conformance.is_some(), Role::StatusPartial)),
        (Obligation::NonAccessibleContent, failures),
        (Obligation::FailedCriteria, criteria(sheet, conformance)),
        (Obligation::PreparationDate, by_terms(has_prepared, Role::Prepared)),
        (Obligation::Method, by_terms(has_method, Role::MethodSelf)),
        (Obligation::ReviewDate, by_terms(has_reviewed, Role::Reviewed)),
        (
            Obligation::Feedback,
            by_terms(signs.feedback.is_some() || contacts.feedback.is_some(), Role::Feedback),
        ),
        (Obligation::Contact, finding(contacts.feedback.is_some() || signs.has_contact, true)),
        (Obligation::Enforcement, by_terms(signs.enforcement.is_some(), Role::Enforcement)),
    ])
}

fn finding(is_there: bool, is_known: bool) -> Finding {
    match (is_there, is_known) {
        (true, _) => Finding::Present,
        (false, true) => Finding::Absent,
        (false, false) => Finding::Undecidable,
    }
}

/// A site that meets everything has nothing to list; one that declares nothing may have.
fn failures(sheet: &Sheet<'_>, conformance: Option<Conformance>) -> Finding {
    let is_there = sheet.has(&[Role::Noncompliant, Role::Burden, Role::Exception]);
    let is_due = conformance.is_some_and(|status| status != Conformance::Full);
    finding(is_there, is_due)
}

/// Numbers of clauses (`9.1.4.3`) or success criteria (`1.4.3`): digits of one place, three or four groups.
fn criteria(sheet: &Sheet<'_>, conformance: Option<Conformance>) -> Finding {
    let is_due = conformance.is_some_and(|status| status != Conformance::Full);
    // Letters stay in their word: `V3.2.1` is a version of the standard.
    let mut words = sheet.text().split(|character: char| !character.is_alphanumeric() && character != '.');
    finding(words.any(is_criterion), is_due)
}

fn is_criterion(word: &str) -> bool {
    let groups: Vec<&str> = word.trim_matches('.').split('.').collect();
    let is_small =
        |group: &&str| matches!(group.len(), 1 | 2) && group.bytes().all(|byte| byte.is_ascii_digit());
    // `23.9.20` is a date; criteria begin with 1 to 4, clauses with 5 to 13.
    match groups[..] {
        [first, second, third] => {
            [first, second, third].iter().all(is_small)
                && matches!(first, "1" | "2" | "3" | "4")
                && matches!(second, "1" | "2" | "3" | "4" | "5")
                && !third.starts_with('0')
                && third.parse::<u8>().is_ok_and(|third| third <= 13)
        }
        [first, _, _, _] => {
            groups.iter().all(is_small) && first.parse::<u8>().is_ok_and(|first| (5..=13).contains(&first))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn criteria_are_told_from_dates_and_versions() {
        for word in ["1.4.3", "9.1.4.12", "2.4.11", "11.8.2.1", "1.1.1."] {
            assert!(is_criterion(word), "{word}");
        }
        for word in ["23.9.2020", "2.1", "2.0.1", "127.0.0.1", "1.1.2021", "V3.2.1", "1.10.20", "", "..."] {
            assert!(!is_criterion(word), "{word}");
        }
    }
}
