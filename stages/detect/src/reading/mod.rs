//! What one page says: is it a statement, of whom, and what does it declare.

mod checklist;
mod contact;
mod dates;
mod denials;
mod kind;
mod language;
mod markup;
mod owner;
mod phrase;
mod policy;
mod sentences;
mod sheet;
mod signals;
mod statement_dates;
mod status;
mod template;

#[cfg(test)]
mod by_definition;

pub use checklist::Checklist;
pub(crate) use sheet::Sheet;

use crate::glossary::Role;
use crate::links::Site;
use crate::page::Page;
use deklaro_schemas::LanguageTag;
use deklaro_schemas::codes::{PageKind, PreparationMethod, ReasonCode};
use signals::Signs;

/// Reads a page: the same page, with what its text says filled in.
pub(crate) fn read(sheet: &Sheet<'_>, site: &Site<'_>, page: Page) -> Page {
    let language = language::page_language(sheet);
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
        let input = checklist::ChecklistInput {
            signs: &signs,
            contacts: &contacts,
            conformance,
            has_prepared: dates.prepared_on.is_some(),
            has_reviewed: dates.reviewed_on.is_some(),
            has_method: method.is_some(),
            language: language.as_ref(),
        };
        checklist::checklist(sheet, &input)
    } else {
        Checklist::default()
    };
    Page {
        page_kind: kind,
        signals: signs.codes(),
        evidence: signs.evidence(sheet, &declared, &dates),
        conformance_status: conformance,
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
        reason_codes: reasons,
        ..page
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
