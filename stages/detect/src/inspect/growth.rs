//! Does the cost of a page grow with its length, and no faster?

use super::hostile::input;
use super::*;
use crate::nasty;
use deklaro_schemas::budget::{Cost, Limits};
use deklaro_schemas::{HostKey, PageUrl};
use proptest::prelude::*;

/// Bytes of the shorter page of two.
const LENGTH: usize = 48 * 1024;
/// Steps that a byte of any page may cost.
const STEPS_A_BYTE: u64 = 400;

/// A statement, so that every reader has something to do.
const STATEMENT: &str = "<title>Erklärung zur Barrierefreiheit</title><h1>Erklärung zur Barrierefreiheit</h1>\
    <p>Diese Erklärung gilt für www.gemeinde.example.</p><h2>Stand der Vereinbarkeit</h2>";

/// An element, and the letter that is repeated in it.
const FIRST: [&str; 5] = ["", "<p>x", "<h1>x", "<p>\u{A0}", "<h1>é"];

/// Steps that reading this page takes.
fn steps(html: &str) -> u64 {
    let url = PageUrl::parse("https://www.body.example/x").unwrap();
    let host = HostKey::parse("www.body.example").unwrap();
    let input = input(&url, &host, html.as_bytes());
    let budget = Budget::new(Limits::NONE);
    read(&input, &Reader::new(Glossary::builtin()), &Steps::of(&budget));
    budget.spent(Cost::Steps)
}

/// A page twice as long as another takes about twice the steps. After the statement, each begins with something
/// long, such as an endless word in a heading, and goes on with one piece again and again.
fn assert_in_proportion(first: &str, piece: &str) {
    let (element, letter) = first.split_at(first.len() - first.chars().last().map_or(0, char::len_utf8));
    let page = |length: usize| {
        let endless = letter.repeat(length / 4);
        format!("{STATEMENT}{element}{endless} {}", piece.repeat((length / piece.len()).max(1)))
    };
    let (short, long) = (page(LENGTH), page(2 * LENGTH));
    let (once, twice) = (steps(&short), steps(&long));
    assert!(twice <= 3 * once, "`{piece}` behind `{first}`: {once} steps, and {twice} for twice as much");
    let most = STEPS_A_BYTE * long.len() as u64;
    assert!(twice <= most, "`{piece}` behind `{first}`: {twice} steps for {} bytes", long.len());
}

#[test]
fn pages_full_of_one_thing_cost_in_proportion() {
    for piece in nasty::PIECES {
        for first in FIRST {
            assert_in_proportion(first, piece);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]
    #[test]
    fn pages_of_any_terms_cost_in_proportion(
        first in proptest::sample::select(&FIRST),
        piece in nasty::piece(),
    ) {
        assert_in_proportion(first, &piece);
    }
}
