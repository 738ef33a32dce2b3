//! A page's bytes become everything the detector can say about it alone.

use crate::glossary::Glossary;
use crate::html::{Document, LIMITS};
use crate::links::{self, Site};
use crate::page::{Page, PageInput};
use crate::paper::{Paper, Unread};
use crate::reader::Reader;
use crate::reading::{self, Sheet};
use crate::steps::Steps;
use crate::text::charset::{self, MAX_BYTES};
use deklaro_schemas::budget::{Budget, Exhausted};
use deklaro_schemas::codes::{PageKind, ReasonCode};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What the bytes are, before anything is decoded.
enum Form {
    Html,
    Pdf,
    Office,
    Other,
}

/// Reads one page here and now; any bytes are a page, and the same input gives the same answer.
pub fn inspect(page: &PageInput<'_>, glossary: &Glossary) -> Page {
    Reader::new(glossary).inspect(page)
}

impl Reader<'_> {
    /// Reads one page; any bytes are a page. One whose reading costs too much or panics has a row that says so.
    pub fn inspect(&self, page: &PageInput<'_>) -> Page {
        let budget = Budget::new(LIMITS);
        match self.patience.begin() {
            Some(is_over) => self.inspect_within(page, &budget.until(is_over)),
            None => self.inspect_within(page, &budget),
        }
    }

    fn inspect_within(&self, page: &PageInput<'_>, budget: &Budget) -> Page {
        let steps = Steps::of(budget);
        let read = catch_unwind(AssertUnwindSafe(|| read(page, self, &steps)));
        read.unwrap_or_else(|cause| given_up(page, cause.is::<Exhausted>()))
    }
}

/// Reads a page with nothing that catches a panic: a test must see it.
#[cfg(test)]
fn inspect_bare(page: &PageInput<'_>) -> Page {
    read(page, &Reader::new(Glossary::builtin()), &Steps::free())
}

/// A page whose reading did not come to its end.
fn given_up(page: &PageInput<'_>, is_too_costly: bool) -> Page {
    let (kind, reason) = match form(page) {
        Form::Pdf | Form::Office => (PageKind::Document, ReasonCode::DocumentUnreadable),
        Form::Html | Form::Other => (PageKind::Unreadable, ReasonCode::Unreadable),
    };
    Page::bare(page, kind, vec![if is_too_costly { ReasonCode::DocumentTooCostly } else { reason }])
}

fn read(page: &PageInput<'_>, reader: &Reader<'_>, steps: &Steps<'_>) -> Page {
    match form(page) {
        Form::Html => html(page, reader, steps),
        Form::Pdf => pdf(page, reader, steps),
        Form::Office => Page::bare(page, PageKind::Document, vec![ReasonCode::DocumentUnreadable]),
        Form::Other => Page::bare(page, PageKind::Unreadable, vec![ReasonCode::Unreadable]),
    }
}

/// The bytes' own signature counts more than the media type; text and unlabelled bytes are taken for HTML.
fn form(page: &PageInput<'_>) -> Form {
    let content_type = page.content_type.unwrap_or("").to_ascii_lowercase();
    let head = &page.bytes[..page.bytes.len().min(1_024)];
    let is_office = ["msword", "opendocument.text", "wordprocessingml", "rtf"]
        .iter()
        .any(|kind| content_type.contains(kind));
    if memchr::memmem::find(head, b"%PDF-").is_some_and(|at| at < 64)
        || content_type.contains("pdf") && !starts_as_html(head)
    {
        return Form::Pdf;
    }
    if is_office {
        return Form::Office;
    }
    let is_text = content_type.is_empty()
        || content_type.contains("html")
        || content_type.contains("xml")
        || content_type.contains("text/plain");
    let signatures: [&[u8]; 6] = [b"PK\x03\x04", b"\x89PNG", b"GIF8", b"\xFF\xD8\xFF", b"\x1F\x8B", b"RIFF"];
    if signatures.iter().any(|signature| head.starts_with(signature)) || !is_text && !starts_as_html(head) {
        return Form::Other;
    }
    Form::Html
}

fn starts_as_html(head: &[u8]) -> bool {
    let start: Vec<u8> = head.iter().copied().skip_while(|byte| !byte.is_ascii_graphic()).take(9).collect();
    start.to_ascii_lowercase().starts_with(b"<!doctype") || start.to_ascii_lowercase().starts_with(b"<html")
}

fn html(page: &PageInput<'_>, reader: &Reader<'_>, steps: &Steps<'_>) -> Page {
    steps.take(page.bytes.len().min(MAX_BYTES));
    let tld = page.host.as_str().rsplit('.').next().unwrap_or("");
    let decoded = charset::decode(&page.bytes[..page.bytes.len().min(MAX_BYTES)], page.charset, tld);
    let document = Document::parse(&decoded.text, steps);
    Page { charset: decoded.charset, ..of_document(page, &document, reader, steps) }
}

/// A document that was read is what its text says, one that was not stays a document of which nothing more is known.
fn pdf(page: &PageInput<'_>, reader: &Reader<'_>, steps: &Steps<'_>) -> Page {
    let bare = |reason| Page::bare(page, PageKind::Document, vec![reason]);
    let paper = reader.papers.read(page.bytes);
    let mut read = match paper.as_ref().map_err(|unread| *unread).and_then(Paper::document) {
        Ok(document) => of_document(page, &document, reader, steps),
        Err(Unread::Scanned) => return bare(ReasonCode::DocumentScanned),
        Err(Unread::Damaged) => return bare(ReasonCode::DocumentUnreadable),
        Err(Unread::TooCostly) => return bare(ReasonCode::DocumentTooCostly),
    };
    // What tells empty and blocked pages says nothing about paper.
    if !matches!(read.page_kind, PageKind::Statement | PageKind::Template | PageKind::AboutAccessibility) {
        read.page_kind = PageKind::Ordinary;
        read.reason_codes.clear();
    }
    read.reason_codes.push(ReasonCode::DocumentRead);
    // A document leads nowhere: it is the end of a way.
    Page { navigation_urls: Vec::new(), ..read }
}

fn of_document(
    page: &PageInput<'_>,
    document: &Document<'_>,
    reader: &Reader<'_>,
    steps: &Steps<'_>,
) -> Page {
    let site = Site::new(page.url, page.host, page.aliases, page.country);
    let sheet = Sheet::of(document, reader.glossary, steps);
    let links = links::rank(&sheet, &site);
    let base = site.base(document);
    let has_target =
        |link: &&crate::html::RawLink<'_>| link.href.as_deref().is_some_and(|href| !href.trim().is_empty());
    let texts = document.blocks.iter().filter(|block| block.kind != crate::html::BlockKind::Title);
    let text_count: usize = texts.map(|block| document.block_text(block).chars().count()).sum();
    Page {
        refresh_url: document
            .refresh
            .as_deref()
            .and_then(|url| base.join(url).ok())
            .filter(|url| url != page.url),
        navigation_urls: site.navigation(document),
        title: document.title(),
        link_count: document.links.iter().filter(has_target).count() as i64,
        text_count: text_count as i64,
        links,
        ..reading::read(&sheet, &site, Page::bare(page, PageKind::Ordinary, Vec::new()))
    }
}

#[cfg(test)]
mod golden;
#[cfg(test)]
mod growth;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;
