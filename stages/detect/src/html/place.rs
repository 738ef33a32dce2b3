//! The open containers say whether content stands in a header, navigation, body or footer.

use super::element::Tag;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use deklaro_schemas::codes::Place;
use std::sync::LazyLock;

/// Open containers followed; deeper ones inherit.
const MAX_DEPTH: usize = 512;
/// How far up a closing tag looks for its element: badly nested pages must not cost quadratic time.
const MAX_SEARCH: usize = 64;

/// Words of class names and ids that mean a place, in the languages sites are built in; footers first.
const WORDS: [&str; 21] = [
    "footer",
    "fuss",
    "piede",
    "pie-pagina",
    "piepagina",
    "pied-de-page",
    "sidfot",
    "stopka",
    "paticka",
    "lablec",
    "subsol",
    "contentinfo",
    "header",
    "kopf",
    "masthead",
    "topbar",
    "banner",
    "nav",
    "menu",
    "breadcrumb",
    "skiplink",
];
/// Where the words for headers and for navigation begin.
const HEADERS: usize = 12;
const NAVS: usize = 17;

static MATCHER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(WORDS)
        .expect("a few short constant words")
});

/// The stack of open containers and where they put their content.
#[derive(Debug, Default)]
pub(super) struct Places {
    open: Vec<(Tag, Place)>,
    /// Containers opened beyond the depth that is followed.
    overflow: usize,
}

impl Places {
    pub(super) fn current(&self) -> Place {
        self.open.last().map_or(Place::Body, |(_, place)| *place)
    }

    pub(super) fn open(&mut self, tag: Tag, role: Option<&str>, class: Option<&str>, id: Option<&str>) {
        if self.open.len() >= MAX_DEPTH {
            self.overflow += 1;
            return;
        }
        let outer = self.current();
        let own = of_element(tag).or_else(|| role.and_then(of_role)).or_else(|| of_names(class, id));
        let place = match (outer, own) {
            (Place::Footer, _) | (_, None) => outer,
            // The header of an article is not the header of the page.
            (_, Some(Place::Header)) if self.is_in_content() => outer,
            (_, Some(own)) => own,
        };
        self.open.push((tag, place));
    }

    /// True inside the main part or an article.
    fn is_in_content(&self) -> bool {
        let nearest = self.open.iter().rev().take(MAX_SEARCH);
        nearest.into_iter().any(|(tag, _)| matches!(tag, Tag::Main | Tag::Container(7)))
    }

    pub(super) fn close(&mut self, tag: Tag) {
        if self.overflow > 0 {
            self.overflow -= 1;
            return;
        }
        let from = self.open.len().saturating_sub(MAX_SEARCH);
        if let Some(index) = self.open[from..].iter().rposition(|(open, _)| *open == tag) {
            self.open.truncate(from + index);
        }
    }
}

fn of_element(tag: Tag) -> Option<Place> {
    match tag {
        Tag::Footer => Some(Place::Footer),
        Tag::Header => Some(Place::Header),
        Tag::Nav => Some(Place::Nav),
        Tag::Main => Some(Place::Body),
        _ => None,
    }
}

fn of_role(role: &str) -> Option<Place> {
    match role.trim() {
        "contentinfo" => Some(Place::Footer),
        "banner" => Some(Place::Header),
        "navigation" => Some(Place::Nav),
        "main" => Some(Place::Body),
        _ => None,
    }
}

/// The first kind of word wins: a footer's navigation is footer.
fn of_names(class: Option<&str>, id: Option<&str>) -> Option<Place> {
    let words = [id, class].into_iter().flatten().flat_map(|names| MATCHER.find_overlapping_iter(names));
    let first = words.map(|found| found.pattern().as_usize()).min()?;
    Some(match first {
        ..HEADERS => Place::Footer,
        HEADERS..NAVS => Place::Header,
        _ => Place::Nav,
    })
}
