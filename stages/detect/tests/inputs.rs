//! Does the detector reach its scores on the labelled pages and links beside the project?
//!
//! `deklaro eval pages` and `deklaro eval links` print the figures of the same files.

mod scored;

use deklaro_detect::eval::{PageReport, Share};
use deklaro_needs::{Need, Tests, shared};
use scored::{links, pages};
use std::process::ExitCode;

const PAGES: &str = "eval/pages/pages.jsonl";
const TEXTS: &str = "eval/text/text-pages.jsonl";
const TEXT_LINKS: &str = "eval/text/text-links.jsonl";
const ITALIAN_LINKS: &str = "eval/italy/links.jsonl";

fn main() -> ExitCode {
    Tests::default()
        .with(&[Need::Shared(PAGES)], real_pages_are_read_as_labelled)
        .with(&[Need::Shared(TEXTS)], statement_texts_are_told_from_others)
        .with(&[Need::Shared(ITALIAN_LINKS)], the_first_italian_link_is_the_right_one)
        .with(&[Need::Shared(TEXT_LINKS)], official_links_are_told_from_lookalikes)
        .run()
}

/// True when at least this share is right, or there was nothing to get right.
fn reaches(share: Share, least: f64) -> bool {
    share.value().is_none_or(|share| share >= least)
}

fn holds(report: &PageReport) {
    let weak = |group: usize, share: Share| group >= 5 && !reaches(share, 0.9);
    let is_good = reaches(report.precision, 0.98)
        && reaches(report.recall, 0.97)
        && !report.by_language.values().any(|group| weak(group.n, group.accuracy))
        && reaches(report.conformance_accuracy, 0.95)
        && reaches(report.date_accuracy, 0.95)
        && reaches(report.link_accuracy, 0.95)
        && reaches(report.quiet_accuracy, 0.95)
        && reaches(report.doubt_accuracy, 1.0);
    assert!(is_good, "{report:#?}");
}

fn real_pages_are_read_as_labelled() {
    holds(&pages(&shared(PAGES)));
}

fn statement_texts_are_told_from_others() {
    holds(&pages(&shared(TEXTS)));
}

fn the_first_italian_link_is_the_right_one() {
    for text_only in [true, false] {
        let report = links(&shared(ITALIAN_LINKS), text_only);
        let all = report.all;
        let is_right = reaches(all.top1, 0.995) && reaches(all.top1_with_choice, 0.98);
        let is_quiet = text_only || all.false_claims.value().is_some_and(|share| share <= 0.05);
        assert!(is_right && is_quiet, "text only {text_only}: {report:#?}");
    }
}

fn official_links_are_told_from_lookalikes() {
    let report = links(&shared(TEXT_LINKS), false);
    let is_quiet = report.all.false_claims.value().is_some_and(|share| share <= 0.05);
    assert!(reaches(report.all.top1, 0.9) && is_quiet, "{report:#?}");
}
