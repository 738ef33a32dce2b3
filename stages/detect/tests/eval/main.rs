//! Scores the detector on the labelled pages and links beside the repository, where they are; prints the figures.
#![expect(clippy::print_stdout, reason = "the figures are what this test is for")]

use deklaro_detect::Glossary;
use deklaro_detect::eval::{LinkCase, LinkReport, PageCase, PageReport, Share, judge_links, judge_page};
use deklaro_schemas::{CountryCode, HostKey};
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

/// The evaluation folder, when it is there.
fn folder(part: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/eval").join(part);
    if !folder.is_dir() {
        println!("skipped: no {}", folder.display());
        return None;
    }
    Some(folder)
}

fn lines<T: DeserializeOwned>(file: &Path) -> Vec<T> {
    let text = std::fs::read_to_string(file).expect("the evaluation file is readable");
    text.lines().map(|line| serde_json::from_str(line).expect("one JSON object a line")).collect()
}

/// By the top-level domain, as the command does with its list of countries.
fn country_of(host: &HostKey) -> CountryCode {
    let end = host.as_str().rsplit('.').next().unwrap_or("").to_ascii_uppercase();
    CountryCode::parse(&end).unwrap_or_else(|_| CountryCode::parse("XX").expect("two letters"))
}

fn pages(folder: &Path, file: &str) -> PageReport {
    let cases: Vec<PageCase> = lines(&folder.join(file));
    let judge = |case: &PageCase| {
        let from_file = |name: &String| std::fs::read(folder.join(name)).expect("the page is readable");
        let bytes = case.html.clone().map(String::into_bytes);
        let bytes = bytes.or_else(|| case.file.as_ref().map(from_file)).expect("html or file");
        judge_page(case, &bytes, Glossary::builtin(), &country_of)
    };
    let judged: Vec<_> = cases.iter().map(judge).collect();
    PageReport::of(cases.iter().zip(&judged))
}

fn links(file: &Path, text_only: bool) -> LinkReport {
    let cases: Vec<LinkCase> = lines(file);
    let judge = |case: &LinkCase| judge_links(case, text_only, Glossary::builtin(), &country_of);
    let report = LinkReport::of(&cases.iter().map(judge).collect::<Vec<_>>());
    for error in report.errors.wrong_choice.iter().chain(&report.errors.false_claim) {
        println!("  wrong {}: {:?} {:?} {:?}", error.site, error.text, error.href, error.strength);
    }
    report
}

/// True when at least this share is right, or there was nothing to get right.
fn reaches(share: Share, least: f64) -> bool {
    share.value().is_none_or(|share| share >= least)
}

fn show(name: &str, report: &PageReport) {
    for error in &report.errors {
        println!("  wrong {}: {} {:?}, expected {:?}", error.id, error.what, error.found, error.expected);
    }
    println!("{name}: precision {}, recall {}", report.precision, report.recall);
    println!("  conformance {}, none {}", report.conformance_accuracy, report.conformance_none_accuracy);
    println!(
        "  dates {}, method {}, contact {}",
        report.date_accuracy, report.method_accuracy, report.contact_accuracy
    );
    println!("  link {}, quiet {}", report.link_accuracy, report.quiet_accuracy);
    println!("  doubtful {}, language {}", report.doubt_accuracy, report.language_accuracy);
    let weak = |group: usize, share: Share| group >= 5 && !reaches(share, 0.9);
    for (language, group) in report.by_language.iter().filter(|(_, group)| weak(group.n, group.accuracy)) {
        println!("  weak in {language}: {}", group.accuracy);
    }
    assert!(reaches(report.precision, 0.98) && reaches(report.recall, 0.97));
    assert!(!report.by_language.values().any(|group| weak(group.n, group.accuracy)));
    assert!(reaches(report.conformance_accuracy, 0.95) && reaches(report.date_accuracy, 0.95));
    assert!(reaches(report.link_accuracy, 0.95) && reaches(report.quiet_accuracy, 0.95));
    assert!(reaches(report.doubt_accuracy, 1.0));
}

#[test]
fn real_pages_are_read_as_labelled() {
    let Some(folder) = folder("pages") else { return };
    show("pages", &pages(&folder, "pages.jsonl"));
}

#[test]
fn statement_texts_are_told_from_others() {
    let Some(folder) = folder("text") else { return };
    show("texts", &pages(&folder, "text-pages.jsonl"));
}

#[test]
fn the_first_italian_link_is_the_right_one() {
    let Some(folder) = folder("italy") else { return };
    for text_only in [true, false] {
        let all = links(&folder.join("links.jsonl"), text_only).all;
        println!(
            "italy, text only {text_only}: {}, choice {}, false claims {}",
            all.top1, all.top1_with_choice, all.false_claims
        );
        assert!(reaches(all.top1, 0.995) && reaches(all.top1_with_choice, 0.98));
        assert!(text_only || all.false_claims.value().is_some_and(|share| share <= 0.05));
    }
}

#[test]
fn official_links_are_told_from_lookalikes() {
    let Some(folder) = folder("text") else { return };
    let all = links(&folder.join("text-links.jsonl"), false).all;
    println!("text links: {}, false claims {}", all.top1, all.false_claims);
    assert!(reaches(all.top1, 0.9) && all.false_claims.value().is_some_and(|share| share <= 0.05));
}
