//! The rubric lists the rules of a verdict, each with status, confidence and reason.

use deklaro_schemas::Sha256;
use deklaro_schemas::codes::{Confidence, DetectionStatus, ReasonCode};
use std::sync::LazyLock;

/// One row of the rubric: the first whose condition holds gives the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its name, as in the case table of the crate's documentation.
    pub name: &'static str,
    /// The verdict.
    pub status: DetectionStatus,
    /// How sure.
    pub confidence: Confidence,
    /// The reason that leads; others that hold are added behind it.
    pub reason: ReasonCode,
    /// When it holds.
    pub when: &'static str,
}

const fn rule(
    name: &'static str,
    status: DetectionStatus,
    confidence: Confidence,
    reason: ReasonCode,
    when: &'static str,
) -> Rule {
    Rule { name, status, confidence, reason, when }
}

use Confidence::{High, Low, Medium};
use DetectionStatus::{Found, NotFound, Uncertain};
use ReasonCode as R;

pub(super) const OUT_OF_SCOPE: Rule =
    rule("out_of_scope", Uncertain, Low, R::OutOfScope, "the host is listed but not visited");
pub(super) const STATEMENT_COVERS: Rule = rule(
    "statement_covers",
    Found,
    High,
    R::StatementRead,
    "a statement was read by two signals or more, and names this host or stands on it and names no other",
);
pub(super) const STATEMENT_SINGLE: Rule =
    rule("statement_single", Found, Medium, R::SingleSignal, "a statement was read, by one signal");
pub(super) const STATEMENT_UNOWNED: Rule = rule(
    "statement_unowned",
    Found,
    Medium,
    R::StatementRead,
    "a statement was read on another site that does not name this host",
);
pub(super) const REGISTER_PAGE: Rule = rule(
    "register_page",
    Found,
    Medium,
    R::NationalRegister,
    "an address of one statement on the national central host answered, but its text waits for scripts",
);
pub(super) const DOCUMENT: Rule = rule(
    "document",
    Found,
    Medium,
    R::DocumentByLabel,
    "a document answered that is linked by the name of the statement, or has it in its address",
);
pub(super) const LABEL_ONLY: Rule = rule(
    "label_only",
    Found,
    Low,
    R::LabelOnly,
    "a link has the exact legal name, and its target could not be read this time: robots, time, 403, 429, 5xx",
);
pub(super) const OTHER_HOST: Rule =
    rule("other_host", Uncertain, Medium, R::OtherHost, "the only statement read is for another host");
pub(super) const TEMPLATE: Rule = rule(
    "template",
    Uncertain,
    Medium,
    R::UnfilledTemplate,
    "the only statement read is a template nobody filled in",
);
pub(super) const ABOUT: Rule = rule(
    "about",
    Uncertain,
    Medium,
    R::BareWordOnly,
    "a page that a candidate led to speaks of accessibility, but is no statement",
);
pub(super) const TARGET_UNREAD: Rule = rule(
    "target_unread",
    Uncertain,
    Low,
    R::LabelOnly,
    "a likely link was found, but its target could not be read",
);
pub(super) const BLOCKED: Rule =
    rule("blocked", Uncertain, Low, R::BlockPage, "the site shows a block, consent or challenge page");
pub(super) const SCRIPT_ONLY: Rule =
    rule("script_only", Uncertain, Low, R::ScriptOnly, "the pages of the site are empty until scripts run");
pub(super) const ROBOTS: Rule =
    rule("robots", Uncertain, Low, R::RobotsDisallowed, "robots.txt disallows the pages needed");
pub(super) const UNREADABLE: Rule =
    rule("unreadable", Uncertain, Low, R::Unreadable, "the server answered, but no page could be read");
pub(super) const UNREACHABLE: Rule =
    rule("unreachable", Uncertain, Low, R::HostUnreachable, "no request to the host was answered");
pub(super) const NOT_FOUND_TWICE: Rule = rule(
    "not_found_twice",
    NotFound,
    High,
    R::NoCandidate,
    "the site was read, no candidate survived, and the previous run said the same",
);
pub(super) const NOT_FOUND: Rule =
    rule("not_found", NotFound, Medium, R::NoCandidate, "the site was read and no candidate survived");

/// The whole rubric, in the order in which it is tried.
pub const RUBRIC: [Rule; 18] = [
    OUT_OF_SCOPE,
    STATEMENT_COVERS,
    STATEMENT_UNOWNED,
    STATEMENT_SINGLE,
    REGISTER_PAGE,
    DOCUMENT,
    LABEL_ONLY,
    OTHER_HOST,
    TEMPLATE,
    ABOUT,
    TARGET_UNREAD,
    BLOCKED,
    SCRIPT_ONLY,
    ROBOTS,
    UNREADABLE,
    UNREACHABLE,
    NOT_FOUND_TWICE,
    NOT_FOUND,
];

/// What tells this rubric from any other: the first 16 digits of the hash of its rules, in order.
pub fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let rules = RUBRIC.iter().flat_map(|rule| {
            [rule.name, rule.status.as_str(), rule.confidence.as_str(), rule.reason.as_str(), rule.when]
        });
        Sha256::of_fields(rules).as_str()[..16].to_owned()
    });
    &VERSION
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        let mut names: Vec<&str> = RUBRIC.iter().map(|rule| rule.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), RUBRIC.len());
    }
}
