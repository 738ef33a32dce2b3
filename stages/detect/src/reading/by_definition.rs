//! Do the readers find what their definitions say? Here each thing is looked for from the beginning, for every hit anew.

use super::contact::LetterBefore;
use super::denials::Denials;
use super::sentences;
use super::sheet::Sheet;
use super::status;
use crate::glossary::{Glossary, Hit, Role};
use crate::html::Document;
use crate::nasty;
use crate::steps::Steps;
use deklaro_schemas::codes::Conformance;
use proptest::prelude::*;

/// Pages of a few terms, in blocks and without.
fn pages() -> impl Strategy<Value = String> {
    proptest::collection::vec(nasty::piece(), 0..12).prop_map(|pieces| format!("<h1>{}", pieces.concat()))
}

/// Words of the hit's block beside it, counted from where the block begins and from where the hit ends.
fn extra_words(sheet: &Sheet<'_>, hit: &Hit) -> usize {
    let (start, end) = sheet.block_bounds(sheet.block_index(hit.start as usize));
    let count = |from: usize, to: usize| sheet.folded[from..to].split_ascii_whitespace().take(64).count();
    count(start, hit.start as usize) + count((hit.end as usize).min(end), end)
}

/// Plain accordance with a law or standard, in a block that is not the commitment.
fn sentence(sheet: &Sheet<'_>) -> Option<(Conformance, Hit)> {
    let block_of = |hit: &Hit| sheet.block_index(hit.start as usize);
    let same_block = |plain: &Hit, roles: &'static [Role]| {
        sheet.content_hits(roles).any(|hit| block_of(hit) == block_of(plain))
    };
    let plain = sheet.content_hits(&[Role::StatusPlain]).find(|plain| {
        same_block(plain, &[Role::Law, Role::Standard, Role::Exception])
            && !same_block(plain, &[Role::Commitment])
    })?;
    let is_partial = same_block(plain, &[Role::Exception, Role::Degree]);
    Some((if is_partial { Conformance::Partial } else { Conformance::Full }, *plain))
}

#[test]
fn the_definition_finds_something() {
    let steps = Steps::free();
    let document = Document::parse("<p>Sie ist vereinbar mit der Richtlinie (EU) 2016/2102", &steps);
    assert!(sentence(&Sheet::of(&document, Glossary::builtin(), &steps)).is_some());
}

/// What stands before a denial in its sentence speaks neither of a part of the site nor of a case.
fn is_of_site(sheet: &Sheet<'_>, hit: &Hit, language: Option<&str>) -> bool {
    let Some(language) = language else { return true };
    let index = sheet.block_index(hit.start as usize);
    let mut at = sheet.block_bounds(index).0;
    for text in sentences::of(sheet.block_text(&sheet.document.blocks[index])) {
        let folded = crate::text::fold(text);
        let end = at + folded.len() - 1;
        if (at..end).contains(&(hit.start as usize)) {
            let before = folded.get(1..1 + hit.start as usize - at).unwrap_or("");
            let words: Vec<&str> = before.split_ascii_whitespace().take(80).collect();
            let found = sheet.glossary.grammar().read(&words, language);
            return !found
                .iter()
                .any(|part| matches!(part.role, Role::Modal | Role::Condition | Role::SitePart));
        }
        at = end;
    }
    true
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn hits_are_looked_at_as_defined(html in pages(), from in 0..200_usize, length in 0..200_usize) {
        let steps = Steps::free();
        let document = Document::parse(&html, &steps);
        let sheet = Sheet::of(&document, Glossary::builtin(), &steps);
        for hit in sheet.hits() {
            prop_assert_eq!(sheet.extra_words(hit), extra_words(&sheet, hit));
        }
        let found = status::sentence(&sheet);
        prop_assert_eq!(found.and_then(|found| Some((found.status?, found.hit?))), sentence(&sheet));
        let range = from..from + length;
        let inside: Vec<&Hit> = sheet.hits().filter(|hit| range.contains(&(hit.start as usize))).collect();
        prop_assert_eq!(sheet.hits_in(&range).collect::<Vec<_>>(), inside);
    }

    #[test]
    fn plain_accordance_is_found_as_defined(
        parts in proptest::collection::vec(proptest::sample::select(vec![
            "ist vereinbar ", "Richtlinie (EU) 2016/2102 ", "WCAG 2.1 ", "bemüht sich ", "mit Ausnahme ", "teilweise ", "<p>", "und ",
            "ist bestrebt, ihre Website barrierefrei zugänglich zu machen ",
        ]), 0..30),
    ) {
        let (html, steps) = (format!("<p>{}", parts.concat()), Steps::free());
        let document = Document::parse(&html, &steps);
        let sheet = Sheet::of(&document, Glossary::builtin(), &steps);
        let found = status::sentence(&sheet);
        prop_assert_eq!(found.and_then(|found| Some((found.status?, found.hit?))), sentence(&sheet));
    }

    #[test]
    fn denials_are_judged_as_defined(
        parts in proptest::collection::vec(proptest::sample::select(vec![
            "nicht vereinbar", "nicht barrierefrei", " Dokumente ", " wenn ", " muss ", " die Website ist ", ". ", "! ", "; ", ".", "<p>",
            "é ", "PDF ",
        ]), 0..40),
    ) {
        let (html, steps) = (format!("<p>{}", parts.concat()), Steps::free());
        let document = Document::parse(&html, &steps);
        let sheet = Sheet::of(&document, Glossary::builtin(), &steps);
        let mut denials = Denials::of(&sheet, Some("de"));
        for hit in sheet.hits() {
            prop_assert_eq!(denials.is_of_site(hit), is_of_site(&sheet, hit, Some("de")));
        }
    }

    #[test]
    fn brackets_are_found_as_defined(text in "[ab\\[< \\u{A0}é]{0,40}", places in proptest::collection::btree_set(0..60_usize, 0..12)) {
        let mut before = LetterBefore::of(&text);
        for place in places.into_iter().filter(|place| text.is_char_boundary(*place)) {
            let expected = text[..place].trim_end().ends_with(['[', '<']);
            prop_assert_eq!(before.is_bracket(place), expected, "{} in {:?}", place, text);
        }
    }
}
