//! A host key is a host name in its canonical spelling.

use super::{KeyError, text_key};
use crate::codes::ReasonCode;
use std::net::{Ipv4Addr, Ipv6Addr};

/// A host name in its canonical spelling: lower case, punycode, no port, no trailing dot, no path (mission A2).
///
/// Underscores are kept: real lists hold such hosts and they resolve. IP addresses are not host names here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostKey(pub(super) String);

impl HostKey {
    /// Cleans a host as people write it: case, IDNA (UTS 46), port, user, path, trailing dots.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        if is_canonical(text) {
            return Ok(Self(text.to_owned()));
        }
        let bare = strip_to_host(text.trim());
        if bare.is_empty() {
            return Err(KeyError::new(text, "a host name", ReasonCode::HostMissing));
        }
        if bare.parse::<Ipv4Addr>().is_ok() || bare.starts_with('[') || bare.parse::<Ipv6Addr>().is_ok() {
            return Err(KeyError::new(text, "a host name, not an address", ReasonCode::HostIsAddress));
        }
        let malformed =
            || KeyError::new(text, "a host name with at least one dot", ReasonCode::HostMalformed);
        let ascii =
            idna::domain_to_ascii_cow(bare.as_bytes(), idna::AsciiDenyList::URL).map_err(|_| malformed())?;
        if is_host_name(&ascii) {
            return Ok(Self(ascii.into_owned()));
        }
        let is_address = is_number(last_label(&ascii)) && is_written_as_address(&ascii);
        let address = || KeyError::new(text, "a host name, not an address", ReasonCode::HostIsAddress);
        Err(if is_address { address() } else { malformed() })
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same site's other spelling: without `www.` when it has one, else with it.
    #[must_use]
    pub fn twin(&self) -> Self {
        Self(match self.0.strip_prefix("www.") {
            Some(bare) => bare.to_owned(),
            None => format!("www.{}", self.0),
        })
    }

    /// The name without a leading `www.`; what two spellings of one site share.
    pub fn without_www(&self) -> &str {
        self.0.strip_prefix("www.").unwrap_or(&self.0)
    }

    /// True when the name ends in a suffix that the Public Suffix List names.
    pub fn has_known_suffix(&self) -> bool {
        psl::suffix(self.0.as_bytes()).is_some_and(|suffix| suffix.is_known())
    }

    /// The registrable domain by the Public Suffix List; the host itself where it is a public suffix.
    pub fn registrable_domain(&self) -> &str {
        psl::domain_str(&self.0).unwrap_or(&self.0)
    }
}

/// Drops scheme, user, port, path and trailing dots; anything odder is left for the check that follows.
fn strip_to_host(text: &str) -> &str {
    // Not the `://` of an address in a path or query.
    let scheme = text.split_once("://").filter(|(scheme, _)| !scheme.contains(['/', '?', '#', '\\']));
    let rest = scheme.map_or(text, |(_, rest)| rest).trim_start_matches('/');
    let rest = rest.split(['/', '?', '#', '\\']).next().unwrap_or("");
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let rest = match rest.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') && port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => rest,
    };
    rest.trim_end_matches('.')
}

/// True for a name that IDNA leaves as it is: plain letters in lower case, and nothing like `xn--`, which must be checked.
fn is_canonical(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(&byte);
    text.bytes().all(is_plain) && !text.as_bytes().windows(2).any(|pair| pair == b"--") && is_host_name(text)
}

/// RFC 1035 lengths, labels of letters, digits, `-` and `_`, a last label that is not a number.
fn is_host_name(ascii: &str) -> bool {
    let label_ok = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = last_label(ascii);
    ascii.len() <= 253
        && ascii.contains('.')
        && ascii.split('.').all(label_ok)
        && last.len() >= 2
        && last.bytes().any(|b| b.is_ascii_alphabetic())
        && !is_number(last)
}

fn last_label(ascii: &str) -> &str {
    ascii.rsplit('.').next().unwrap_or("")
}

/// Decimal, octal or hexadecimal; a name that ends in one is an address or nothing (URL Standard section 3.5).
fn is_number(label: &str) -> bool {
    match label.strip_prefix("0x") {
        Some(digits) => digits.bytes().all(|b| b.is_ascii_hexdigit()),
        None => !label.is_empty() && label.bytes().all(|b| b.is_ascii_digit()),
    }
}

/// An IPv4 address in any notation but a short decimal one: that is a count or a version as often.
fn is_written_as_address(ascii: &str) -> bool {
    let is_whole = ascii.split('.').count() == 4 || ascii.contains("0x");
    is_whole && matches!(url::Host::parse(ascii), Ok(url::Host::Ipv4(_)))
}

text_key!(HostKey);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_host() {
        for text in [
            "WWW.Gemeinde.AT",
            "www.gemeinde.at.",
            "https://www.gemeinde.at:8443/x?y#z",
            "u:p@www.gemeinde.at",
            "//www.gemeinde.at/",
            "www.gemeinde.at/login?to=https://other.example.at/",
        ] {
            assert_eq!(HostKey::parse(text).unwrap().as_str(), "www.gemeinde.at", "{text}");
        }
        assert_eq!(HostKey::parse("bücher.de").unwrap().as_str(), "xn--bcher-kva.de");
        assert_eq!(HostKey::parse("taxandchancery_ut.gov.uk").unwrap().as_str(), "taxandchancery_ut.gov.uk");
    }

    #[test]
    fn what_is_no_host_says_why() {
        let reason = |text| HostKey::parse(text).unwrap_err().reason;
        assert_eq!(reason(""), ReasonCode::HostMissing);
        assert_eq!(reason("10.0.0.1"), ReasonCode::HostIsAddress);
        assert_eq!(reason("[::1]"), ReasonCode::HostIsAddress);
        for text in ["0177.0.0.1", "0x7f.0.0.1", "127.0.0.0x1", "0x7f000001", "010.0.0.1"] {
            assert_eq!(reason(text), ReasonCode::HostIsAddress, "{text}");
        }
        for text in [
            "localhost",
            "a b.at",
            "-x.at",
            "x..at",
            "n.v.t.1",
            "a.b.1",
            "a.0x4",
            "a.0x",
            "3232235777",
            "9.5",
        ] {
            assert_eq!(reason(text), ReasonCode::HostMalformed, "{text}");
        }
    }

    #[test]
    fn file_names_have_no_known_suffix() {
        let known = |text: &str| HostKey::parse(text).unwrap().has_known_suffix();
        assert!(known("wien.gv.at") && known("a.gov.uk"));
        assert!(!known("index.html") && !known("b.example"));
    }

    #[test]
    fn registrable_domain_uses_the_public_suffix_list() {
        assert_eq!(HostKey::parse("a.b.gov.uk").unwrap().registrable_domain(), "b.gov.uk");
        assert_eq!(HostKey::parse("www.wien.gv.at").unwrap().registrable_domain(), "wien.gv.at");
    }

    proptest! {
        #[test]
        fn parsing_twice_changes_nothing(text in "\\PC{0,80}") {
            if let Ok(host) = HostKey::parse(&text) {
                prop_assert_eq!(HostKey::parse(host.as_str()).unwrap(), host);
            }
        }

        #[test]
        fn the_twin_of_the_twin_is_the_host(text in "[a-z]{1,10}\\.[a-z]{2,5}") {
            let host = HostKey::parse(&text).unwrap();
            prop_assert_eq!(host.twin().twin(), host);
        }
    }
}
