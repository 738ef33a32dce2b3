//! A page view is what `deklaro inspect page` and services show of a page.

use crate::links::{Link, Strength};
use crate::page::Page;
use crate::reading::Checklist;
use deklaro_schemas::codes::{
    Confidence, Conformance, Coverage, PageKind, Place, PolicyMention, PreparationMethod, ReasonCode, Signal,
};
use deklaro_schemas::tables::Evidence;
use deklaro_schemas::{Date, LanguageTag, PageUrl};
use serde::{Serialize, Serializer};

/// A statement that was neither prepared nor reviewed for this long is overdue (Decision 2018/1523, recitals: at least yearly).
pub const REVIEW_DAYS: i32 = 366;

/// A [`Page`] as `deklaro inspect page` and services show it. Keys may be added, none changes its name or meaning.
#[derive(Debug, Clone, Serialize)]
pub struct PageView<'a> {
    /// Where the page is.
    pub url: &'a PageUrl,
    /// Its language, by its text.
    pub language: Option<&'a LanguageTag>,
    /// True for an accessibility statement.
    pub is_statement: bool,
    /// How sure that is.
    pub confidence: Confidence,
    /// Declared conformance.
    pub conformance_status: Option<Conformance>,
    /// When it says it was prepared.
    #[serde(serialize_with = "iso")]
    pub prepared_on: Option<Date>,
    /// When it says it was last reviewed.
    #[serde(serialize_with = "iso")]
    pub reviewed_on: Option<Date>,
    /// Whether it is for the host it was read for.
    pub covers_this_host: Coverage,
    /// Why it is what it is.
    pub reason_codes: &'a [ReasonCode],
    /// The terms it rests on.
    pub evidence: &'a [Evidence],
    /// Laws and standards mentioned.
    pub policy_mentions: &'a [PolicyMention],
    /// What it holds of what the model statement asks for.
    pub checklist: &'a Checklist,
    /// The links considered, best first.
    pub links: Vec<LinkView<'a>>,
    /// What the page turned out to be.
    pub page_kind: PageKind,
    /// Its title.
    pub title: Option<&'a str>,
    /// The charset it was decoded with.
    pub charset: &'a str,
    /// The independent signs of a statement.
    pub signals: &'a [Signal],
    /// How it says it was prepared.
    pub method: Option<PreparationMethod>,
    /// Contact given for feedback.
    pub feedback: Option<&'a str>,
    /// Enforcement body or procedure named.
    pub enforcement: Option<&'a str>,
    /// The status of a national register with more than three, as declared.
    pub national_status: Option<&'a str>,
    /// Days since it was prepared or reviewed, whichever is later.
    pub age_days: Option<i32>,
    /// True when that is more than twelve months.
    pub review_overdue: Option<bool>,
    /// Dates by which something was to be repaired and that are past.
    #[serde(serialize_with = "isos")]
    pub promises_past: Vec<Date>,
}

/// A link that was considered.
#[derive(Debug, Clone, Serialize)]
pub struct LinkView<'a> {
    /// Where it leads.
    pub url: Option<&'a PageUrl>,
    /// Its text, or what stands for it.
    pub text: &'a str,
    /// Where on the page.
    pub r#where: Place,
    /// 0 to 1.
    pub score: f64,
    /// True when it should be fetched.
    pub is_candidate: bool,
    /// The glossary terms that matched.
    pub terms: &'a [String],
    /// What raised and lowered the score, then the code why it is not fetched.
    pub reasons: Vec<&'a str>,
    /// What the score rests on.
    pub strength: Strength,
}

impl<'a> PageView<'a> {
    /// The page as it stands on this day; without a day nothing is said about age.
    pub fn of(page: &'a Page, today: Option<Date>) -> Self {
        let age_days = age_days(page, today);
        let is_past = |date: &Date| today.is_some_and(|today| *date < today);
        Self {
            url: &page.url,
            language: page.language.as_ref(),
            is_statement: page.page_kind == PageKind::Statement,
            confidence: page.confidence(),
            conformance_status: page.conformance_status,
            prepared_on: page.prepared_on,
            reviewed_on: page.reviewed_on,
            covers_this_host: page.covers_this_host(),
            reason_codes: &page.reason_codes,
            evidence: &page.evidence,
            policy_mentions: &page.policy_mentions,
            checklist: &page.checklist,
            links: page.links.iter().map(LinkView::of).collect(),
            page_kind: page.page_kind,
            title: page.title.as_deref(),
            charset: &page.charset,
            signals: &page.signals,
            method: page.method,
            feedback: page.feedback.as_deref(),
            enforcement: page.enforcement.as_deref(),
            national_status: page.national_status.as_deref(),
            age_days,
            review_overdue: age_days.map(|days| days > REVIEW_DAYS),
            promises_past: page.promised_on.iter().copied().filter(is_past).collect(),
        }
    }
}

/// Days since the statement was last touched; a date in the future counts as today.
fn age_days(page: &Page, today: Option<Date>) -> Option<i32> {
    let written_on = page.prepared_on.max(page.reviewed_on)?;
    Some((today?.0 - written_on.0).max(0))
}

impl<'a> LinkView<'a> {
    fn of(link: &'a Link) -> Self {
        let why_not = link.why_not.map(ReasonCode::as_str);
        Self {
            url: link.url.as_ref(),
            text: &link.text,
            r#where: link.place,
            score: link.score,
            is_candidate: link.is_chosen,
            terms: &link.terms,
            reasons: link.reasons.iter().copied().chain(why_not).collect(),
            strength: link.strength,
        }
    }
}

#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn iso<S: Serializer>(date: &Option<Date>, to: S) -> Result<S::Ok, S::Error> {
    match date {
        Some(date) => to.collect_str(date),
        None => to.serialize_none(),
    }
}

fn isos<S: Serializer>(dates: &[Date], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(dates.iter().map(ToString::to_string))
}
