//! How well does the detector read a list of labelled pages or links?

use deklaro_detect::Glossary;
use deklaro_detect::eval::{LinkCase, LinkReport, PageCase, PageReport, judge_links, judge_page};
use deklaro_schemas::{CountryCode, HostKey};
use serde::de::DeserializeOwned;
use std::path::Path;

fn lines<T: DeserializeOwned>(file: &Path) -> Vec<T> {
    let text = std::fs::read_to_string(file).expect("the evaluation file is readable");
    text.lines().map(|line| serde_json::from_str(line).expect("one JSON object a line")).collect()
}

/// By the top-level domain, as the command does with its list of countries.
fn country_of(host: &HostKey) -> CountryCode {
    let end = host.as_str().rsplit('.').next().unwrap_or("").to_ascii_uppercase();
    CountryCode::parse(&end).unwrap_or_else(|_| CountryCode::parse("XX").expect("two letters"))
}

/// The score of the pages in a file; those that are files themselves lie beside it.
pub(crate) fn pages(list: &Path) -> PageReport {
    let cases: Vec<PageCase> = lines(list);
    let judge = |case: &PageCase| {
        let from_file =
            |name: &String| std::fs::read(list.with_file_name(name)).expect("the page is readable");
        let bytes = case.html.clone().map(String::into_bytes);
        let bytes = bytes.or_else(|| case.file.as_ref().map(from_file)).expect("html or file");
        judge_page(case, &bytes, Glossary::builtin(), &country_of)
    };
    let judged: Vec<_> = cases.iter().map(judge).collect();
    PageReport::of(cases.iter().zip(&judged))
}

/// The score of the links in a file; with `text_only` the detector does not see where they lead.
pub(crate) fn links(list: &Path, text_only: bool) -> LinkReport {
    let cases: Vec<LinkCase> = lines(list);
    let judge = |case: &LinkCase| judge_links(case, text_only, Glossary::builtin(), &country_of);
    LinkReport::of(&cases.iter().map(judge).collect::<Vec<_>>())
}
