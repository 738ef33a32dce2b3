//! The start of an address: `http://` as people type it.

use super::repairs::Repairs;
use deklaro_schemas::codes::RepairCode;

/// What stands before the host.
pub(super) enum Scheme<'a> {
    /// `http://`, `https://` or another scheme, nothing to do.
    AsWritten(&'a str),
    /// Mistyped; this was meant.
    Mended(&'static str),
    /// There is none.
    None,
}

/// The scheme as it should be, and what follows it.
///
/// Takes `htpp://`, `http//:`, `https:`, `http:/`, `http: //`, doubled ones, and a `www` put before or in place of one.
pub(super) fn split<'a>(text: &'a str, repairs: &mut Repairs) -> (Scheme<'a>, &'a str) {
    let inner = after_www(text).unwrap_or(text);
    let Some((name, separator, mut rest)) = like(inner) else {
        return without(text, repairs);
    };
    let mut secure = name.contains(['s', 'S']);
    let mut is_clean = separator == "://" && inner.len() == text.len() && is_http(name);
    while let Some((name, _, inner)) = like(rest) {
        (secure, is_clean, rest) = (name.contains(['s', 'S']), false, inner);
    }
    if is_clean && !rest.starts_with(char::is_whitespace) {
        return (Scheme::AsWritten(name), rest);
    }
    repairs.add(RepairCode::SchemeMended);
    (Scheme::Mended(if secure { "https" } else { "http" }), rest.trim_start())
}

/// Reads an address without an http scheme. `www://host` is mended. Another scheme stays, so that the URL is
/// refused by name. `//host` and `://host` have lost their scheme.
fn without<'a>(text: &'a str, repairs: &mut Repairs) -> (Scheme<'a>, &'a str) {
    if let Some(rest) = in_place_of_scheme(text) {
        repairs.add(RepairCode::SchemeMended);
        return (Scheme::Mended("https"), rest);
    }
    match text.split_once("://") {
        Some((name, rest)) if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric()) => {
            (Scheme::AsWritten(name), rest)
        }
        _ => (Scheme::None, text.trim_start_matches([':', '/', '\\'])),
    }
}

fn is_http(name: &str) -> bool {
    name.eq_ignore_ascii_case("http") || name.eq_ignore_ascii_case("https")
}

/// What follows `www.` where that is a scheme.
fn after_www(text: &str) -> Option<&str> {
    let (www, rest) = text.split_at_checked(4)?;
    (www.eq_ignore_ascii_case("www.") && like(rest).is_some()).then_some(rest)
}

/// What follows `www://`.
fn in_place_of_scheme(text: &str) -> Option<&str> {
    let (www, after) = text.split_at_checked(3)?;
    let rest = after.trim_start_matches([':', ';', '/', '\\']);
    (www.eq_ignore_ascii_case("www") && after.len() - rest.len() >= 2).then_some(rest)
}

/// A start that was meant as `http://` or `https://`: its letters, its separators, the rest.
pub(super) fn like(text: &str) -> Option<(&str, &str, &str)> {
    let letters = text.bytes().take_while(|b| b"htpsHTPS".contains(b)).count();
    let (name, after) = text.split_at(letters);
    let has = |letter: char| name.contains([letter, letter.to_ascii_uppercase()]);
    let separators = after.bytes().take_while(|b| b":;/\\., ".contains(b)).count();
    let (separator, rest) = after.split_at(separators);
    let is_meant = (3..=6).contains(&letters)
        && has('t')
        && (has('p') || has('h'))
        && separator.contains([':', ';', '/', '\\']);
    // `http.host/` and a bare `:8080` are not schemes.
    let is_port = separator == ":" && rest.starts_with(|c: char| c.is_ascii_digit());
    (is_meant && !is_port).then_some((name, separator, rest))
}
