//! Pages made to hurt, read whole: nothing panics, and nothing looks at all pairs of what a page is full of.

use super::*;
use crate::glossary::Role;
use crate::nasty;
use deklaro_schemas::budget::{Cost, Limits};
use deklaro_schemas::{CountryCode, HostKey, PageUrl};
use proptest::prelude::*;

fn read(html: &str) -> Page {
    tests::read("DE", "https://www.body.example/x", html)
}

/// Each piece makes one reader meet its term tens of thousands of times. A reader that looked at all pairs of
/// them would never come to an end here.
#[test]
fn a_page_full_of_one_thing_is_read_to_its_end() {
    let statement = "<title>Erklärung zur Barrierefreiheit</title><h1>Erklärung zur Barrierefreiheit</h1>\
                     <p>Diese Erklärung gilt für www.gemeinde.example.</p>";
    for piece in nasty::PIECES {
        let page = read(&format!("{statement}{}", piece.repeat(900_000 / piece.len())));
        assert!(page.links.len() <= 40 && page.evidence.len() <= 12, "`{piece}`");
    }
}

#[test]
fn many_links_and_huge_labels_are_cut() {
    let each = (0..100_000).map(|at| format!("<a href=/{at}>Barrierefreiheit {at}</a>"));
    assert_eq!(read(&each.collect::<String>()).links.len(), 40);
    let wide = format!("<a title='{}' href=/x>Barrierefreiheit</a>", "Barrierefreiheit ".repeat(100_000));
    assert_eq!(read(&wide).links.len(), 1);
    let deep = "<div>".repeat(200_000) + "<a href=/x>Barrierefreiheit</a>";
    assert_eq!(read(&deep).links.len(), 1);
    assert_eq!(read(&"<".repeat(5 * 1024 * 1024)).links.len(), 0);
}

/// Reads documents by panicking.
#[derive(Debug)]
struct Panics;

impl crate::paper::Papers for Panics {
    fn read(&self, _bytes: &[u8]) -> Result<Paper, Unread> {
        std::panic::resume_unwind(Box::new("a fault of a parser"))
    }
}

pub(super) fn input<'a>(url: &'a PageUrl, host: &'a HostKey, bytes: &'a [u8]) -> PageInput<'a> {
    let country = CountryCode::parse("DE").unwrap();
    PageInput { url, bytes, content_type: None, charset: None, host, aliases: &[], country }
}

#[test]
fn a_document_whose_reader_panics_is_one_that_cannot_be_read() {
    let url = PageUrl::parse("https://www.body.example/x").unwrap();
    let host = url.host();
    let reader = Reader::new(Glossary::builtin()).papers(&Panics);
    let page = reader.inspect(&input(&url, &host, b"%PDF-1.7"));
    assert_eq!(
        (page.page_kind, page.reason_codes),
        (PageKind::Document, vec![ReasonCode::DocumentUnreadable])
    );
    let page = reader.inspect(&input(&url, &host, b"<p>x"));
    assert_eq!(page.page_kind, PageKind::Ordinary, "the next one is read");
}

#[test]
fn a_page_beyond_its_budget_has_a_row_that_says_so() {
    let url = PageUrl::parse("https://www.body.example/x").unwrap();
    let host = url.host();
    let html = "<p>Erklärung zur Barrierefreiheit</p>".repeat(1_000);
    let (input, reader) = (input(&url, &host, html.as_bytes()), Reader::new(Glossary::builtin()));
    let whole = reader.inspect(&input);
    assert_eq!(whole.reason_codes, [ReasonCode::BareWordOnly], "{whole:?}");
    // Wherever on its way the budget ends, the row is the same.
    for steps in (0..1_000).map(|at| at * 4_096) {
        let budget = Budget::new(Limits { steps, ..Limits::NONE });
        let page = reader.inspect_within(&input, &budget);
        if budget.left(Cost::Steps) > 0 {
            assert_eq!(page, whole);
            return;
        }
        assert_eq!(
            (page.page_kind, page.reason_codes),
            (PageKind::Unreadable, vec![ReasonCode::DocumentTooCostly])
        );
    }
    panic!("no budget was enough");
}

#[test]
fn a_page_whose_time_is_over_has_a_row_that_says_so() {
    let url = PageUrl::parse("https://www.body.example/x").unwrap();
    let host = url.host();
    let reader = Reader::new(Glossary::builtin()).patience(&crate::reader::Hasty);
    let page = reader.inspect(&input(&url, &host, "<p>word".repeat(20_000).as_bytes()));
    assert_eq!(page.reason_codes, [ReasonCode::DocumentTooCostly]);
}

proptest! {
    #[test]
    fn any_words_are_a_statement(
        words in "[a-zäöüßéèçčšžřłąęőāūέή0-9.,:;?!/()\\[\\] \n-]{0,400}",
        at in 0..crate::OFFICIAL_LANGUAGES.len(),
    ) {
        let language = crate::OFFICIAL_LANGUAGES[at];
        let terms = Glossary::builtin().terms();
        let of = |role| terms.iter().find(|term| term.language.primary() == language && term.role == role);
        let text = |role| of(role).map_or("", |term| term.text.as_str());
        let html = format!(
            "<html lang={language}><title>{name}</title><p>{} www.gemeinde.example</p><p>{}: {words}</p>\
             <p>{} {words} {}</p>",
            text(Role::Scope),
            text(Role::Prepared),
            text(Role::StatusPartial),
            text(Role::StatusNon),
            name = text(Role::Name),
        );
        let page = read(&html);
        prop_assert_eq!(&page, &read(&html));
        prop_assert!(page.prepared_on.is_none_or(|date| date.to_string().as_str() >= "2010-01-01"));
    }
}
