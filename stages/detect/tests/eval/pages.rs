//! `pages/pages.jsonl`: real pages with their markup.

use super::{Score, folder, lines, read};
use deklaro_detect::{Page, Strength};
use deklaro_schemas::PageUrl;
use deklaro_schemas::codes::PageKind;
use serde_json::Value;

#[derive(Default)]
struct Scores {
    kind: Score,
    link: Score,
    quiet: Score,
    status: Score,
    dates: Score,
    method: Score,
    contact: Score,
}

#[test]
fn real_pages_are_read_as_labelled() {
    let Some(folder) = folder("pages") else { return };
    let mut scores = Scores::default();
    for line in lines(&folder.join("pages.jsonl")) {
        let bytes =
            std::fs::read(folder.join(line["file"].as_str().expect("file"))).expect("the page is readable");
        let expected = line["expected"]["statement_link"]["resolved"].as_str();
        let origin =
            expected.and_then(|url| PageUrl::parse(url).ok()?.join("/").ok()).map(|url| url.to_string());
        let page = read(line["url"].as_str().or(origin.as_deref()), line["country"].as_str(), &bytes);
        let label = line["label"].as_str().unwrap_or("");
        let is_labelled = matches!(label, "statement");
        if !scores.kind.count(
            (page.page_kind == PageKind::Statement) == is_labelled
                || label == "statement_pointer"
                || label == "private_statement",
        ) {
            println!("  kind {}: {} {:?}, label {label}", line["id"], page.page_kind, page.signals);
        }
        match label {
            "statement" => statement(&line, &page, &mut scores),
            "links_statement" => link(&line, &page, &mut scores),
            "no_link" | "mention_without_target" => quiet(&line, &page, &mut scores),
            _ => {}
        }
    }
    let Scores { kind, link, quiet, status, dates, method, contact } = scores;
    println!("pages: kind {kind}, statement link first {link}, nothing claimed {quiet}");
    println!("pages: status {status}, dates {dates}, method {method}, contact {contact}");
    assert!(kind.share() >= 0.95 && link.share() >= 0.95 && quiet.share() >= 0.95);
    assert!(status.share() >= 0.8 && dates.share() >= 0.8);
}

fn link(line: &Value, page: &Page, scores: &mut Scores) {
    let expected = &line["expected"]["statement_link"];
    let first = page.links.iter().find(|link| link.is_chosen);
    let resolved = expected["resolved"].as_str().and_then(|url| PageUrl::parse(url).ok());
    let is_right = first.is_some_and(|link| match (&resolved, &link.url) {
        (Some(resolved), Some(url)) => resolved == url,
        (None, Some(url)) => {
            expected["href"].as_str().is_some_and(|href| url.as_str().ends_with(href.trim_start_matches('.')))
        }
        _ => false,
    });
    if !scores.link.count(is_right) {
        println!(
            "  link {}: {:?}, expected {expected}",
            line["id"],
            first.map(|link| (&link.text, &link.url, link.score))
        );
    }
}

fn quiet(line: &Value, page: &Page, scores: &mut Scores) {
    let claim = page.links.iter().find(|link| link.is_chosen && link.strength > Strength::Bare);
    if !scores.quiet.count(claim.is_none()) {
        println!(
            "  claimed {}: {:?}",
            line["id"],
            claim.map(|link| (&link.text, &link.url, link.score, &link.reasons))
        );
    }
}

fn statement(line: &Value, page: &Page, scores: &mut Scores) {
    let expected = &line["expected"];
    let mut compare = |score: fn(&mut Scores) -> &mut Score, key: &str, found: Option<String>| {
        let Some(label) = expected.get(key) else { return };
        let is_right = match label.as_str() {
            Some(text) => found.as_deref().is_some_and(|found| found == text || found.starts_with(text)),
            None => found.is_none(),
        };
        if !score(scores).count(is_right) {
            println!("  {key} {}: {found:?}, label {label}", line["id"]);
        }
    };
    compare(|s| &mut s.status, "status", page.conformance_status.map(|status| status.to_string()));
    compare(|s| &mut s.dates, "prepared", page.prepared_on.map(|date| date.to_string()));
    compare(|s| &mut s.dates, "reviewed", page.reviewed_on.map(|date| date.to_string()));
    let method = page.method.map(|method| method.as_str().replace("_assessment", ""));
    compare(|s| &mut s.method, "method", method);
    compare(
        |s| &mut s.contact,
        "contact_email",
        page.feedback.clone().filter(|contact| contact.contains('@')),
    );
}
