//! `text/text-pages.jsonl`: statement texts against pages about accessibility and unrelated ones.

use super::{Score, folder, lines, read};
use deklaro_schemas::codes::PageKind;
use std::collections::BTreeMap;

#[test]
fn statement_texts_are_told_from_others() {
    let Some(folder) = folder("text") else { return };
    let (mut precision, mut recall, mut status, mut language) = <(Score, Score, Score, Score)>::default();
    let mut by_language: BTreeMap<String, Score> = BTreeMap::new();
    for line in lines(&folder.join("text-pages.jsonl")) {
        let text = |key: &str| line[key].as_str();
        let page = read(text("url"), text("country"), text("html").expect("html").as_bytes());
        let (is_statement, is_labelled) =
            (page.page_kind == PageKind::Statement, text("label") == Some("statement"));
        let tongue = text("language").unwrap_or("?");
        by_language.entry(tongue.to_owned()).or_default().count(is_statement == is_labelled);
        if !language.count(page.language.as_ref().is_some_and(|tag| tag.primary() == tongue)) {
            println!("  language {}: {:?}", text("id").unwrap_or(""), page.language);
        }
        if is_statement {
            precision.count(is_labelled);
        }
        if is_labelled {
            recall.count(is_statement);
            let declared = page.conformance_status.map(deklaro_schemas::codes::Conformance::as_str);
            if is_statement && !status.count(declared == text("conformance")) {
                println!(
                    "  status {}: {declared:?}, label {:?}",
                    text("id").unwrap_or(""),
                    text("conformance")
                );
            }
        }
        if is_statement != is_labelled {
            println!(
                "  {} {}: {} {:?}",
                text("label").unwrap_or(""),
                text("id").unwrap_or(""),
                page.page_kind,
                page.signals
            );
        }
    }
    println!("text pages: precision {precision}, recall {recall}, status {status}, language {language}");
    let weak: Vec<_> = by_language.iter().filter(|(_, score)| score.share() < 0.9).collect();
    println!("text pages by language below 0.9: {weak:?}");
    assert!(precision.share() >= 0.95 && recall.share() >= 0.93 && status.share() >= 0.9);
}
