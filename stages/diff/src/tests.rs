//! These tests show a host's states and changes over months, and agree with a plain model of the rules.

use crate::{DiffInput, diff};
use arrow::array::RecordBatch;
use deklaro_schemas::codes::{
    ChangeType, Conformance, DetectionStatus, Lifecycle, PolicyMention, RetiredReason,
};
use deklaro_schemas::tables::testing::{statement, url};
use deklaro_schemas::tables::{Change, Host, Statement};
use deklaro_schemas::{Date, RunMonth, SnapshotId, batch};
use proptest::prelude::*;

/// What one month saw of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Found,
    Missing,
    Unreachable,
    Unlisted,
}

fn verdict(name: &str, seen: Seen) -> Option<Statement> {
    let mut row = statement(name);
    match seen {
        Seen::Unlisted => return None,
        Seen::Missing => {}
        Seen::Found => {
            row.detection_status = DetectionStatus::Found;
            row.statement_url = Some(url(&format!("https://{name}/statement")));
            row.conformance_status = Some(Conformance::Partial);
        }
        Seen::Unreachable => {
            row.detection_status = DetectionStatus::Uncertain;
            row.is_reachable = false;
            row.is_read = false;
        }
    }
    Some(row)
}

/// The state and changes after these months, month by month.
struct History {
    month: RunMonth,
    hosts: Vec<RecordBatch>,
}

impl History {
    fn new() -> Self {
        Self { month: RunMonth::parse("2026-08").unwrap(), hosts: Vec::new() }
    }

    fn add(&mut self, statements: &[Statement]) -> (Vec<Host>, Vec<Change>) {
        self.month = self.month.next();
        let snapshot = SnapshotId::new(self.month, 0);
        let statements = [batch::from_rows(statements).unwrap()];
        let input = DiffInput { snapshot: &snapshot, statements: &statements, last_hosts: &self.hosts };
        let result = diff(&input).unwrap();
        let rows = (batch::to_rows(&result.hosts).unwrap(), batch::to_rows(&result.changes).unwrap());
        self.hosts = vec![result.hosts];
        rows
    }

    /// One host's state and change types after a month.
    fn see(&mut self, seen: Seen) -> (Host, Vec<ChangeType>) {
        let (mut hosts, changes) = self.add(&Vec::from_iter(verdict("a.example.at", seen)));
        (hosts.remove(0), changes.into_iter().map(|change| change.change_type).collect())
    }
}

#[test]
fn a_host_that_dies_is_stale_then_inactive_and_keeps_its_verdict() {
    let mut history = History::new();
    let (host, changes) = history.see(Seen::Found);
    assert_eq!((host.lifecycle, changes), (Lifecycle::Active, vec![ChangeType::HostAdded]));

    let (host, changes) = history.see(Seen::Unreachable);
    assert_eq!((host.lifecycle, host.unreachable_streak, host.is_stale), (Lifecycle::Stale, 1, true));
    assert_eq!(
        (host.detection_status, host.verdict_snapshot.as_str()),
        (DetectionStatus::Found, "2026-09.0")
    );
    assert_eq!(changes, [ChangeType::BecameStale]);

    let (host, changes) = history.see(Seen::Unreachable);
    assert_eq!((host.lifecycle, host.unreachable_streak), (Lifecycle::Inactive, 2));
    assert_eq!(host.retired_reason, Some(RetiredReason::UnreachableTwice));
    assert_eq!(
        host.statement_url,
        Some(url("https://a.example.at/statement")),
        "the tombstone keeps the record"
    );
    assert_eq!(changes, [ChangeType::Deactivated]);

    let (host, changes) = history.see(Seen::Found);
    assert_eq!((host.lifecycle, host.unreachable_streak, host.is_stale), (Lifecycle::Active, 0, false));
    assert_eq!((changes, host.retired_reason), (vec![ChangeType::Recovered], None));
    assert_eq!(host.first_seen_month.as_str(), "2026-09");
}

#[test]
fn a_host_never_reached_is_inactive_and_still_a_row() {
    let mut history = History::new();
    let (host, _) = history.see(Seen::Unreachable);
    assert_eq!(
        (host.lifecycle, host.retired_reason),
        (Lifecycle::Inactive, Some(RetiredReason::NeverReached))
    );
    assert_eq!((host.detection_status, host.is_stale), (DetectionStatus::Uncertain, false));
}

#[test]
fn a_delisted_host_is_retired_not_forgotten_and_can_come_back() {
    let mut history = History::new();
    history.see(Seen::Found);
    let (host, changes) = history.see(Seen::Unlisted);
    assert_eq!((host.lifecycle, changes), (Lifecycle::Retired, vec![ChangeType::HostRemoved]));
    assert_eq!(host.last_seen_month.as_str(), "2026-09");
    let (_, changes) = history.see(Seen::Unlisted);
    assert_eq!(changes, [], "it is removed once");
    let (host, changes) = history.see(Seen::Found);
    assert_eq!((host.lifecycle, changes), (Lifecycle::Active, vec![ChangeType::HostAdded]));
}

#[test]
fn a_statement_appears_and_vanishes_only_between_two_readings() {
    let mut history = History::new();
    history.see(Seen::Missing);
    assert_eq!(history.see(Seen::Found).1, [ChangeType::StatementAppeared]);
    assert_eq!(history.see(Seen::Missing).1, [ChangeType::StatementVanished]);
    assert_eq!(history.see(Seen::Unreachable).1, [ChangeType::BecameStale]);
}

#[test]
fn an_address_without_a_statement_is_nothing_before_it_appears() {
    let mut history = History::new();
    let mut first = verdict("a.example.at", Seen::Missing).unwrap();
    first.detection_status = DetectionStatus::Uncertain;
    first.statement_url = Some(url("https://a.example.at/statement"));
    history.add(&[first]);
    let (_, changes) = history.add(&[verdict("a.example.at", Seen::Found).unwrap()]);
    assert_eq!((changes[0].change_type, &changes[0].before), (ChangeType::StatementAppeared, &None));
}

#[test]
fn what_a_statement_says_is_compared_field_by_field() {
    let mut history = History::new();
    let first = verdict("a.example.at", Seen::Found).unwrap();
    history.add(std::slice::from_ref(&first));
    let second = Statement {
        statement_url: Some(url("https://a.example.at/moved")),
        conformance_status: Some(Conformance::Full),
        reviewed_on: Date::new(2026, 9, 1),
        policy_mentions: vec![PolicyMention::Wcag],
        ..first
    };
    let (_, changes) = history.add(&[second]);
    let shown: Vec<String> = changes
        .iter()
        .map(|change| {
            format!("{} {:?} → {:?}", change.change_type, change.before.as_deref(), change.after.as_deref())
        })
        .collect();
    assert_eq!(
        shown,
        [
            "conformance_changed Some(\"partial\") → Some(\"full\")",
            "policy_mentions_changed Some(\"\") → Some(\"wcag\")",
            "reviewed None → Some(\"2026-09-01\")",
            "statement_moved Some(\"https://a.example.at/statement\") → Some(\"https://a.example.at/moved\")",
        ]
    );
}

#[test]
fn an_unchanged_month_has_no_changes() {
    let mut history = History::new();
    for seen in [Seen::Found, Seen::Missing] {
        history.see(seen);
        assert_eq!(history.see(seen).1, []);
    }
}

/// A found statement of a host whose entry page answered under this name.
fn answering(name: &str, answer: &str) -> Statement {
    Statement { answering_hostname: Some(answer.parse().unwrap()), ..verdict(name, Seen::Found).unwrap() }
}

fn told(changes: &[Change]) -> Vec<String> {
    let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let told = |change: &Change| {
        let name = &change.canonical_hostname;
        format!("{name} {} {} → {}", change.change_type, side(&change.before), side(&change.after))
    };
    changes.iter().map(told).collect()
}

/// The hosts listed in a month, and the names they answered under.
type Listed = &'static [(&'static str, &'static str)];

/// What was listed in the first month, what in the second, and the changes claimed.
const RENAMES: [(Listed, Listed, &[&str]); 7] = [
    // It redirected to the name it is listed under now.
    (
        &[("old.example.at", "new.example.at")],
        &[("new.example.at", "new.example.at")],
        &[
            "new.example.at statement_moved https://old.example.at/statement → https://new.example.at/statement",
            "old.example.at host_renamed old.example.at → new.example.at",
        ],
    ),
    // The list now has it with www.
    (
        &[("a.example.at", "a.example.at")],
        &[("www.a.example.at", "a.example.at")],
        &[
            "a.example.at host_renamed a.example.at → www.a.example.at",
            "www.a.example.at statement_moved https://a.example.at/statement → https://www.a.example.at/statement",
        ],
    ),
    // The new name answers under the old one.
    (
        &[("old.example.at", "old.example.at")],
        &[("new.example.at", "www.old.example.at")],
        &[
            "new.example.at statement_moved https://old.example.at/statement → https://new.example.at/statement",
            "old.example.at host_renamed old.example.at → new.example.at",
        ],
    ),
    // Both were listed before: one of them is gone, none is new.
    (
        &[("new.example.at", "new.example.at"), ("old.example.at", "new.example.at")],
        &[("new.example.at", "new.example.at")],
        &["old.example.at host_removed active → retired"],
    ),
    // No redirect: one gone, one new.
    (
        &[("old.example.at", "old.example.at")],
        &[("new.example.at", "new.example.at")],
        &["new.example.at host_added - → active", "old.example.at host_removed active → retired"],
    ),
    // Still listed under the old name, but its pages come from another one.
    (
        &[("old.example.at", "old.example.at")],
        &[("old.example.at", "new.example.at")],
        &["old.example.at host_renamed old.example.at → new.example.at"],
    ),
    // www. in front is no other name.
    (&[("a.example.at", "a.example.at")], &[("a.example.at", "www.a.example.at")], &[]),
];

#[test]
fn renamed_hosts_are_followed() {
    for (before, after, expected) in RENAMES {
        let mut history = History::new();
        let month = |hosts: Listed| -> Vec<Statement> {
            hosts.iter().map(|(name, answer)| answering(name, answer)).collect()
        };
        history.add(&month(before));
        let earlier = history.hosts.clone();
        let (_, changes) = history.add(&month(after));
        assert_eq!(told(&changes), expected, "{before:?} {after:?}");
        let between = crate::between(&earlier, &history.hosts, history.month).unwrap();
        assert_eq!(batch::to_rows::<Change>(&between).unwrap(), changes, "two snapshots tell the same");
    }
}

#[test]
fn a_renamed_host_keeps_its_history_and_leaves_a_tombstone() {
    let mut history = History::new();
    history.add(&[answering("old.example.at", "new.example.at")]);
    let mut unreachable = verdict("new.example.at", Seen::Unreachable).unwrap();
    unreachable.statement_url = None;
    let (hosts, _) = history.add(&[unreachable]);
    let [new, old] = hosts.as_slice() else { panic!("{hosts:?}") };
    assert_eq!((new.lifecycle, new.first_seen_month.as_str()), (Lifecycle::Stale, "2026-09"));
    assert_eq!((new.detection_status, new.verdict_snapshot.as_str()), (DetectionStatus::Found, "2026-09.0"));
    assert_eq!((old.lifecycle, old.retired_reason), (Lifecycle::Retired, Some(RetiredReason::Renamed)));
    assert_eq!(old.successor_hostname.as_ref().unwrap().as_str(), "new.example.at");
    let (hosts, changes) = history.add(&[verdict("new.example.at", Seen::Found).unwrap()]);
    let moved =
        "new.example.at statement_moved https://old.example.at/statement → https://new.example.at/statement";
    assert_eq!(told(&changes), ["new.example.at recovered stale → active", moved]);
    assert_eq!(hosts[1].retired_reason, Some(RetiredReason::Renamed), "it stays on record");
}

#[test]
fn of_two_hosts_with_one_successor_the_first_one_s_history_goes_on() {
    let mut history = History::new();
    history.add(&[answering("b.example.at", "new.example.at"), answering("a.example.at", "new.example.at")]);
    let (hosts, changes) = history.add(&[answering("new.example.at", "new.example.at")]);
    assert_eq!(
        told(&changes),
        [
            "a.example.at host_renamed a.example.at → new.example.at",
            "b.example.at host_renamed b.example.at → new.example.at",
            "new.example.at statement_moved https://a.example.at/statement → https://new.example.at/statement",
        ]
    );
    assert_eq!(hosts.iter().filter(|host| host.successor_hostname.is_some()).count(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The lifecycle told once more, as a plain loop over the months of one host.
    #[test]
    fn the_query_agrees_with_the_rules(months in prop::collection::vec(
        prop::sample::select(vec![Seen::Found, Seen::Missing, Seen::Unreachable, Seen::Unlisted]), 1..8)
    ) {
        let mut history = History::new();
        let (mut known, mut reached, mut streak) = (false, false, 0);
        for seen in months {
            if seen == Seen::Unlisted && !known {
                continue;
            }
            let (host, _) = history.see(seen);
            known = true;
            let expected = match seen {
                Seen::Unlisted => Lifecycle::Retired,
                Seen::Found | Seen::Missing => Lifecycle::Active,
                Seen::Unreachable if reached && streak == 0 => Lifecycle::Stale,
                Seen::Unreachable => Lifecycle::Inactive,
            };
            match seen {
                Seen::Found | Seen::Missing => { reached = true; streak = 0; }
                Seen::Unreachable => streak += 1,
                Seen::Unlisted => {}
            }
            prop_assert_eq!((host.lifecycle, host.unreachable_streak), (expected, streak));
            prop_assert_eq!(host.last_reached_month.is_some(), reached);
        }
    }
}
