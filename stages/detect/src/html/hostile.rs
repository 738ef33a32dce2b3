//! Bytes that were made to hurt: nothing panics, and what is kept grows no faster than the page, or not at all.

use super::document::{Document, MAX_LINKS, MAX_TEXT};
use crate::steps::Steps;
use crate::text::charset::decode;

/// How much a document keeps: what all later work is made of.
fn kept(html: &str) -> usize {
    let document = Document::parse(html, &Steps::free());
    let links: usize =
        document.links.iter().map(|link| document.link_text(link).len() + link.labels.len()).sum();
    document.text.len() + document.blocks.len() + links + document.marks.len()
}

#[test]
fn what_is_kept_grows_with_the_page_at_most() {
    let patterns = [
        "<",
        "<a href=x>y",
        "<div>",
        "<div class=footer><a>",
        "</div>",
        "<p",
        "<!--",
        "<![CDATA[",
        "&amp",
        "&#x110000;",
        "<svg><title>",
        "<noscript><a href=1>",
        "<a title=",
        "\0",
        "<table><td>",
        "<b><i>",
        "\"'",
        "<script>",
        "<title>",
        "<select><option>",
        "é<",
    ];
    for pattern in patterns {
        let (once, twice) = (kept(&pattern.repeat(2_000)), kept(&pattern.repeat(4_000)));
        assert!(twice <= once * 2 + 64, "`{pattern}` repeated: {once} kept, twice as many: {twice}");
    }
}

#[test]
fn limits_hold() {
    let html = "<a href=x>y</a> ".repeat(100_000);
    let document = Document::parse(&html, &Steps::free());
    assert_eq!(document.links.len(), MAX_LINKS);
    assert!(document.text.len() <= MAX_TEXT + 16);
    assert!(Document::parse(&"<".repeat(5 * 1024 * 1024), &Steps::free()).text.len() <= MAX_TEXT);
    let huge = format!("<a title='{}' href=/x>y</a>", "x".repeat(2_000_000));
    assert_eq!(Document::parse(&huge, &Steps::free()).links[0].labels, "");
    let nested = "<div>".repeat(100_000) + "<a href=x>y</a>" + &"</div>".repeat(100_000);
    assert_eq!(Document::parse(&nested, &Steps::free()).links.len(), 1);
}

#[test]
fn every_encoding_under_every_label_is_read() {
    let labels = [
        "utf-8",
        "utf-16le",
        "utf-16be",
        "windows-1250",
        "windows-1251",
        "windows-1252",
        "windows-1253",
        "windows-1254",
        "windows-1257",
        "windows-1258",
        "iso-8859-2",
        "iso-8859-3",
        "iso-8859-4",
        "iso-8859-5",
        "iso-8859-7",
        "iso-8859-10",
        "iso-8859-13",
        "iso-8859-14",
        "iso-8859-15",
        "iso-8859-16",
        "koi8-r",
        "koi8-u",
        "macintosh",
        "ibm866",
        "x-mac-cyrillic",
        "gbk",
        "gb18030",
        "big5",
        "euc-jp",
        "iso-2022-jp",
        "shift_jis",
        "euc-kr",
        "replacement",
        "x-user-defined",
        "none",
    ];
    let text = "<html><title>Erklärung</title><a href=/x>Déclaration d'accessibilité</a> Δήλωση Достъпност Prohlášení";
    for label in labels {
        let Some(encoding) = encoding_rs::Encoding::for_label(label.as_bytes()) else { continue };
        let (bytes, _, _) = encoding.encode(text);
        for wrong in labels {
            let decoded = decode(&bytes, Some(wrong), "at");
            assert_eq!(
                Document::parse(&decoded.text, &Steps::free()).links.len(),
                1,
                "{label} labelled {wrong}"
            );
        }
    }
}
