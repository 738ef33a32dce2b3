//! These tests show that what another process says of a document is believed only where it can be true.

use super::*;
use crate::pdf::Here;
use proptest::prelude::*;

const STATEMENT: &[u8] = include_bytes!("../../tests/files/weasyprint-de.pdf");

fn paper() -> Paper {
    Here.read(STATEMENT).expect("a statement")
}

fn paragraph(start: usize, end: usize) -> Paragraph {
    Paragraph { start, end, kind: BlockKind::Text }
}

#[test]
fn a_document_goes_from_one_process_to_another() {
    let paper = paper();
    let sent = serde_json::to_vec(&paper).expect("JSON");
    assert!(sent.len() < 2 * STATEMENT.len(), "{}", sent.len());
    let got: Paper = serde_json::from_slice(&sent).expect("the same");
    assert_eq!(got, paper);
    let document = got.document().expect("true");
    assert_eq!(Paper::of(&document), paper);
    assert!(document.blocks.len() > 5 && !document.links.is_empty());
}

#[test]
fn lies_are_damage() {
    let true_one = Paper { text: "áb\ncd\n".to_owned(), ..Paper::default() };
    let of = |paragraphs: &[Paragraph]| Paper { paragraphs: paragraphs.to_vec(), ..true_one.clone() };
    assert!(of(&[paragraph(0, 3), paragraph(4, 6)]).document().is_ok());
    for (lie, paragraphs) in [
        ("inside a letter", vec![paragraph(1, 3)]),
        ("ends inside one", vec![paragraph(0, 1)]),
        ("behind the end", vec![paragraph(4, 8)]),
        ("far behind it", vec![paragraph(usize::MAX - 1, usize::MAX)]),
        ("backwards", vec![paragraph(3, 0)]),
        ("out of order", vec![paragraph(4, 6), paragraph(0, 3)]),
        ("one over the other", vec![paragraph(0, 4), paragraph(3, 6)]),
        ("of nothing", vec![paragraph(3, 3)]),
        ("again and again", vec![paragraph(0, 0); 1_000_000]),
    ] {
        assert_eq!(of(&paragraphs).document().err(), Some(Unread::Damaged), "{lie}");
    }
}

#[test]
fn more_than_is_kept_is_damage() {
    let text = |length: usize| Paper { text: "a".repeat(length), ..Paper::default() };
    assert!(text(MAX_TEXT).document().is_ok());
    assert_eq!(text(2 * MAX_TEXT + 1).document().err(), Some(Unread::Damaged));
    let links =
        |count: usize, length: usize| Paper { links: vec!["x".repeat(length); count], ..Paper::default() };
    assert!(links(MAX_LINKS, 10).document().is_ok());
    assert_eq!(links(MAX_LINKS + 1, 10).document().err(), Some(Unread::Damaged));
    assert_eq!(links(2, MAX_TEXT).document().err(), Some(Unread::Damaged));
    let lang = Paper { lang: Some("x".repeat(MAX_LANG + 1)), ..Paper::default() };
    assert_eq!(lang.document().err(), Some(Unread::Damaged));
}

proptest! {
    #[test]
    fn offsets_are_true_or_damage(offsets in prop::collection::vec((0..3_000_usize, 0..3_000_usize), 0..4)) {
        let mut paper = paper();
        paper.paragraphs = offsets.into_iter().map(|(start, end)| paragraph(start, end)).collect();
        if let Ok(document) = paper.document() {
            let whole: usize = document.blocks.iter().map(|block| document.block_text(block).len()).sum();
            prop_assert!(whole <= paper.text.len());
        }
    }
}
