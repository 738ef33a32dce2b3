//! What one page says: is it a statement, of whom, and what does it declare.

mod checklist;
mod contact;
mod dates;
mod kind;
mod language;
mod markup;
mod owner;
mod phrase;
mod policy;
mod sheet;
mod signals;
mod statement_dates;
mod status;
mod template;

pub use checklist::Checklist;
pub(crate) use sheet::Sheet;

use crate::glossary::Role;
use crate::links::Site;
use deklaro_schemas::codes::{Conformance, PageKind, PolicyMention, PreparationMethod, ReasonCode, Signal};
use deklaro_schemas::tables::Evidence;
use deklaro_schemas::{Date, LanguageTag};
use signals::Signs;

/// What was read.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) kind: PageKind,
    pub(crate) language: Option<LanguageTag>,
    pub(crate) signals: Vec<Signal>,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) conformance: Option<Conformance>,
    pub(crate) prepared_on: Option<Date>,
    pub(crate) reviewed_on: Option<Date>,
    pub(crate) method: Option<PreparationMethod>,
    pub(crate) feedback: Option<String>,
    pub(crate) enforcement: Option<String>,
    pub(crate) policy_mentions: Vec<PolicyMention>,
    pub(crate) has_host_named: Option<bool>,
    pub(crate) has_legal_part: bool,
    pub(crate) checklist: Checklist,
    pub(crate) promised_on: Vec<Date>,
    pub(crate) national_status: Option<String>,
    pub(crate) reasons: Vec<ReasonCode>,
}

/// Reads a page.
pub(crate) fn read(sheet: &Sheet<'_>, site: &Site<'_>) -> Read {
    let language = language::of(sheet);
    let tag = language.as_ref().map(LanguageTag::primary);
    let prescribed = markup::read(sheet, tag);
    let declared = status::declared(sheet, tag);
    let dates = statement_dates::read(sheet, &prescribed, tag);
    let named = owner::has_host_named(sheet, site, &prescribed);
    let signs = Signs::of(sheet, site, &prescribed, &declared, &dates, named);
    let (kind, mut reasons) = kind::decide(sheet, &signs, &declared);
    let is_statement = matches!(kind, PageKind::Statement | PageKind::Template);
    let contacts = if is_statement { contact::read(sheet) } else { contact::Contacts::default() };
    let conformance = declared.status.filter(|_| kind == PageKind::Statement);
    if kind == PageKind::Statement && conformance.is_none() {
        reasons.push(ReasonCode::NoStatusDeclared);
    }
    let method = method(sheet).filter(|_| kind == PageKind::Statement);
    let checklist = if kind == PageKind::Statement {
        let facts = checklist::Facts {
            signs: &signs,
            contacts: &contacts,
            conformance,
            has_prepared: dates.prepared_on.is_some(),
            has_reviewed: dates.reviewed_on.is_some(),
            has_method: method.is_some(),
            language: language.as_ref(),
        };
        checklist::of(sheet, &facts)
    } else {
        Checklist::default()
    };
    Read {
        kind,
        signals: signs.codes(),
        evidence: signs.evidence(sheet, &declared, &dates),
        conformance,
        prepared_on: dates.prepared_on.filter(|_| kind == PageKind::Statement),
        reviewed_on: dates.reviewed_on.filter(|_| kind == PageKind::Statement),
        method,
        feedback: contacts.feedback,
        enforcement: contacts.enforcement,
        policy_mentions: policy::mentions(sheet),
        has_host_named: named,
        has_legal_part: signs.has_legal_part(),
        checklist,
        promised_on: if kind == PageKind::Statement { dates.promised_on } else { Vec::new() },
        national_status: declared.national.filter(|_| kind == PageKind::Statement),
        language,
        reasons,
    }
}

/// The first method named; a page that explains both and chooses none names neither.
fn method(sheet: &Sheet<'_>) -> Option<PreparationMethod> {
    let own = sheet.content_hits(&[Role::MethodSelf]).next();
    let third = sheet.content_hits(&[Role::MethodThird]).next();
    match (own, third) {
        (Some(own), Some(third)) if third.start < own.start => Some(PreparationMethod::ThirdParty),
        (Some(_), _) => Some(PreparationMethod::SelfAssessment),
        (None, Some(_)) => Some(PreparationMethod::ThirdParty),
        (None, None) => None,
    }
}
