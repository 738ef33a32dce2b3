//! What is known of a link that was considered?

use deklaro_schemas::codes::{Place, ReasonCode};
use deklaro_schemas::{LanguageTag, PageUrl};
use serde::Serialize;

/// How strong the words and the address of a link are, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// A page that may hold the link.
    Hub,
    /// The bare word for accessibility, or an address with it.
    Bare,
    /// An address with the name of the statement.
    Slug,
    /// A name that bodies use, or the legal name among other words.
    Variant,
    /// The legal name, or the mandated label.
    Exact,
    /// The statement's own address on a national central host.
    National,
}

/// A link that was considered.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Where it leads; empty when it has no usable target.
    pub url: Option<PageUrl>,
    /// Its text, or what stands for it: label, title, alternative text; cut to 300 characters.
    pub text: String,
    /// Where on the page.
    pub place: Place,
    /// The glossary terms that matched.
    pub terms: Vec<String>,
    /// Language of the terms.
    pub language: Option<LanguageTag>,
    /// 0 to 1.
    pub score: f64,
    /// What the score rests on.
    pub strength: Strength,
    /// What raised and lowered the score, in order.
    pub reasons: Vec<&'static str>,
    /// True for a page that may hold the link to the statement.
    pub is_hub: bool,
    /// True for a document (PDF, DOCX, ODT).
    pub is_document: bool,
    /// True when it should be fetched.
    pub is_chosen: bool,
    /// Why it should not.
    pub why_not: Option<ReasonCode>,
    /// Which of the page's links it is, from 0, in page order.
    pub position: usize,
}
