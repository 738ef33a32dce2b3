//! A page's bytes become everything the detector can say about it alone.

use crate::glossary::Glossary;
use crate::html::Document;
use crate::links::{self, Link, Site};
use crate::pdf::{self, Unread};
use crate::reading::{self, Checklist, Read, Sheet};
use crate::text::charset::{self, MAX_BYTES};
use deklaro_schemas::codes::{
    Confidence, Conformance, Coverage, PageKind, PolicyMention, PreparationMethod, ReasonCode, Signal,
};
use deklaro_schemas::tables::Evidence;
use deklaro_schemas::{CountryCode, Date, HostKey, LanguageTag, PageUrl};

/// A page as it was fetched, and for whom.
#[derive(Debug, Clone, Copy)]
pub struct PageInput<'a> {
    /// Its final address.
    pub url: &'a PageUrl,
    /// Its bytes, decoded from any content encoding.
    pub bytes: &'a [u8],
    /// Media type as sent.
    pub content_type: Option<&'a str>,
    /// Charset as sent.
    pub charset: Option<&'a str>,
    /// The body's host.
    pub host: &'a HostKey,
    /// Its other names.
    pub aliases: &'a [HostKey],
    /// Its country.
    pub country: CountryCode,
}

/// What one page holds: everything of a reading that does not depend on its fetch, and the links.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Its final address.
    pub url: PageUrl,
    /// What it turned out to be.
    pub page_kind: PageKind,
    /// The charset it was decoded with.
    pub charset: String,
    /// Its language, by its text.
    pub language: Option<LanguageTag>,
    /// Its title, cut to 300 characters.
    pub title: Option<String>,
    /// Links on it with a target.
    pub link_count: i64,
    /// Characters of visible text.
    pub text_count: i64,
    /// The independent signs of a statement.
    pub signals: Vec<Signal>,
    /// The terms behind them.
    pub evidence: Vec<Evidence>,
    /// Declared conformance.
    pub conformance_status: Option<Conformance>,
    /// When the statement says it was prepared.
    pub prepared_on: Option<Date>,
    /// When it says it was last reviewed.
    pub reviewed_on: Option<Date>,
    /// How it says it was prepared.
    pub method: Option<PreparationMethod>,
    /// Contact given for feedback.
    pub feedback: Option<String>,
    /// Enforcement body or procedure named.
    pub enforcement: Option<String>,
    /// Laws and standards mentioned.
    pub policy_mentions: Vec<PolicyMention>,
    /// True when it names this host, false when its scope names only another, empty when it names none.
    pub has_host_named: Option<bool>,
    /// True when it names a law, an enforcement procedure, prescribed markup, or stands on a national host.
    pub has_legal_part: bool,
    /// What it holds of what the model statement asks for.
    pub checklist: Checklist,
    /// Dates by which it promises to have repaired something, later than itself.
    pub promised_on: Vec<Date>,
    /// The status of a national register that has others than the decision, as declared: Dutch `A` to `E`.
    pub national_status: Option<String>,
    /// Why it is what it is.
    pub reason_codes: Vec<ReasonCode>,
    /// Where an immediate meta refresh leads.
    pub refresh_url: Option<PageUrl>,
    /// Up to 10 navigation links to the same host.
    pub navigation_urls: Vec<PageUrl>,
    /// The links considered, best first.
    pub links: Vec<Link>,
}

impl Page {
    /// How sure it is what the page is taken for, were it all that is known of its host.
    ///
    /// A statement is beyond doubt with two signals or more, one of them a public body's duty, and when it is for no
    /// other host. The opposite is beyond doubt where nothing on the page speaks of accessibility.
    pub fn confidence(&self) -> Confidence {
        match self.page_kind {
            PageKind::Statement if self.covers_this_host() == Coverage::Other => Confidence::Low,
            PageKind::Statement if self.signals.len() >= 2 && self.has_legal_part => Confidence::High,
            PageKind::Statement | PageKind::Template | PageKind::AboutAccessibility => Confidence::Medium,
            PageKind::Ordinary => Confidence::High,
            PageKind::Document | PageKind::Block | PageKind::ScriptShell | PageKind::Unreadable => {
                Confidence::Low
            }
        }
    }

    /// Whether it is for the host it was read for.
    pub fn covers_this_host(&self) -> Coverage {
        match self.has_host_named {
            Some(true) => Coverage::Yes,
            Some(false) => Coverage::Other,
            None => Coverage::Unknown,
        }
    }
}

/// What the bytes are, before anything is decoded.
enum Form {
    Html,
    Pdf,
    Office,
    Other,
}

/// Reads one page; any bytes are a page, and the same input gives the same answer.
pub fn inspect(page: &PageInput<'_>, glossary: &Glossary) -> Page {
    match form(page) {
        Form::Html => html(page, glossary),
        Form::Pdf => pdf(page, glossary),
        Form::Office => bare(page, PageKind::Document, vec![ReasonCode::DocumentUnreadable]),
        Form::Other => bare(page, PageKind::Unreadable, vec![ReasonCode::Unreadable]),
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

fn html(page: &PageInput<'_>, glossary: &Glossary) -> Page {
    let tld = page.host.as_str().rsplit('.').next().unwrap_or("");
    let decoded = charset::decode(&page.bytes[..page.bytes.len().min(MAX_BYTES)], page.charset, tld);
    let document = Document::parse(&decoded.text);
    Page { charset: decoded.charset, ..of_document(page, &document, glossary) }
}

/// A document that was read is what its text says, one that was not stays a document of which nothing more is known.
fn pdf(page: &PageInput<'_>, glossary: &Glossary) -> Page {
    let document = match pdf::read(page.bytes) {
        Ok(document) => document,
        Err(Unread::Scanned) => return bare(page, PageKind::Document, vec![ReasonCode::DocumentScanned]),
        Err(Unread::Damaged) => return bare(page, PageKind::Document, vec![ReasonCode::DocumentUnreadable]),
    };
    let mut read = of_document(page, &document, glossary);
    // What tells empty and blocked pages says nothing about paper.
    if !matches!(read.page_kind, PageKind::Statement | PageKind::Template | PageKind::AboutAccessibility) {
        read.page_kind = PageKind::Ordinary;
        read.reason_codes.clear();
    }
    read.reason_codes.push(ReasonCode::DocumentRead);
    // A document leads nowhere: it is the end of a way.
    Page { navigation_urls: Vec::new(), ..read }
}

fn of_document(page: &PageInput<'_>, document: &Document<'_>, glossary: &Glossary) -> Page {
    let site = Site::new(page.url, page.host, page.aliases, page.country);
    let sheet = Sheet::of(document, glossary);
    let read = reading::read(&sheet, &site);
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
        ..of_reading(page, read)
    }
}

fn of_reading(page: &PageInput<'_>, read: Read) -> Page {
    Page {
        language: read.language,
        signals: read.signals,
        evidence: read.evidence,
        conformance_status: read.conformance,
        prepared_on: read.prepared_on,
        reviewed_on: read.reviewed_on,
        method: read.method,
        feedback: read.feedback,
        enforcement: read.enforcement,
        policy_mentions: read.policy_mentions,
        has_host_named: read.has_host_named,
        has_legal_part: read.has_legal_part,
        checklist: read.checklist,
        promised_on: read.promised_on,
        national_status: read.national_status,
        ..bare(page, read.kind, read.reasons)
    }
}

fn bare(page: &PageInput<'_>, page_kind: PageKind, reason_codes: Vec<ReasonCode>) -> Page {
    Page {
        url: page.url.clone(),
        page_kind,
        charset: page.charset.unwrap_or("").to_ascii_lowercase(),
        language: None,
        title: None,
        link_count: 0,
        text_count: 0,
        signals: Vec::new(),
        evidence: Vec::new(),
        conformance_status: None,
        prepared_on: None,
        reviewed_on: None,
        method: None,
        feedback: None,
        enforcement: None,
        policy_mentions: Vec::new(),
        has_host_named: None,
        has_legal_part: false,
        checklist: Checklist::default(),
        promised_on: Vec::new(),
        national_status: None,
        reason_codes,
        refresh_url: None,
        navigation_urls: Vec::new(),
        links: Vec::new(),
    }
}

#[cfg(test)]
mod golden;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;
