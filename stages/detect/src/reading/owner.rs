//! Whose statement it is: the hosts a page names, against the host it was fetched for.

use super::markup::Prescribed;
use super::sheet::{Sheet, is_content};
use crate::glossary::Role;
use crate::links::{Site, host_kind};
use deklaro_schemas::HostKey;

/// Bytes after the words "this statement applies to" in which the site is named.
const SCOPE_REACH: usize = 350;

/// Scope sentences that are looked at; a statement has a few.
const MAX_SCOPES: usize = 64;

/// True when the page names this host, false when its scope names only another, `None` when it names none.
pub(crate) fn has_host_named(sheet: &Sheet<'_>, site: &Site<'_>, prescribed: &Prescribed) -> Option<bool> {
    let in_scope = scope_hosts(sheet, prescribed);
    let covers = |host: &HostKey| site.is_named(host) || is_parent(host, site.host);
    if in_scope.iter().any(covers) || all_hosts(sheet).any(|host| covers(&host)) {
        return Some(true);
    }
    let is_related = |host: &HostKey| host.registrable_domain() == site.host.registrable_domain();
    let names_other = !in_scope.is_empty() && !in_scope.iter().any(is_related);
    names_other.then_some(false)
}

/// `gemeinde.at` for `bauamt.gemeinde.at`.
fn is_parent(parent: &HostKey, host: &HostKey) -> bool {
    host.without_www().strip_suffix(parent.without_www()).is_some_and(|rest| rest.ends_with('.'))
}

/// Hosts named where the statement says what it applies to.
fn scope_hosts(sheet: &Sheet<'_>, prescribed: &Prescribed) -> Vec<HostKey> {
    if let Some(host) = prescribed.site.as_deref().and_then(|site| HostKey::parse(site).ok()) {
        return vec![host];
    }
    let text = &sheet.document.text;
    let mut hosts = Vec::new();
    for hit in sheet.content_hits(&[Role::Scope]).take(MAX_SCOPES) {
        let start = sheet.original(hit.start as usize);
        let end = (start + SCOPE_REACH).min(text.len());
        let end = (start..=end).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(start);
        sheet.take_steps(end - start);
        hosts.extend(hosts_in(&text[start..end]));
        let links = &sheet.document.links;
        let near = links[links.partition_point(|link| link.text_start < start)..].iter();
        let near = near.take_while(|link| link.text_start < end).inspect(|_| sheet.take_steps(1));
        let targets = near.filter_map(|link| link.href.as_deref()).filter(|href| href.starts_with("http"));
        hosts.extend(targets.filter_map(|href| HostKey::parse(href).ok()));
    }
    hosts.retain(|host| host_kind(host.as_str()).is_none());
    hosts
}

/// Hosts named anywhere in what the page says, mail addresses included; the first 200.
fn all_hosts(sheet: &Sheet<'_>) -> impl Iterator<Item = HostKey> {
    let blocks = sheet.blocks().filter(|block| is_content(block));
    blocks.flat_map(|block| hosts_in(sheet.block_text(block))).take(200)
}

/// Words that are host names: `www.…`, an address, or a name with a known ending.
fn hosts_in(text: &str) -> impl Iterator<Item = HostKey> {
    dotted_words(text).filter(|word| word.len() > 4).filter_map(host_in)
}

/// The words with a full stop in them: few have one, the others are never looked at.
fn dotted_words(text: &str) -> impl Iterator<Item = &str> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let dot = memchr::memchr(b'.', &text.as_bytes()[from..]).map(|offset| from + offset)?;
        let start = text[from..dot].char_indices().rev().find(|(_, character)| is_border(*character));
        let start = start.map_or(from, |(at, character)| from + at + character.len_utf8());
        from = text[dot..].find(is_border).map_or(text.len(), |offset| dot + offset);
        Some(&text[start..from])
    })
}

fn is_border(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '(' | ')' | '[' | ']' | '<' | '>' | '"' | '\'' | '„' | '“' | '”' | '«' | '»' | ',' | ';' | '|'
        )
}

fn host_in(word: &str) -> Option<HostKey> {
    let word = word.trim_matches(|character: char| !character.is_alphanumeric() && character != '/');
    if !word.contains('.') {
        return None;
    }
    let name = word.rsplit_once('@').map_or(word, |(_, host)| host);
    let host = HostKey::parse(name).ok()?;
    let is_address = name.contains("://") || host.as_str().starts_with("www.");
    // `z.B` and `Nr.5` are no hosts: the last label must be a real ending of several letters, the name longer still.
    let last = host.as_str().rsplit('.').next().unwrap_or("");
    let looks_real = last.len() >= 2
        && host.as_str().len() > last.len() + 3
        && name.is_ascii()
        && last != "pdf"
        && last != "html";
    (is_address || looks_real).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn dotted_words_are_those_of_the_text(text in "[ab.é ,(\u{A0}\n-]{0,60}") {
            let words = text.split(is_border).filter(|word| word.contains('.'));
            prop_assert_eq!(dotted_words(&text).collect::<Vec<_>>(), words.collect::<Vec<_>>());
        }
    }
}
