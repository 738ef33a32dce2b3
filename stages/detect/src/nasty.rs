//! Of which pieces are pages made that were meant to hurt their reader?

use crate::glossary::{Glossary, Term};
use proptest::prelude::*;

/// What pages are filled with, each again and again.
pub(crate) const PIECES: [&str; 27] = [
    "erstellt am 1.2.2024 ",
    "<p>erstellt am 1.2.2024</p>",
    "7. November ",
    "nicht vereinbar ",
    "<h2>Stand der Vereinbarkeit mit den Anforderungen</h2>",
    "Erklärung zur Barrierefreiheit ",
    "Die Website ist teilweise. ",
    "<a href=/b>Barrierefreiheit</a> ",
    "<h1>Barrierefreiheit ",
    "<title>x</title>",
    "a@b.example ",
    "www.a.example ",
    "[Name der Stelle] ",
    "Wir verwenden Cookies ",
    "<p>Sie ist vereinbar. ",
    "ist vereinbar. ",
    "a.",
    "a. ",
    "\u{A0}<p>",
    "<p>Diese Website ist vereinbar. Gesetz",
    "Diese Website ist mit der Richtlinie 2016/2102 vereinbar. ",
    "nicht vereinbar teilweise vereinbar vollständig vereinbar ",
    "Diese Erklärung gilt für www.a.example, b.example. ",
    "<a href='mailto:a@b.example'></a>Feedback ",
    "\u{0}",
    "<div class=footer><a href=x title='Erklärung zur Barrierefreiheit'>",
    "ãé",
];

/// A term of the glossary and what may stand behind it.
pub(crate) fn piece() -> impl Strategy<Value = String> {
    let terms: &'static [Term] = Glossary::builtin().terms();
    let behind = proptest::sample::select(vec![
        " ",
        ". ",
        ".",
        "<p>",
        "</p>",
        "<br>",
        "\u{A0}",
        " a.",
        "@",
        "[",
        "<a href=/x>",
        "<a href=mailto:a@b.example>",
        "<h2>",
        "<li>1.2.2024 ",
        " www.a.example ",
    ]);
    let word = proptest::sample::select(terms).prop_map(|term| term.text);
    let parts = proptest::collection::vec((word, behind), 1..4);
    parts.prop_map(|parts| parts.into_iter().map(|(word, behind)| word + behind).collect())
}
