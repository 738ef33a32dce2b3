//! What does one page hold? Its bytes as they came, and everything the detector says about it alone.

use crate::links::Link;
use crate::reading::Checklist;
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
///
/// A row [`Page`](deklaro_schemas::tables::Page) is a page to read. A [`PageView`](crate::PageView) is what is shown of this.
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
    /// A page of which nothing but its kind is known.
    pub(crate) fn bare(page: &PageInput<'_>, page_kind: PageKind, reason_codes: Vec<ReasonCode>) -> Self {
        Self {
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
