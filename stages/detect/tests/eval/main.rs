//! Scores the detector on the labelled pages and links beside the repository, where they are; prints the figures.
#![expect(clippy::print_stdout, reason = "the figures are what this test is for")]

mod italy;
mod links;
mod pages;
mod texts;

use deklaro_detect::{Glossary, Page, PageInput, inspect};
use deklaro_schemas::{CountryCode, PageUrl};
use serde_json::Value;
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

fn lines(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).expect("the evaluation file is readable");
    text.lines().map(|line| serde_json::from_str(line).expect("one JSON object a line")).collect()
}

/// A page of the set, read for the host it came from, or for one that nobody names.
fn read(url: Option<&str>, country: Option<&str>, bytes: &[u8]) -> Page {
    let url = url.and_then(|url| PageUrl::parse(url).ok());
    let url = url.unwrap_or_else(|| PageUrl::parse("https://www.site.example/page").expect("a URL"));
    let host = url.host();
    let country = country.and_then(|code| CountryCode::parse(code).ok());
    let country = country.unwrap_or_else(|| CountryCode::parse("XX").expect("two letters"));
    let input = PageInput {
        url: &url,
        bytes,
        content_type: Some("text/html"),
        charset: None,
        host: &host,
        aliases: &[],
        country,
    };
    inspect(&input, Glossary::builtin())
}

/// Hits among all, as a share.
#[derive(Debug, Default, Clone, Copy)]
struct Score {
    right: usize,
    all: usize,
}

impl Score {
    fn count(&mut self, is_right: bool) -> bool {
        self.all += 1;
        self.right += usize::from(is_right);
        is_right
    }

    fn share(self) -> f64 {
        self.right as f64 / self.all.max(1) as f64
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{} = {:.3}", self.right, self.all, self.share())
    }
}
