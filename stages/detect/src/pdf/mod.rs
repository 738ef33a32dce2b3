//! A PDF (ISO 32000-1) becomes text in blocks like those of a page.
//!
//! Lopdf parses the file and unpacks its streams. The code here puts the shown strings back into lines and
//! paragraphs by their place on the paper. It does not look at the page's declared language or its tags.
//! Bytes unpacked, pages, fonts, operations and text are capped, so that time and memory do not follow what
//! the file says of itself.

mod blocks;
mod font;
mod lines;

use crate::html::{Document, RawLink};
use crate::paper::{MAX_LINKS, Paper, Papers, Unread};
use font::{Fonts, MAX_UNPACKED};
use lopdf::{LoadOptions, Object, ObjectId};
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

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
        read(bytes).map(|document| Paper::of(&document))
    }
}

/// The text, title, language and links of a PDF.
fn read(bytes: &[u8]) -> Result<Document<'static>, Unread> {
    // A last resort: the parser takes damage for errors, and should it panic all the same, one document is lost, not the run.
    catch_unwind(AssertUnwindSafe(|| parse(bytes))).unwrap_or(Err(Unread::Damaged))
}

fn parse(bytes: &[u8]) -> Result<Document<'static>, Unread> {
    let options = LoadOptions { max_decompressed_size: Some(MAX_UNPACKED), ..LoadOptions::default() };
    let mut pdf = lopdf::Document::load_mem_with_options(bytes, options).map_err(|_| Unread::Damaged)?;
    if pdf.is_encrypted() {
        return Err(Unread::Damaged);
    }
    font::prefer_unicode(&mut pdf);
    let mut fonts = Fonts::default();
    let (mut pages, mut links) = (Vec::new(), Vec::new());
    for page in pdf.page_iter().take(MAX_PAGES) {
        pages.push(lines::of_page(&pdf, page, &mut fonts));
        links.extend(annotated_links(&pdf, page));
    }
    let lang = pdf.catalog().ok().and_then(|catalog| text(catalog.get_deref(b"Lang", &pdf).ok()?));
    let mut document = blocks::document(title(&pdf).as_deref(), &pages);
    document.lang = lang;
    links.truncate(MAX_LINKS);
    document.links = links;
    let (letters, unknown) = letters(&document.text);
    if unknown > letters / 3 {
        return Err(Unread::Damaged);
    }
    if letters < MIN_LETTERS { Err(Unread::Scanned) } else { Ok(document) }
}

/// Letters and digits of a text, and characters that no font gave a meaning.
fn letters(text: &str) -> (usize, usize) {
    let count = |is: fn(&char) -> bool| text.chars().filter(is).count();
    (count(|letter| letter.is_alphanumeric()), count(|letter| *letter == '\u{FFFD}'))
}

fn title(pdf: &lopdf::Document) -> Option<String> {
    let info = pdf.trailer.get_deref(b"Info", pdf).ok()?.as_dict().ok()?;
    text(info.get_deref(b"Title", pdf).ok()?).filter(|title| !title.trim().is_empty())
}

fn text(object: &Object) -> Option<String> {
    lopdf::decode_text_string(object).ok()
}

/// The addresses of the page's link annotations; which words they lie on is not looked for.
fn annotated_links(pdf: &lopdf::Document, page: ObjectId) -> Vec<RawLink<'static>> {
    let annotations = pdf.get_page_annotations(page).unwrap_or_default();
    let address = |annotation: &lopdf::Dictionary| {
        let action = annotation.get_deref(b"A", pdf).ok()?.as_dict().ok()?;
        let uri = action.get_deref(b"URI", pdf).ok()?.as_str().ok()?;
        std::str::from_utf8(uri).ok().map(str::to_owned)
    };
    let addresses = annotations.into_iter().take(MAX_LINKS).filter_map(address);
    let place = Some(deklaro_schemas::codes::Place::Body);
    addresses.map(|href| RawLink { href: Some(Cow::Owned(href)), place, ..RawLink::default() }).collect()
}

#[cfg(test)]
mod tests;
