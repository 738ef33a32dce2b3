//! A PDF (ISO 32000-1) becomes text in blocks like those of a page.
//!
//! Lopdf parses the file and unpacks its streams. The code here puts the shown strings back into lines and
//! paragraphs by their place on the paper. It does not look at the page's declared language or its tags.
//! Each document has a budget: bytes unpacked, text, objects and steps are paid for, so that time and memory do
//! not follow what the file says of itself.

mod blocks;
mod cmap;
mod font;
mod lines;
mod load;
mod members;
mod resources;
mod streams;
mod weight;

use crate::html::{Document, RawLink};
use crate::paper::{MAX_ADDRESSES, MAX_LANG, MAX_LINKS, Paper, Papers, Unread};
use deklaro_schemas::budget::{Budget, Cost, Exhausted, Limits};
use font::Fonts;
use lopdf::{Object, ObjectId};
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use streams::Streams;

/// What one document may cost. Of thirteen real ones that can be read, none spends more than a tenth of any of these.
const LIMITS: Limits = Limits { unpacked: 32 << 20, text: 8 << 20, items: 1_000_000, steps: 64 << 20 };
/// Pages that are read; a statement has few.
const MAX_PAGES: usize = 20;
/// Letters and digits below which a document says nothing: a scanned one has a page number at best.
const MIN_LETTERS: usize = 40;

/// Reads in this process: for tests, benches and libraries, and for a process that may die of it.
///
/// It guards against panics and by budget, not against memory that the parser asks for and does not get.
#[derive(Debug, Clone, Copy, Default)]
pub struct Here;

impl Papers for Here {
    fn read(&self, bytes: &[u8]) -> Result<Paper, Unread> {
        read(bytes, &Budget::new(LIMITS)).map(|document| Paper::of(&document))
    }
}

/// The text, title, language and links of a PDF.
fn read(bytes: &[u8], budget: &Budget) -> Result<Document<'static>, Unread> {
    // A last resort: the parser takes damage for errors, and should it panic all the same, one document is lost, not the run.
    catch_unwind(AssertUnwindSafe(|| parse(bytes, budget))).unwrap_or(Err(Unread::Damaged))
}

fn parse(bytes: &[u8], budget: &Budget) -> Result<Document<'static>, Unread> {
    let pdf = load::load(bytes, budget)?;
    if pdf.is_encrypted() {
        return Err(Unread::Damaged);
    }
    let (mut fonts, mut streams) = (Fonts::default(), Streams::new(budget));
    let (mut pages, mut links) = (Vec::new(), Vec::new());
    for page in pdf.page_iter().take(MAX_PAGES) {
        pages.push(lines::of_page(&pdf, page, &mut fonts, &mut streams)?);
        links.extend(annotated_links(&pdf, page, MAX_LINKS - links.len(), budget)?);
    }
    let lang = pdf.catalog().and_then(|catalog| catalog.get_deref(b"Lang", &pdf)).ok();
    let lang = text(lang, budget)?;
    let mut document = blocks::document(title(&pdf, budget)?.as_deref(), &pages);
    document.lang = lang.filter(|lang| lang.len() <= MAX_LANG);
    document.links = within(links);
    let (letters, unknown) = letters(&document.text);
    if unknown > letters / 3 {
        return Err(Unread::Damaged);
    }
    if letters < MIN_LETTERS { Err(streams.passed().unwrap_or(Unread::Scanned)) } else { Ok(document) }
}

/// Letters and digits of a text, and characters that no font gave a meaning.
fn letters(text: &str) -> (usize, usize) {
    let count = |is: fn(&char) -> bool| text.chars().filter(is).count();
    (count(|letter| letter.is_alphanumeric()), count(|letter| *letter == '\u{FFFD}'))
}

fn title(pdf: &lopdf::Document, budget: &Budget) -> Result<Option<String>, Exhausted> {
    let info = pdf.trailer.get_deref(b"Info", pdf).and_then(Object::as_dict);
    let title = text(info.and_then(|info| info.get_deref(b"Title", pdf)).ok(), budget)?;
    Ok(title.filter(|title| !title.trim().is_empty()))
}

/// A text that is no part of a page (ISO 32000-1 section 7.9.2.2).
fn text(object: Option<&Object>, budget: &Budget) -> Result<Option<String>, Exhausted> {
    let Some(object) = object else { return Ok(None) };
    budget.charge(Cost::Text, object.as_str().map_or(0, |bytes| bytes.len() as u64 * 3))?;
    Ok(lopdf::decode_text_string(object).ok())
}

/// The addresses of the page's link annotations, so many at most; which words they lie on is not looked for.
fn annotated_links(
    pdf: &lopdf::Document,
    page: ObjectId,
    room: usize,
    budget: &Budget,
) -> Result<Vec<RawLink<'static>>, Exhausted> {
    let annotations = pdf.get_page_annotations(page).unwrap_or_default();
    let mut links = Vec::new();
    for href in
        annotations.into_iter().take(MAX_LINKS).filter_map(|annotation| address(pdf, annotation)).take(room)
    {
        budget.charge(Cost::Text, href.len() as u64)?;
        let (href, place) = (Some(Cow::Owned(href.to_owned())), Some(deklaro_schemas::codes::Place::Body));
        links.push(RawLink { href, place, ..RawLink::default() });
    }
    Ok(links)
}

/// The first links, whose addresses are not too long together.
fn within(links: Vec<RawLink<'static>>) -> Vec<RawLink<'static>> {
    let mut room = MAX_ADDRESSES;
    let is_within = |link: &RawLink<'_>| {
        let length = link.href.as_deref().map_or(0, str::len);
        room.checked_sub(length).map(|left| room = left).is_some()
    };
    links.into_iter().filter(is_within).collect()
}

/// The address that an annotation leads to.
fn address<'p>(pdf: &'p lopdf::Document, annotation: &'p lopdf::Dictionary) -> Option<&'p str> {
    let action = annotation.get_deref(b"A", pdf).ok()?.as_dict().ok()?;
    std::str::from_utf8(action.get_deref(b"URI", pdf).ok()?.as_str().ok()?).ok()
}

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod made;
#[cfg(test)]
mod tests;
