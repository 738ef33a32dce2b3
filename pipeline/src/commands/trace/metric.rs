//! `deklaro trace --metric` counts a published number again and names its hosts.

use super::hops::{Checker, Hop};
use deklaro_console::UsageError;
use deklaro_schemas::codes::{Confidence, DetectionStatus, Lifecycle};
use deklaro_schemas::stored::Manifest;
use deklaro_schemas::tables::{Host, Statement, Target};
use deklaro_schemas::{CountryCode, HostId, Selection, SnapshotId};
use deklaro_store::Store;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;

/// The file the published numbers stand in.
const SUMMARY: &str = "reports/summary.json";
/// Hosts shown to people.
const SHOWN: usize = 40;

/// A published number, and the rows it was counted from.
#[derive(Debug, Serialize)]
pub(super) struct TracedMetric {
    snapshot: SnapshotId,
    metric: String,
    country_code: Option<CountryCode>,
    /// As published.
    value: u64,
    /// Counted again from the tables.
    counted: usize,
    /// The hosts it counts.
    hosts: Vec<Counted>,
    pub(super) hops: Vec<Hop>,
}

/// A host that a number counts; `deklaro trace` follows its id.
#[derive(Debug, Serialize)]
struct Counted {
    host_id: HostId,
    country_code: CountryCode,
    canonical_hostname: String,
}

/// A host with what this run saw of it.
struct Seen<'a> {
    host: &'a Host,
    target: Option<&'a Target>,
    statement: Option<&'a Statement>,
}

/// `deklaro trace --metric found.AT`
pub(super) async fn trace(
    store: &Store,
    snapshot: &SnapshotId,
    metric: &str,
) -> anyhow::Result<TracedMetric> {
    let (name, country) = match metric.split_once('.') {
        Some((name, code)) => (name, Some(CountryCode::parse(code)?)),
        None => (metric, None),
    };
    let is_counted = rule(name).ok_or_else(|| {
        let names: Vec<&str> = RULES.iter().map(|(name, _)| *name).collect();
        let message = format!("`{name}` is not a number this program publishes");
        UsageError::new(message, format!("one of {}; with `.CC` for a country", names.join(", ")))
    })?;
    let value = published(store, snapshot, name, country).await?;
    let wanted = match country {
        Some(country) => Selection::all().only("country_code", country.as_str()),
        None => Selection::all(),
    };
    let hosts: Vec<Host> = store.read_rows(snapshot, &wanted).await?;
    let targets: Vec<Target> = store.read_rows(snapshot, &wanted).await?;
    let statements: Vec<Statement> = store.read_rows(snapshot, &wanted).await?;
    let targets: HashMap<_, _> = targets.iter().map(|row| (&row.host_id, row)).collect();
    let statements: HashMap<_, _> = statements.iter().map(|row| (&row.host_id, row)).collect();
    let seen = |host| Seen {
        host,
        target: targets.get(&host.host_id).copied(),
        statement: statements.get(&host.host_id).copied(),
    };
    let counted: Vec<Counted> =
        hosts.iter().map(seen).filter(|seen| is_counted(seen)).map(|seen| Counted::of(seen.host)).collect();
    let hops = hops(store, snapshot, metric, value, counted.len()).await?;
    let (snapshot, metric) = (snapshot.clone(), name.to_owned());
    Ok(TracedMetric {
        snapshot,
        metric,
        country_code: country,
        value,
        counted: counted.len(),
        hosts: counted,
        hops,
    })
}

async fn hops(
    store: &Store,
    snapshot: &SnapshotId,
    metric: &str,
    value: u64,
    counted: usize,
) -> anyhow::Result<Vec<Hop>> {
    let mut checker = Checker::new(store);
    let mut hops = checker.manifest(snapshot).await?;
    hops.extend(checker.file(snapshot, SUMMARY).await?);
    for table in ["hosts", "targets", "statements"] {
        hops.extend(checker.table(snapshot, table).await?);
    }
    let what = format!("{metric}, counted from the tables:");
    hops.push(Hop::compared("number", what, &counted.to_string(), &value.to_string()));
    Ok(hops)
}

async fn published(
    store: &Store,
    snapshot: &SnapshotId,
    name: &str,
    country: Option<CountryCode>,
) -> anyhow::Result<u64> {
    // As it lies there: one of the hops says whether it is what was published.
    let path = format!("{}/{SUMMARY}", Manifest::folder(snapshot));
    let summary: Value = serde_json::from_slice(&store.read_record(&path).await?)?;
    let funnel = match country {
        None => Some(&summary["all"]),
        Some(country) => summary["countries"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|funnel| funnel["country_code"] == country.as_str()),
    };
    funnel.and_then(|funnel| funnel[name].as_u64()).ok_or_else(|| {
        let country = country.map_or_else(String::new, |country| format!(" for `{country}`"));
        UsageError::new(
            format!("snapshot `{snapshot}` publishes no `{name}`{country}"),
            "`deklaro show` lists its countries",
        )
        .into()
    })
}

type Rule = fn(&Seen<'_>) -> bool;

/// What each number counts; the same as `stages/report/sql/summary/funnel.sql`, told apart from it so that one checks the other.
const RULES: [(&str, Rule); 17] = [
    ("known", |seen| seen.is_known()),
    ("in_scope", |seen| seen.is_in_scope()),
    ("attempted", |seen| seen.is_in_scope() && seen.statement.is_some_and(|row| row.fetch_count > 0)),
    ("reachable", |seen| seen.is_in_scope() && seen.statement.is_some_and(|row| row.is_reachable)),
    ("read", |seen| seen.is_in_scope() && seen.statement.is_some_and(|row| row.is_read)),
    ("found", |seen| seen.says(DetectionStatus::Found)),
    ("not_found", |seen| seen.says(DetectionStatus::NotFound)),
    ("uncertain", |seen| seen.says(DetectionStatus::Uncertain)),
    ("found_high", |seen| seen.found_with(Confidence::High)),
    ("found_medium", |seen| seen.found_with(Confidence::Medium)),
    ("found_low", |seen| seen.found_with(Confidence::Low)),
    ("standing_found", |seen| seen.stands()),
    ("standing_found_stale", |seen| seen.stands() && seen.host.is_stale),
    ("active", |seen| seen.host.lifecycle == Lifecycle::Active),
    ("stale", |seen| seen.host.lifecycle == Lifecycle::Stale),
    ("inactive", |seen| seen.host.lifecycle == Lifecycle::Inactive),
    ("retired", |seen| seen.host.lifecycle == Lifecycle::Retired),
];

fn rule(name: &str) -> Option<Rule> {
    RULES.iter().find(|(known, _)| *known == name).map(|(_, rule)| *rule)
}

impl Seen<'_> {
    fn is_known(&self) -> bool {
        self.host.lifecycle != Lifecycle::Retired
    }

    fn is_in_scope(&self) -> bool {
        self.is_known() && self.target.is_some_and(|target| target.is_in_scope)
    }

    fn says(&self, status: DetectionStatus) -> bool {
        self.is_in_scope() && self.statement.is_some_and(|row| row.detection_status == status)
    }

    fn found_with(&self, confidence: Confidence) -> bool {
        self.says(DetectionStatus::Found) && self.statement.is_some_and(|row| row.confidence == confidence)
    }

    fn stands(&self) -> bool {
        self.is_known() && self.host.detection_status == DetectionStatus::Found
    }
}

impl Counted {
    fn of(host: &Host) -> Self {
        Self {
            host_id: host.host_id.clone(),
            country_code: host.country_code,
            canonical_hostname: host.canonical_hostname.to_string(),
        }
    }
}

impl TracedMetric {
    pub(super) fn shown(&self) -> String {
        let of = self.country_code.map_or_else(|| "all countries".to_owned(), |country| country.to_string());
        let mut lines =
            vec![format!("{} of {of}: {}  (snapshot {})", self.metric, self.value, self.snapshot)];
        lines.extend(self.hops.iter().map(Hop::shown));
        let host =
            |host: &Counted| format!("  {} {} {}", host.host_id, host.country_code, host.canonical_hostname);
        lines.extend(self.hosts.iter().take(SHOWN).map(host));
        if self.hosts.len() > SHOWN {
            lines.push(format!("  … and {} more; `--json` has them all", self.hosts.len() - SHOWN));
        }
        format!("{}\n", lines.join("\n"))
    }
}
