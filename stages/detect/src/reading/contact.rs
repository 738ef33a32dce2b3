//! A statement names a contact for feedback and an enforcement body.

use super::sheet::Sheet;
use crate::glossary::Role;

/// A way to give feedback and the enforcement body, as the page names them.
#[derive(Debug, Default)]
pub(crate) struct Contacts {
    /// Mail address, telephone number or form address.
    pub(crate) feedback: Option<String>,
    /// The body or procedure.
    pub(crate) enforcement: Option<String>,
}

/// Bytes behind a feedback term in which its mail address stands.
const MAIL_REACH: usize = 1_500;

/// Reads both; sample addresses and brackets do not count.
pub(crate) fn read(sheet: &Sheet<'_>) -> Contacts {
    Contacts { feedback: feedback(sheet), enforcement: enforcement(sheet) }
}

/// The first mail address after a feedback term, else the first on the page, else a telephone number after the term.
fn feedback(sheet: &Sheet<'_>) -> Option<String> {
    let terms: Vec<usize> =
        sheet.content_hits(&[Role::Feedback]).map(|hit| sheet.original(hit.start as usize)).collect();
    let mails = mails(sheet);
    let after = |start: &usize| {
        let first = mails.get(mails.partition_point(|(at, _)| at < start))?;
        (first.0 < start + MAIL_REACH).then_some(first)
    };
    let near = terms.iter().find_map(after).or_else(|| mails.first());
    near.map(|(_, mail)| mail.clone()).or_else(|| telephone(sheet, terms.first().copied()?))
}

/// Mail addresses with their offset in the document's text: from links and from plain text.
fn mails(sheet: &Sheet<'_>) -> Vec<(usize, String)> {
    let document = sheet.document;
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut before = LetterBefore::of(&document.text);
    for link in sheet.links() {
        let href = link.href.as_deref().unwrap_or("").trim();
        let Some(address) =
            href.get(..7).filter(|start| start.eq_ignore_ascii_case("mailto:")).map(|_| &href[7..])
        else {
            continue;
        };
        let target = address.split('?').next().unwrap_or("").trim().replace("%40", "@");
        // The reader sees the text: where it is an address too, an old one behind it does not count.
        let shown = document.link_text(link);
        let address = if is_mail(shown) && !shown.contains(' ') { shown.to_owned() } else { target };
        let is_sample = before.is_bracket(link.text_start);
        found.extend((is_mail(&address) && !is_sample).then_some((link.text_start, address)));
    }
    let mut before = LetterBefore::of(&document.text);
    for (at, _) in sheet.text().match_indices('@') {
        let is_part =
            |character: char| character.is_alphanumeric() || matches!(character, '.' | '-' | '_' | '+');
        let (left, after) = (&document.text[..at], &document.text[at + 1..]);
        let start = left
            .rfind(|character| !is_part(character))
            .map_or(0, |space| space + left[space..].chars().next().map_or(1, char::len_utf8));
        let end = at + 1 + after.find(|character| !is_part(character)).unwrap_or(after.len());
        let address = document.text[start..end].trim_end_matches(['.', '-']);
        // A bracket before it: the sample address of a template.
        let is_sample = before.is_bracket(start);
        if is_mail(address) && !is_sample {
            found.push((start, address.to_owned()));
        }
        if found.len() > 50 {
            break;
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found
}

/// The last letter before ascending places of a text, white space left aside; each letter is looked at once.
pub(super) struct LetterBefore<'d> {
    text: &'d str,
    at: usize,
    last: Option<char>,
}

impl<'d> LetterBefore<'d> {
    pub(super) fn of(text: &'d str) -> Self {
        Self { text, at: 0, last: None }
    }

    /// True when an opening bracket stands before this place. A place before the last one that was asked for knows nothing.
    pub(super) fn is_bracket(&mut self, place: usize) -> bool {
        let Some(passed) = self.text.get(self.at..place) else { return false };
        let last = passed.chars().rev().find(|letter| !letter.is_whitespace());
        (self.at, self.last) = (place, last.or(self.last));
        matches!(self.last, Some('[' | '<'))
    }
}

fn is_mail(address: &str) -> bool {
    let Some((name, host)) = address.split_once('@') else { return false };
    let is_sample = host.eq_ignore_ascii_case("example.org") && name.eq_ignore_ascii_case("accessibility");
    !name.is_empty()
        && host.contains('.')
        && !host.starts_with('.')
        && !is_sample
        && !address.contains(['[', ']', '<', '{'])
}

/// A `tel:` link after the term.
fn telephone(sheet: &Sheet<'_>, from: usize) -> Option<String> {
    let links = sheet.links().iter().filter(|link| link.text_start >= from);
    links.filter_map(|link| link.href.as_deref()?.strip_prefix("tel:")).map(str::to_owned).next()
}

/// A named body before the bare name of the procedure.
fn enforcement(sheet: &Sheet<'_>) -> Option<String> {
    let mut hits = sheet.content_hits(&[Role::Enforcement]).map(|hit| sheet.term(hit));
    let all: Vec<_> = hits.by_ref().collect();
    let body = all.iter().find(|term| term.key == "enforcement_body").or(all.first());
    body.map(|term| term.text.clone())
}
