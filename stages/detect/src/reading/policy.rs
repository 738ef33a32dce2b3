//! The glossary hits say which laws and standards a page mentions.

use super::sheet::Sheet;
use crate::glossary::{Role, Term};
use deklaro_schemas::codes::PolicyMention;

/// The laws and standards a page mentions, each once, in the order of the code list.
pub(crate) fn mentions(sheet: &Sheet<'_>) -> Vec<PolicyMention> {
    let hits = sheet.content_hits(&[Role::Law, Role::Standard, Role::Gdpr]);
    let mut found: Vec<PolicyMention> = hits.filter_map(|hit| mention(sheet.term(hit))).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn mention(term: &Term) -> Option<PolicyMention> {
    let folded = &term.folded;
    let is_directive =
        ["2016 2102", "2016 2012", "web accessibility directive"].iter().any(|name| folded.contains(name));
    match term.role {
        Role::Gdpr => Some(PolicyMention::Gdpr),
        _ if is_directive => Some(PolicyMention::Directive20162102),
        _ if folded.contains("301 549") || folded.contains("301549") || folded.contains("310549") => {
            Some(PolicyMention::En301549)
        }
        _ if folded.contains("wcag") || folded.contains("web content accessibility") => {
            Some(PolicyMention::Wcag)
        }
        Role::Law if term.language.as_str() != "und" => Some(PolicyMention::NationalLaw),
        _ => None,
    }
}
