//! Any bytes as a page: read without a panic, the same every time, and within the limits of what is kept.

use deklaro_detect::{Glossary, PageInput, inspect};
use deklaro_schemas::{CountryCode, PageUrl};
use std::sync::LazyLock;

static URL: LazyLock<PageUrl> =
    LazyLock::new(|| PageUrl::parse("https://www.body.example/x").expect("a URL"));

/// Checks one input.
pub fn check(data: &[u8]) {
    // The first byte chooses what the server said of the rest.
    let (first, bytes) = data.split_first().unwrap_or((&0, &[]));
    let types =
        [None, Some("text/html"), Some("application/xhtml+xml"), Some("text/plain"), Some("application/pdf")];
    let charsets = [None, Some("utf-8"), Some("windows-1250"), Some("utf-16le"), Some("x-nonsense")];
    let host = URL.host();
    let input = PageInput {
        url: &URL,
        bytes,
        content_type: types[usize::from(first % 5)],
        charset: charsets[usize::from(first / 5 % 5)],
        host: &host,
        aliases: &[],
        country: CountryCode::parse("AT").expect("two letters"),
    };
    let page = inspect(&input, Glossary::builtin());
    assert_eq!(page, inspect(&input, Glossary::builtin()), "the same bytes, the same page");
    assert!(page.links.len() <= 40 && page.evidence.len() <= 12 && page.navigation_urls.len() <= 10);
    assert!(page.links.iter().all(|link| (0.0..=1.0).contains(&link.score)));
}
