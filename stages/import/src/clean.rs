//! The normaliser: host and URL as people type them, to the one key each stands for, with every repair recorded.

mod authority;
mod repairs;
mod scheme;
#[cfg(test)]
mod tests;
mod tidy;

pub(crate) use repairs::Repairs;

use crate::words::Words;
use deklaro_schemas::codes::{ReasonCode, RepairCode};
use deklaro_schemas::{HostKey, PageUrl};
use scheme::Scheme;
use std::borrow::Cow;

/// Letters of a host (RFC 1035 section 2.3.4).
const MAX_HOST: usize = 253;
/// How often an address pasted over itself is taken off; real ones are pasted once.
const MAX_PASTED: usize = 10;

/// The host of a host cell; a scheme, user, port, path or trailing dot is taken off.
pub(crate) fn host(text: &str, words: &Words) -> Result<(HostKey, Repairs), ReasonCode> {
    let mut repairs = Repairs::default();
    // The usual cell is clean already.
    if text.len() <= MAX_HOST
        && let Ok(host) = HostKey::parse(text)
        && host.as_str() == text
    {
        return words.foreign(&host).map_or(Ok((host, repairs)), Err);
    }
    let tidy = named(text, words, &mut repairs)?;
    let (_, rest) = scheme::split(&tidy, &mut repairs);
    let rest = authority::mend(rest, &mut repairs)?;
    // Only the host's part: a path may hold another address.
    let host = HostKey::parse(authority::authority_of(&rest)).map_err(|error| error.reason)?;
    authority::note_repairs(&rest, &host, &mut repairs);
    words.foreign(&host).map_or(Ok((host, repairs)), Err)
}

/// The host of a URL cell, where the row has no other.
pub(crate) fn host_of_url(text: &str, words: &Words) -> Result<(HostKey, Repairs), ReasonCode> {
    let (host, mut repairs) = host(text, words)?;
    repairs = repairs.without(RepairCode::PathRemoved);
    repairs.add(RepairCode::HostFromUrl);
    Ok((host, repairs))
}

/// The page a URL cell names on a host or its `www.` twin; nothing where the URL is another site's or past mending.
pub(crate) fn page_of(host: &HostKey, text: &str, words: &Words) -> Option<(PageUrl, Repairs)> {
    if !text.ends_with('.')
        && let Some(url) = PageUrl::plain_on(host, text)
    {
        return Some((url, Repairs::default()));
    }
    let (url, repairs) = page_url(text, words).ok()?;
    let other = host_part(&url);
    (host.without_www() == other.strip_prefix("www.").unwrap_or(other)).then_some((url, repairs))
}

/// The site that a part of a cell names, without `www.`; nothing where it names none.
pub(crate) fn site(text: &str, words: &Words) -> Option<String> {
    host(text, words).ok().map(|(host, _)| host.without_www().to_owned())
}

/// The URL of a URL cell, mended; its port and path stay.
fn page_url(text: &str, words: &Words) -> Result<(PageUrl, Repairs), ReasonCode> {
    let mut repairs = Repairs::default();
    let tidy = named(text, words, &mut repairs)?;
    // A URL parser drops these, and would glue two addresses into one.
    if tidy.contains(['\n', '\r', '\t']) {
        return Err(ReasonCode::UrlMalformed);
    }
    // A fragment names no page; what stands before it may end as carelessly as a whole cell does.
    let tidy = tidy.split_once('#').map_or(&*tidy, |(before, _)| tidy::bare(before, &mut repairs));
    let (scheme, rest) = scheme::split(tidy, &mut repairs);
    let rest = authority::mend(rest, &mut repairs)?;
    let scheme = match scheme {
        Scheme::AsWritten(name) | Scheme::Mended(name) => name,
        Scheme::None => {
            repairs.add(RepairCode::SchemeAdded);
            // Port 80 speaks http.
            if authority::authority_of(&rest).ends_with(":80") { "http" } else { "https" }
        }
    };
    let url = PageUrl::parse(&format!("{scheme}://{rest}")).map_err(|error| error.reason)?;
    repairs.add_if(authority::authority_of(&rest).contains('@'), RepairCode::UserInfoRemoved);
    Ok((once(url, &mut repairs), repairs))
}

/// The tidied cell, unless it names nothing or a mailbox.
fn named<'a>(text: &'a str, words: &Words, repairs: &mut Repairs) -> Result<Cow<'a, str>, ReasonCode> {
    let tidy = tidy::tidy(text, repairs);
    if words.is_missing(&tidy) {
        return Err(ReasonCode::HostMissing);
    }
    if tidy::is_email(&tidy) {
        return Err(ReasonCode::HostIsEmail);
    }
    Ok(tidy)
}

/// `http://host/http://host/x`, pasted over itself, as its last address.
fn once(mut url: PageUrl, repairs: &mut Repairs) -> PageUrl {
    for _ in 0..MAX_PASTED {
        let Some(inner) = pasted_over(&url) else { break };
        repairs.add(RepairCode::CellSplit);
        url = inner;
    }
    url
}

/// The address in the path of a URL, where it is of the same host.
fn pasted_over(url: &PageUrl) -> Option<PageUrl> {
    let (_, rest) = url.as_str().split_once("://")?;
    let (_, path) = rest.split_once('/')?;
    let is_address = path.starts_with("http://") || path.starts_with("https://");
    let inner = is_address.then(|| PageUrl::parse(path).ok())??;
    (host_part(&inner) == host_part(url)).then_some(inner)
}

/// The host part of a URL that is already clean.
fn host_part(url: &PageUrl) -> &str {
    let rest = url.as_str().split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', ':', '?']).next().unwrap_or("")
}
