//! The normaliser: host and URL as people type them, to the one key each stands for, with every repair recorded.

use crate::words::Words;
use deklaro_schemas::codes::{ReasonCode, RepairCode};
use deklaro_schemas::{HostKey, PageUrl};
use std::borrow::Cow;

/// The repairs made to one row.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Repairs(u32);

impl Repairs {
    pub(crate) fn add(&mut self, code: RepairCode) {
        self.0 |= 1 << code as u32;
    }

    pub(crate) fn add_if(&mut self, is_made: bool, code: RepairCode) {
        self.0 |= u32::from(is_made) << code as u32;
    }

    pub(crate) fn merge(&mut self, other: Repairs) {
        self.0 |= other.0;
    }

    fn without(self, code: RepairCode) -> Self {
        Self(self.0 & !(1 << code as u32))
    }

    /// The codes, in order of declaration.
    pub(crate) fn codes(self) -> Vec<RepairCode> {
        if self.0 == 0 {
            return Vec::new();
        }
        RepairCode::ALL.iter().copied().filter(|code| self.0 & (1 << *code as u32) != 0).collect()
    }
}

/// The host of a host cell; a scheme, user, port, path or trailing dot is taken off.
pub(crate) fn host(text: &str, words: &Words) -> Result<(HostKey, Repairs), ReasonCode> {
    let mut repairs = Repairs::default();
    // The usual cell is clean already.
    if let Ok(host) = HostKey::parse(text)
        && host.as_str() == text
    {
        return words.foreign(&host).map_or(Ok((host, repairs)), Err);
    }
    let tidy = tidy(text, &mut repairs);
    if words.is_missing(&tidy) {
        return Err(ReasonCode::HostMissing);
    }
    if is_email(&tidy) {
        return Err(ReasonCode::HostIsEmail);
    }
    let (_, rest) = split_scheme(&tidy, &mut repairs);
    let host = HostKey::parse(rest).map_err(|error| error.reason)?;
    note_host_repairs(rest, &mut repairs);
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
    // Every other row names the home page, and names it so.
    let rest = text.strip_prefix("https://").and_then(|rest| rest.strip_suffix('/'));
    if rest == Some(host.as_str()) {
        return Some((PageUrl::home(host), Repairs::default()));
    }
    let (url, repairs) = page_url(text, words).ok()?;
    let other = host_part(&url);
    (host.without_www() == other.strip_prefix("www.").unwrap_or(other)).then_some((url, repairs))
}

/// True when a host cell's part and a URL cell's part name one site.
pub(crate) fn same_site(host_text: &str, url_text: &str, words: &Words) -> bool {
    let host = |text| host(text, words).ok().map(|(host, _)| host);
    host(host_text).zip(host(url_text)).is_some_and(|(one, other)| one.without_www() == other.without_www())
}

/// The URL of a URL cell, mended; its port and path stay.
fn page_url(text: &str, words: &Words) -> Result<(PageUrl, Repairs), ReasonCode> {
    let mut repairs = Repairs::default();
    let tidy = tidy(text, &mut repairs);
    if words.is_missing(&tidy) {
        return Err(ReasonCode::HostMissing);
    }
    if is_email(&tidy) {
        return Err(ReasonCode::HostIsEmail);
    }
    // A URL parser drops these, and would glue two addresses into one.
    if tidy.contains(['\n', '\r', '\t']) {
        return Err(ReasonCode::UrlMalformed);
    }
    let (scheme, rest) = split_scheme(&tidy, &mut repairs);
    let whole = match scheme {
        Scheme::AsWritten => tidy.clone(),
        Scheme::Mended(scheme) => Cow::Owned(format!("{scheme}://{rest}")),
        Scheme::None => {
            repairs.add(RepairCode::SchemeAdded);
            Cow::Owned(format!("https://{rest}"))
        }
    };
    let url = PageUrl::parse(&whole).map_err(|error| error.reason)?;
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or("");
    repairs.add_if(authority.contains('@'), RepairCode::UserInfoRemoved);
    Ok((url, repairs))
}

/// The host part of a URL that is already clean.
fn host_part(url: &PageUrl) -> &str {
    let rest = url.as_str().split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', ':', '?']).next().unwrap_or("")
}

/// The text without invisible characters, white space at the ends and the punctuation lists put around addresses.
fn tidy<'a>(text: &'a str, repairs: &mut Repairs) -> Cow<'a, str> {
    let is_plain = text.bytes().all(|b| (b' '..=b'~').contains(&b));
    if is_plain || !text.contains(is_invisible) {
        return Cow::Borrowed(bare(text, repairs));
    }
    repairs.add(RepairCode::WhitespaceRemoved);
    Cow::Owned(bare(&text.replace(is_invisible, ""), repairs).to_owned())
}

/// Line breaks and tabs are not among them: they part two addresses in one cell.
fn is_invisible(c: char) -> bool {
    let is_format =
        matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}');
    is_format || c.is_control() && !c.is_whitespace()
}

fn bare<'a>(text: &'a str, repairs: &mut Repairs) -> &'a str {
    let is_opening = |c: char| matches!(c, '<' | '"' | '\'' | '(' | '«' | '„' | '“' | '*');
    let is_closing = |c: char| matches!(c, ',' | ';' | '>' | '"' | '\'' | '»' | '“' | '”' | '*');
    let from_start = text.trim_start_matches(|c: char| c.is_whitespace() || is_opening(c));
    let bare = from_start.trim_end_matches(|c: char| c.is_whitespace() || is_closing(c));
    let (start, end) = (&text[..text.len() - from_start.len()], &from_start[bare.len()..]);
    repairs.add_if(start.contains(is_opening) || end.contains(is_closing), RepairCode::PunctuationRemoved);
    let is_spaced = start.contains(char::is_whitespace) || end.contains(char::is_whitespace);
    repairs.add_if(is_spaced, RepairCode::WhitespaceRemoved);
    bare
}

/// `name@body.example.at` or `mailto:…`; `https://user@host/` is no mail address.
fn is_email(text: &str) -> bool {
    let start = text.get(..7).unwrap_or("");
    if start.eq_ignore_ascii_case("mailto:") {
        return true;
    }
    text.split_once('@').is_some_and(|(user, _)| !user.is_empty() && !user.contains(['/', ':', '?']))
}

enum Scheme {
    /// `http://` or `https://`, nothing to do.
    AsWritten,
    /// Mistyped; this was meant.
    Mended(&'static str),
    /// There is none.
    None,
}

/// The scheme as it should be, and what follows it. Takes `htpp://`, `http//:`, `https:`, `http:/` and doubled ones.
fn split_scheme<'a>(text: &'a str, repairs: &mut Repairs) -> (Scheme, &'a str) {
    let Some((name, separator, mut rest)) = scheme_like(text) else {
        // Another scheme stays, so that the URL is refused by name; `//host` and `://host` have lost theirs.
        return match text.split_once("://") {
            Some((name, rest)) if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric()) => {
                (Scheme::AsWritten, rest)
            }
            _ => (Scheme::None, text.trim_start_matches([':', '/', '\\'])),
        };
    };
    let mut secure = name.contains(['s', 'S']);
    let mut is_clean = separator == "://" && matches!(name.to_ascii_lowercase().as_str(), "http" | "https");
    while let Some((name, _, inner)) = scheme_like(rest) {
        (secure, is_clean, rest) = (name.contains(['s', 'S']), false, inner);
    }
    if is_clean {
        return (Scheme::AsWritten, rest);
    }
    repairs.add(RepairCode::SchemeMended);
    (Scheme::Mended(if secure { "https" } else { "http" }), rest)
}

/// A start that was meant as `http://` or `https://`: its letters, its separators, the rest.
fn scheme_like(text: &str) -> Option<(&str, &str, &str)> {
    let letters = text.bytes().take_while(|b| b"htpsHTPS".contains(b)).count();
    let (name, after) = text.split_at(letters);
    let has = |letter: char| name.contains([letter, letter.to_ascii_uppercase()]);
    let separators = after.bytes().take_while(|b| b":;/\\.,".contains(b)).count();
    let (separator, rest) = after.split_at(separators);
    let is_meant =
        (3..=6).contains(&letters) && has('t') && has('p') && separator.contains([':', ';', '/', '\\']);
    // `http.host/` and a bare `:8080` are not schemes.
    let is_port = separator == ":" && rest.starts_with(|c: char| c.is_ascii_digit());
    (is_meant && !is_port).then_some((name, separator, rest))
}

/// What was taken off or changed between a written host and its key.
fn note_host_repairs(text: &str, repairs: &mut Repairs) {
    let end = text.find(['/', '?', '#', '\\']).unwrap_or(text.len());
    repairs.add_if(end < text.len(), RepairCode::PathRemoved);
    let authority = &text[..end];
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    repairs.add_if(host.len() < authority.len(), RepairCode::UserInfoRemoved);
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    repairs.add_if(name.len() < host.len(), RepairCode::PortRemoved);
    repairs.add_if(name.ends_with('.'), RepairCode::TrailingDotRemoved);
    repairs.add_if(!name.is_ascii(), RepairCode::PunycodeEncoded);
    repairs.add_if(name.chars().any(char::is_uppercase), RepairCode::CaseFolded);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn codes(repairs: Repairs) -> String {
        repairs.codes().iter().map(|code| code.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn hosts_as_people_type_them() {
        let cases = [
            ("www.wien.gv.at", "www.wien.gv.at", ""),
            ("WWW.Wien.gv.at", "www.wien.gv.at", "case_folded"),
            (" www.wien.gv.at\u{200b}", "www.wien.gv.at", "whitespace_removed"),
            ("www.wien.gv.at.", "www.wien.gv.at", "trailing_dot_removed"),
            ("www.wien.gv.at;", "www.wien.gv.at", "punctuation_removed"),
            ("www.wien.gv.at:8443", "www.wien.gv.at", "port_removed"),
            ("https://www.wien.gv.at/amt", "www.wien.gv.at", "path_removed"),
            ("htpp://www.wien.gv.at", "www.wien.gv.at", "scheme_mended"),
            ("bücher.de", "xn--bcher-kva.de", "punycode_encoded"),
            ("Bücher.de", "xn--bcher-kva.de", "case_folded punycode_encoded"),
            ("https://u:p@a.example.at/", "a.example.at", "user_info_removed path_removed"),
            ("http.example.at", "http.example.at", ""),
            ("a_b.gov.uk", "a_b.gov.uk", ""),
        ];
        for (text, key, repaired) in cases {
            let (host, repairs) = host(text, &Words::builtin()).unwrap();
            assert_eq!((host.as_str(), codes(repairs).as_str()), (key, repaired), "{text}");
        }
    }

    #[test]
    fn what_is_no_host_says_why() {
        let reason = |text| host(text, &Words::builtin()).unwrap_err();
        assert_eq!(reason("office@gemeinde.example.at"), ReasonCode::HostIsEmail);
        assert_eq!(reason("mailto:a@b.at"), ReasonCode::HostIsEmail);
        assert_eq!(reason("n.v.t."), ReasonCode::HostMissing);
        assert_eq!(reason("10.1.2.3"), ReasonCode::HostIsAddress);
        assert_eq!(reason("https://www.facebook.com/gemeinde"), ReasonCode::HostIsSocialMedia);
        assert_eq!(reason("bit.ly"), ReasonCode::HostIsShortener);
        assert_eq!(reason("a.at b.at"), ReasonCode::HostMalformed);
        assert_eq!(reason("MIIC81000X"), ReasonCode::HostMalformed);
    }

    #[test]
    fn urls_as_people_type_them() {
        let cases = [
            ("https://a.example.at/x?y", "https://a.example.at/x?y", ""),
            ("a.example.at/x", "https://a.example.at/x", "scheme_added"),
            ("//a.example.at", "https://a.example.at/", "scheme_added"),
            ("a.example.at:8080/x", "https://a.example.at:8080/x", "scheme_added"),
            ("htpp://a.example.at", "http://a.example.at/", "scheme_mended"),
            ("http//:a.example.at", "http://a.example.at/", "scheme_mended"),
            ("https:site.it", "https://site.it/", "scheme_mended"),
            ("http:/a.example.at", "http://a.example.at/", "scheme_mended"),
            ("http://https://a.example.at/", "https://a.example.at/", "scheme_mended"),
            ("HTTPS://A.example.at/B", "https://a.example.at/B", ""),
            ("<https://a.example.at/>;", "https://a.example.at/", "punctuation_removed"),
            ("https://u:p@a.example.at/", "https://a.example.at/", "user_info_removed"),
            ("https://a.example.at/foo(bar)", "https://a.example.at/foo(bar)", ""),
        ];
        for (text, url, repaired) in cases {
            let (found, repairs) = page_url(text, &Words::builtin()).unwrap();
            assert_eq!((found.as_str(), codes(repairs).as_str()), (url, repaired), "{text}");
            assert!(url.contains(host_part(&found)));
        }
        let reason = |text| page_url(text, &Words::builtin()).unwrap_err();
        assert_eq!(reason("https://a.example.at\nhttps://b.example.at"), ReasonCode::UrlMalformed);
        assert_eq!(reason("ftp://a.example.at/"), ReasonCode::UrlScheme);
        assert_eq!(reason("about:blank"), ReasonCode::HostMissing);
        assert_eq!(reason("info@a.example.at"), ReasonCode::HostIsEmail);
        assert_eq!(reason("http://"), ReasonCode::HostMissing);
    }

    proptest! {
        #[test]
        fn cleaning_a_clean_host_changes_nothing(text in "\\PC{0,60}") {
            let words = Words::builtin();
            if let Ok((host, _)) = host(&text, &words) {
                prop_assert_eq!(super::host(host.as_str(), &words), Ok((host, Repairs::default())));
            }
        }

        #[test]
        fn two_spellings_of_a_host_give_one_key(text in "[a-zA-Z]{3,9}\\.[a-zA-Z]{2,5}", path in "[a-z/]{0,9}") {
            let words = Words::builtin();
            prop_assume!(!words.is_missing(&text));
            let key = |text: &str| host(text, &words).map(|(host, _)| host);
            prop_assert_eq!(key(&format!("https://{text}/{path}")), key(&text.to_lowercase()));
            prop_assert_eq!(key(&format!(" {text}.:443 ")), key(&text));
        }

        #[test]
        fn a_mended_url_needs_no_more_mending(text in "[htps:/]{0,9}[a-z]{1,9}\\.[a-z]{2,4}(/\\PC{0,20})?") {
            let words = Words::builtin();
            if let Ok((url, _)) = page_url(&text, &words) {
                // A dropped fragment can bare such an end.
                prop_assume!(!url.as_str().ends_with([',', ';', '\'', '*']));
                let (again, repairs) = page_url(url.as_str(), &words).unwrap();
                prop_assert_eq!(again, url);
                prop_assert_eq!(repairs, Repairs::default());
            }
        }
    }
}
