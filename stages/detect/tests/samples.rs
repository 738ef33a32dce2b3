//! Are statements, decoys and links of our own making told apart in every language they are written in?
//!
//! The bodies, hosts and texts are invented; `data/` holds them in the form of the evaluation files.

mod scored;

use scored::{links, pages};
use std::collections::BTreeMap;
use std::path::Path;

fn data(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

#[test]
fn every_page_is_what_it_is_labelled_and_every_fact_of_it_is_read() {
    let report = pages(&data("pages.jsonl"));
    assert!(report.errors.is_empty(), "{:#?}", report.errors);
    let by_language: BTreeMap<&str, usize> =
        report.by_language.iter().map(|(language, group)| (language.as_str(), group.n)).collect();
    assert!(by_language.len() >= 10, "{by_language:?}");
    let statements = report.recall.all;
    assert!(statements >= 10 && report.n - statements >= 10, "{statements} of {}", report.n);
    assert!(report.doubt_accuracy.all > 0 && report.quiet_accuracy.all > 0 && report.link_accuracy.all > 0);
}

#[test]
fn the_official_link_comes_first_and_none_is_claimed_where_there_is_none() {
    for text_only in [true, false] {
        let report = links(&data("links.jsonl"), text_only);
        assert!(report.errors.wrong_choice.is_empty(), "{:#?}", report.errors);
        assert!(report.errors.false_claim.is_empty(), "{:#?}", report.errors);
        assert!(report.all.with_official >= 8 && report.all.without_official >= 2, "{report:#?}");
    }
}
