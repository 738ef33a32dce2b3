//! The host's part of an address: dots, commas, percent signs, and what the key drops.

use super::repairs::Repairs;
use deklaro_schemas::HostKey;
use deklaro_schemas::codes::{ReasonCode, RepairCode};
use std::borrow::Cow;

/// User, host and port of an address without its scheme.
pub(super) fn authority_of(rest: &str) -> &str {
    &rest[..rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len())]
}

/// The address with its host mended: `..a..at`, `a,at`, `a%2Eat`, `a.athttp://a.at`.
pub(super) fn mend<'a>(rest: &'a str, repairs: &mut Repairs) -> Result<Cow<'a, str>, ReasonCode> {
    let rest = unglued(rest, repairs)?;
    let authority = authority_of(rest);
    let (user, host) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
    let is_sound = !host.starts_with('.') && !host.contains("..") && !host.contains([',', '%']);
    if is_sound {
        return Ok(Cow::Borrowed(rest));
    }
    let decoded = decoded(host, repairs);
    let dotted = dotted(&decoded, repairs);
    Ok(Cow::Owned(format!("{user}{dotted}{}", &rest[authority.len()..])))
}

/// `a.athttp://a.at/x` as `a.at/x`. Two different hosts glued so are two addresses, and neither is a guess of ours.
fn unglued<'a>(rest: &'a str, repairs: &mut Repairs) -> Result<&'a str, ReasonCode> {
    let authority = authority_of(rest);
    // The URL parser takes a backslash for a slash (URL Standard section 4.4).
    let slashes: &[char] = &['/', '\\'];
    let after = rest[authority.len()..].strip_prefix(slashes);
    let Some(inner) = after.and_then(|after| after.strip_prefix(slashes)) else { return Ok(rest) };
    let lower = authority.to_ascii_lowercase();
    let mut schemes = ["http:", "https:", "http", "https"].iter();
    let Some(first) = schemes.find_map(|scheme| lower.strip_suffix(scheme)) else { return Ok(rest) };
    if !authority_of(inner).eq_ignore_ascii_case(first) {
        return Err(ReasonCode::HostMalformed);
    }
    repairs.add(RepairCode::CellSplit);
    Ok(inner)
}

/// The host with `%2E` and the like decoded once (URL Standard section 3.5); as it stands where that gives no host.
fn decoded<'a>(host: &'a str, repairs: &mut Repairs) -> Cow<'a, str> {
    let is_host = |text: &str| !text.contains(['%', '/', '?', '#', '\\', '@', ':', '[', ']', ' ']);
    match host.contains('%').then(|| percent_decoded(host)).flatten() {
        Some(text) if is_host(&text) => {
            repairs.add(RepairCode::PercentDecoded);
            Cow::Owned(text)
        }
        _ => Cow::Borrowed(host),
    }
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        let is_hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
        bytes.push(is_hex.then(|| u8::from_str_radix(digits, 16).ok())??);
        bytes.extend(rest.bytes());
    }
    String::from_utf8(bytes).ok()
}

/// The host with one dot between labels and none before them.
fn dotted(host: &str, repairs: &mut Repairs) -> String {
    let mut dotted = if has_comma_for_dot(host) { host.replace(',', ".") } else { host.to_owned() };
    dotted.drain(..dotted.len() - dotted.trim_start_matches('.').len());
    let end = dotted.trim_end_matches('.').len();
    let dots = dotted.split_off(end);
    while dotted.contains("..") {
        dotted = dotted.replace("..", ".");
    }
    repairs.add_if(host.strip_suffix(dots.as_str()) != Some(&dotted), RepairCode::DotsMended);
    dotted + &dots
}

/// `a,it` and `www,a.it`, but neither `Bozen,Italien` nor two hosts.
fn has_comma_for_dot(host: &str) -> bool {
    let Some((before, last)) = host.rsplit_once(',') else { return false };
    let last = last.to_ascii_lowercase();
    let is_ending = last.len() == 2 && last.bytes().all(|b| b.is_ascii_lowercase())
        || matches!(last.as_str(), "gov" | "com" | "org" | "net" | "edu" | "info");
    let is_www = before.trim_end_matches('.').eq_ignore_ascii_case("www");
    !host.contains(char::is_whitespace) && (is_ending && !before.is_empty() || is_www && last.contains('.'))
}

/// Notes what was taken off or changed between a written host and its key.
pub(super) fn note_repairs(rest: &str, key: &HostKey, repairs: &mut Repairs) {
    let authority = authority_of(rest);
    repairs.add_if(authority.len() < rest.len(), RepairCode::PathRemoved);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    repairs.add_if(host.len() < authority.len(), RepairCode::UserInfoRemoved);
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    repairs.add_if(name.len() < host.len(), RepairCode::PortRemoved);
    repairs.add_if(name.ends_with('.'), RepairCode::TrailingDotRemoved);
    let is_encoded = !name.is_ascii() && key.as_str().contains("xn--");
    repairs.add_if(is_encoded, RepairCode::PunycodeEncoded);
    // Letters of another width or style fold to plain ones.
    let is_folded = name.chars().any(char::is_uppercase) || !name.is_ascii() && !is_encoded;
    repairs.add_if(is_folded, RepairCode::CaseFolded);
}
