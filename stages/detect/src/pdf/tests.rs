//! These tests show that PDF statements are read whichever program wrote them, and that damage does no harm.

use super::made::{drawn, helvetica};
use super::*;
use crate::inspect::inspect;
use crate::page::{Page, PageInput};
use crate::{Glossary, fold};
use deklaro_schemas::codes::{Conformance, PageKind, ReasonCode};
use deklaro_schemas::{CountryCode, Date, LanguageTag, PageUrl};
use lopdf::{Dictionary, Stream, dictionary};
use proptest::prelude::*;

const CHROMIUM: &[u8] = include_bytes!("../../tests/files/chromium-de.pdf");
const LIBREOFFICE: &[u8] = include_bytes!("../../tests/files/libreoffice-de.pdf");
const WEASYPRINT: &[u8] = include_bytes!("../../tests/files/weasyprint-de.pdf");
const GREEK: &[u8] = include_bytes!("../../tests/files/weasyprint-el.pdf");

/// What this stage makes of a document.
fn read(bytes: &[u8]) -> Result<Document<'static>, Unread> {
    super::read(bytes, &Budget::new(LIMITS))
}

fn page(country: &str, bytes: &[u8]) -> Page {
    let url = PageUrl::parse("https://www.musterdorf.example/erklaerung.pdf").unwrap();
    let (host, country) = (url.host(), CountryCode::parse(country).unwrap());
    let input = PageInput {
        url: &url,
        bytes,
        content_type: Some("application/pdf"),
        charset: None,
        host: &host,
        aliases: &[],
        country,
    };
    inspect(&input, Glossary::builtin())
}

#[test]
fn lines_become_headings_and_paragraphs() {
    let document = read(WEASYPRINT).unwrap();
    let blocks = document.blocks.iter().map(|block| {
        let text: String = document.block_text(block).chars().take(60).collect();
        format!("{:?}  {}\n", block.kind, text.trim_end())
    });
    insta::assert_snapshot!(blocks.collect::<String>(), @r"
    Title  Erklärung zur Barrierefreiheit der Gemeinde Musterdorf
    Heading(1)  Erklärung zur Barrierefreiheit
    Text  Die Gemeinde Musterdorf ist bemüht, ihre Website im Einklang
    Heading(2)  Stand der Vereinbarkeit mit den Anforderungen
    Text  Diese Website ist wegen der folgenden Unvereinbarkeiten mit
    Heading(2)  Nicht barrierefreie Inhalte
    Text  Die nachstehend aufgeführten Inhalte sind nicht barrierefrei
    Text  Einige PDF-Dokumente haben keine Struktur.
    Text  Bei einzelnen Bildern fehlt der Alternativtext.
    Heading(2)  Erstellung dieser Erklärung zur Barrierefreiheit
    Text  Diese Erklärung wurde am 12. März 2024 erstellt. Sie beruht
    Heading(2)  Feedback und Kontaktangaben
    Text  Mängel teilen Sie uns bitte mit: barrierefrei@musterdorf.exa
    Heading(2)  Durchsetzungsverfahren
    Text  Wenn Sie keine zufriedenstellende Antwort erhalten, wenden S
    Text  •
    Text  •
    ");
    assert_eq!(document.lang.as_deref(), Some("de"));
    let hrefs: Vec<_> = document.links.iter().filter_map(|link| link.href.as_deref()).collect();
    assert_eq!(hrefs, ["mailto:barrierefrei@musterdorf.example"]);
}

#[test]
fn three_programs_one_statement() {
    for (program, bytes) in [("chromium", CHROMIUM), ("libreoffice", LIBREOFFICE), ("weasyprint", WEASYPRINT)]
    {
        let page = page("DE", bytes);
        assert_eq!(page.page_kind, PageKind::Statement, "{program}");
        assert_eq!(page.conformance_status, Some(Conformance::Partial), "{program}");
        assert_eq!(page.prepared_on, Date::new(2024, 3, 12), "{program}");
        assert_eq!(page.reviewed_on, Date::new(2025, 2, 3), "{program}");
        assert_eq!(page.feedback.as_deref(), Some("barrierefrei@musterdorf.example"), "{program}");
        assert_eq!(page.has_host_named, Some(true), "{program}");
        assert_eq!(page.language.as_ref().map(LanguageTag::as_str), Some("de"), "{program}");
        assert!(page.reason_codes.contains(&ReasonCode::DocumentRead), "{program}");
    }
}

#[test]
fn letters_of_any_alphabet() {
    let page = page("GR", GREEK);
    assert_eq!(page.page_kind, PageKind::Statement);
    assert_eq!(
        (page.conformance_status, page.prepared_on),
        (Some(Conformance::Partial), Date::new(2023, 5, 5))
    );
}

fn shown(content: &str) -> Result<String, Unread> {
    let bytes = drawn(Stream::new(Dictionary::new(), content.as_bytes().to_vec()), helvetica(), |_| {});
    read(&bytes).map(|document| document.text)
}

#[test]
fn strings_meet_where_they_stand() {
    let filler = "0 -40 Td (Lorem ipsum dolor sit amet consectetur adipiscing elit sed) Tj ET";
    for (content, text) in [
        // Kerning inside a word, a gap between two.
        ("BT /F1 10 Tf 50 700 Td [(Bar) 20 (riere) -600 (frei)] TJ ", "Barriere frei\n"),
        // A line drawn in two goes, and one below it that the first had room for.
        ("BT /F1 10 Tf 50 700 Td (one) Tj 40 0 Td (two) Tj -40 -12 Td (three) Tj ", "one two\nthree\n"),
        // The same by matrices.
        ("BT /F1 1 Tf 10 0 0 10 50 700 Tm (a) Tj 10 0 0 10 50 640 Tm (b) Tj ", "a\nb\n"),
        // Operators that go to the next line themselves.
        ("BT /F1 10 Tf 50 700 Td 30 TL (x) Tj T* (y) Tj (z) ' ", "x\ny\nz\n"),
    ] {
        let shown = shown(&format!("{content}{filler}")).unwrap();
        assert!(shown.starts_with(text), "{content}: {shown}");
    }
    let broken = "BT /F1 10 Tf 50 700 Td (Diese Seite erklaert die Barriere-) Tj 0 -12 Td (freiheit dieser Website ausfuehrlich) Tj ET";
    assert!(fold(&shown(broken).unwrap()).contains(" barrierefreiheit "));
}

#[test]
fn what_cannot_be_read_says_why() {
    let picture = drawn(Stream::new(Dictionary::new(), b"q /Im1 Do Q".to_vec()), Dictionary::new(), |_| {});
    let codes = |bytes: &[u8]| {
        let page = page("DE", bytes);
        (page.page_kind, page.reason_codes)
    };
    assert_eq!(codes(&picture), (PageKind::Document, vec![ReasonCode::DocumentScanned]));
    assert_eq!(codes(b"%PDF-1.7 and nothing"), (PageKind::Document, vec![ReasonCode::DocumentUnreadable]));
    let locked = drawn(Stream::new(Dictionary::new(), Vec::new()), helvetica(), |pdf| {
        let id = pdf.add_object(dictionary! { "Filter" => "Unknown", "V" => 9, "R" => 9 });
        pdf.trailer.set("Encrypt", id);
    });
    assert_eq!(codes(&locked), (PageKind::Document, vec![ReasonCode::DocumentUnreadable]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damage_is_an_error_or_a_text(at in 0..WEASYPRINT.len(), length in 1..200_usize, byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = WEASYPRINT.to_vec();
        let end = (at + length).min(bytes.len());
        bytes[at..end].fill(byte);
        if cut {
            bytes.truncate(end);
        }
        prop_assert_eq!(read(&bytes).map(|document| document.text), read(&bytes).map(|document| document.text));
    }
}
