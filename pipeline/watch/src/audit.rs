//! Which of the things a run did have a span (mission B8).

use super::kept_spans::KeptSpan;
use deklaro_schemas::codes::{CheckVerdict, Severity};
use deklaro_schemas::tables::MetaCheck;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The least share of what a run did that must have a span (mission B8).
pub const LEAST_COVERED: f64 = 0.95;

/// Something a run did, as its tables tell it: a stage, a round of it, a country's part of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Execution {
    /// The stage.
    pub stage: String,
    /// The round, where it has rounds.
    pub round: Option<i32>,
    /// The country, for a country's part.
    pub country_code: Option<String>,
}

impl Execution {
    /// A whole stage.
    pub fn stage(name: &str, round: Option<i32>) -> Self {
        Self { stage: name.to_owned(), round, country_code: None }
    }

    /// A country's part of a stage.
    pub fn partition(name: &str, round: Option<i32>, country: &str) -> Self {
        Self { stage: name.to_owned(), round, country_code: Some(country.to_owned()) }
    }

    fn of(span: &KeptSpan) -> Option<Self> {
        Some(Self {
            stage: span.get("stage")?.to_owned(),
            round: span.get("round").and_then(|round| round.parse().ok()),
            country_code: span.get("country_code").map(str::to_owned),
        })
    }
}

/// What a comparison came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SpanAudit {
    /// What was done.
    pub executed: usize,
    /// What of it has a span.
    pub covered: usize,
    /// The share.
    pub share: f64,
    /// What has none.
    pub missing: Vec<Execution>,
    /// Spans in all.
    pub spans: usize,
}

/// Compares what was done with what has a span that ended.
pub fn audit(executed: &BTreeSet<Execution>, spans: &[KeptSpan]) -> SpanAudit {
    let seen: BTreeSet<Execution> = spans.iter().filter_map(Execution::of).collect();
    let missing: Vec<Execution> = executed.difference(&seen).cloned().collect();
    let covered = executed.len() - missing.len();
    let share = if executed.is_empty() { 1.0 } else { covered as f64 / executed.len() as f64 };
    SpanAudit { executed: executed.len(), covered, share, missing, spans: spans.len() }
}

impl SpanAudit {
    /// True where enough has a span.
    pub fn is_passed(&self) -> bool {
        self.share >= LEAST_COVERED
    }

    /// The comparison as one of the run's checks. A run without spans is a run all the same: it warns.
    pub fn check(&self) -> MetaCheck {
        let samples = self.missing.iter().take(5);
        MetaCheck {
            check_name: "scans__spans_cover".to_owned(),
            table_name: "scans".to_owned(),
            description: "Share of the run's stages, rounds and countries that left no span.".to_owned(),
            severity: Severity::Warn,
            value: 1.0 - self.share,
            threshold: 1.0 - LEAST_COVERED,
            threshold_reason: "Mission B8: spans cover at least 95 % of what a run does.".to_owned(),
            verdict: if self.is_passed() { CheckVerdict::Pass } else { CheckVerdict::Warn },
            samples: samples.filter_map(|missing| serde_json::to_string(missing).ok()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn span(attributes: &[(&str, &str)]) -> KeptSpan {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        KeptSpan {
            trace_id: "0".repeat(32),
            name: "x".to_owned(),
            duration_ms: 1.0,
            attributes: attributes.iter().map(owned).collect::<BTreeMap<_, _>>(),
        }
    }

    #[test]
    fn what_has_no_span_is_named() {
        let executed = BTreeSet::from([
            Execution::stage("import", None),
            Execution::stage("crawl", Some(1)),
            Execution::partition("crawl", Some(1), "AT"),
        ]);
        let spans = [
            span(&[("stage", "import")]),
            span(&[("stage", "crawl"), ("round", "1")]),
            span(&[("run_id", "x")]),
        ];
        let found = audit(&executed, &spans);
        assert_eq!((found.executed, found.covered, found.spans), (3, 2, 3));
        assert_eq!(found.missing, [Execution::partition("crawl", Some(1), "AT")]);
        assert!(!found.is_passed());
        assert_eq!(found.check().verdict, CheckVerdict::Warn);
        let all = audit(
            &executed,
            &[spans.as_slice(), &[span(&[("stage", "crawl"), ("round", "1"), ("country_code", "AT")])]]
                .concat(),
        );
        assert!(all.is_passed() && all.check().verdict == CheckVerdict::Pass);
    }
}
