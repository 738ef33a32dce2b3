//! What stands around an address in its cell: white space, quotation marks, remarks.

use super::repairs::Repairs;
use super::scheme;
use deklaro_schemas::codes::RepairCode;
use std::borrow::Cow;

/// The text without invisible characters, white space at the ends, punctuation that lists put around
/// addresses, and a remark behind it. Full-width letters become usual ones.
pub(super) fn tidy<'a>(text: &'a str, repairs: &mut Repairs) -> Cow<'a, str> {
    let is_plain = text.bytes().all(|b| (b' '..=b'~').contains(&b));
    if is_plain || !text.contains(|c| is_invisible(c) || is_wide(c)) {
        return Cow::Borrowed(address(text, repairs));
    }
    let mut visible = text.replace(is_invisible, "");
    repairs.add_if(visible.len() < text.len(), RepairCode::WhitespaceRemoved);
    // Typed in full-width letters from the scheme on; elsewhere they may belong to a path.
    if visible.trim_start().starts_with(is_wide) {
        repairs.add(RepairCode::CaseFolded);
        visible = visible.chars().map(narrow).collect();
    }
    Cow::Owned(address(&visible, repairs).to_owned())
}

/// Line breaks and tabs are not among them: they part two addresses in one cell.
fn is_invisible(c: char) -> bool {
    let is_format =
        matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}');
    is_format || c.is_control() && !c.is_whitespace()
}

/// A full-width twin of a visible ASCII character.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{ff01}'..='\u{ff5e}')
}

fn narrow(c: char) -> char {
    if is_wide(c) { char::from_u32(c as u32 - 0xfee0).unwrap_or(c) } else { c }
}

fn address<'a>(text: &'a str, repairs: &mut Repairs) -> &'a str {
    without_remark(bare(text, repairs), repairs)
}

/// The text without white space and punctuation at its ends.
pub(super) fn bare<'a>(text: &'a str, repairs: &mut Repairs) -> &'a str {
    let is_opening = |c: char| matches!(c, '<' | '"' | '\'' | '(' | '«' | '„' | '“' | '*');
    let is_closing = |c: char| matches!(c, ',' | ';' | '>' | '"' | '\'' | '»' | '“' | '”' | '*' | '…');
    let from_start = text.trim_start_matches(|c: char| c.is_whitespace() || is_opening(c));
    let start = &text[..text.len() - from_start.len()];
    // A bracket at the end is a path's, unless it was opened before the address.
    let has_bracket = start.contains('(');
    let is_end = |c: char| c.is_whitespace() || is_closing(c) || c == ')' && has_bracket;
    let bare = without_loose_dots(from_start.trim_end_matches(is_end), repairs);
    let end = &from_start[bare.len()..];
    repairs.add_if(start.contains(is_opening) || end.contains(is_closing), RepairCode::PunctuationRemoved);
    let is_spaced = start.contains(char::is_whitespace) || end.contains(char::is_whitespace);
    repairs.add_if(is_spaced, RepairCode::WhitespaceRemoved);
    bare
}

/// `a.at . .` as `a.at`: dots with a space before them are no part of a host or path.
fn without_loose_dots<'a>(text: &'a str, repairs: &mut Repairs) -> &'a str {
    let shorter = text.trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    if text[shorter.len()..].contains(char::is_whitespace) {
        repairs.add(RepairCode::TrailingDotRemoved);
        return shorter;
    }
    text
}

/// `a.at - the site` as `a.at`. The words behind a path may be part of it, and a dot among them may be
/// another address.
fn without_remark<'a>(text: &'a str, repairs: &mut Repairs) -> &'a str {
    let Some((token, remark)) = text.split_once(char::is_whitespace) else { return text };
    let remark = remark.trim_start();
    let scheme = scheme::like(token);
    let name = scheme.as_ref().map_or(token, |(_, _, rest)| rest);
    let is_host = name.contains('.') && !name.trim_end_matches('/').contains(['/', '?', '#', '\\', '@']);
    let is_told_apart = remark.starts_with(['-', '–', '—', '(', '|']);
    let is_address = scheme.is_some() || name.get(..4).is_some_and(|www| www.eq_ignore_ascii_case("www."));
    if !is_host || !(is_told_apart || is_address) || remark.contains(['.', '@', '/', '\\', ':']) {
        return text;
    }
    repairs.add(RepairCode::RemarkRemoved);
    token
}

/// `name@body.example.at` or `mailto:…`; `https://user@host/` is no mail address.
pub(super) fn is_email(text: &str) -> bool {
    let start = text.get(..7).unwrap_or("");
    if start.eq_ignore_ascii_case("mailto:") {
        return true;
    }
    text.split_once('@').is_some_and(|(user, _)| !user.is_empty() && !user.contains(['/', ':', '?']))
}
