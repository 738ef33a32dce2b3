//! Lines put together into paragraphs and headings.

use super::lines::Line;
use crate::html::{Block, BlockKind, Document, MAX_TEXT};
use deklaro_schemas::codes::Place;
use std::collections::BTreeMap;

/// Distance of two baselines within a paragraph at most, in sizes of the font.
const LEADING: f64 = 1.9;
/// A line that had room for the next one's first word, up to this share of the page's widest, was meant to end.
const FULL: f64 = 0.97;
/// A font larger than the text's by this is a heading's.
const LARGER: f64 = 1.15;
/// Letters of a heading at most.
const MAX_HEADING: usize = 160;

/// The document: its title first, then the pages' paragraphs.
pub(super) fn document(title: Option<&str>, pages: &[Vec<Line>]) -> Document<'static> {
    let mut document = Document::default();
    if let Some(title) = title {
        push(&mut document, title, BlockKind::Title);
    }
    let usual = usual_size(pages);
    let mut has_top = false;
    for paragraph in pages.iter().flat_map(|lines| paragraphs(lines, usual)) {
        let (text, first) = (joined(paragraph), &paragraph[0]);
        let is_larger = first.size > usual * LARGER;
        let kind = match (is_larger, text.chars().count() <= MAX_HEADING) {
            (true, true) if !has_top => BlockKind::Heading(1),
            (true, true) => BlockKind::Heading(2),
            (false, true) if first.is_bold => BlockKind::Heading(3),
            _ => BlockKind::Text,
        };
        has_top |= kind == BlockKind::Heading(1);
        push(&mut document, &text, kind);
    }
    document
}

fn push(document: &mut Document<'_>, text: &str, kind: BlockKind) {
    let start = document.text.len();
    for word in text.split_whitespace() {
        if document.text.len() + word.len() > MAX_TEXT {
            break;
        }
        if document.text.len() > start {
            document.text.push(' ');
        }
        document.text.push_str(word);
    }
    let end = document.text.len();
    if start < end {
        let place = if kind == BlockKind::Title { Place::Title } else { Place::Body };
        document.blocks.push(Block { start, end, kind, place, linked: 0 });
        document.text.push('\n');
    }
}

/// The size that most letters are set in.
fn usual_size(pages: &[Vec<Line>]) -> f64 {
    let mut letters: BTreeMap<u32, usize> = BTreeMap::new();
    for line in pages.iter().flatten() {
        // To a quarter of a point: rounding makes neighbours of one size.
        let size = (line.size * 4.0).round().clamp(0.0, 4_000.0) as u32;
        *letters.entry(size).or_default() += line.text.len();
    }
    letters.iter().max_by_key(|(_, count)| **count).map_or(0.0, |(size, _)| f64::from(*size) / 4.0)
}

/// The lines of a page, cut where a paragraph ends.
fn paragraphs(lines: &[Line], usual: f64) -> impl Iterator<Item = &[Line]> {
    let widest = lines.iter().map(|line| line.right).fold(0.0, f64::max);
    lines.chunk_by(move |line, next| {
        // Two headings do not follow each other that closely: a large line goes on wherever it was broken.
        let is_large = line.size > usual * LARGER;
        is_below(line, next) && (is_large || !has_room(line, next, widest))
    })
}

/// True when the next line stands right under this one, in the same letters, and begins no item of a list.
fn is_below(line: &Line, next: &Line) -> bool {
    let down = line.baseline - next.baseline;
    let is_alike = (line.size - next.size).abs() < 0.1 * line.size && line.is_bold == next.is_bold;
    let is_below = down > 0.0 && down < LEADING * line.size;
    let begins_item = next.text.trim_start().starts_with(['•', '–', '-', '▪', '◦', '*', '\u{F0B7}']);
    is_alike && is_below && !begins_item
}

/// True when the first word of the next line would have fitted behind this one.
fn has_room(line: &Line, next: &Line, widest: f64) -> bool {
    let letters = next.text.chars().count().max(1) as f64;
    let word = next.text.split_whitespace().next().map_or(0, |word| word.chars().count()) as f64;
    let width = (next.right - next.left) / letters * (word + 1.0);
    line.right + width < FULL * widest
}

/// A word that a hyphen parts at the line's end is made whole.
fn joined(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        let begins_small = line.text.trim_start().starts_with(char::is_lowercase);
        let stem = text.strip_suffix(['-', '\u{AD}', '\u{2010}']);
        match stem.filter(|stem| begins_small && stem.ends_with(char::is_alphabetic)) {
            Some(stem) => text.truncate(stem.len()),
            None if text.is_empty() => {}
            None => text.push(' '),
        }
        text.push_str(line.text.trim());
    }
    text
}
