//! Which body does a host name belong to, however it is written?

/// Longest host name (RFC 1035 section 2.3.4).
const LONGEST_HOST: usize = 253;

/// Lower-case host name without port, final dot and `www.`; nothing but letters, digits, `-` and `.` survives.
pub(crate) fn canonical(hostname: &str) -> String {
    let asked = asked(hostname);
    asked.strip_prefix("www.").map(str::to_owned).unwrap_or(asked)
}

/// What stands before the name a body had before its present one.
pub(crate) const FORMER: &str = "former-";

/// The name of the body a host belongs to: its own, or the one that follows [`FORMER`].
pub(crate) fn present(canonical: &str) -> &str {
    canonical.strip_prefix(FORMER).filter(|rest| rest.contains('.')).unwrap_or(canonical)
}

/// Lower-case host name as asked for, `www.` kept.
pub(crate) fn asked(hostname: &str) -> String {
    let name = hostname.split(':').next().unwrap_or_default().trim_end_matches('.');
    let keep = |byte: u8| {
        if byte.is_ascii_alphanumeric() || byte == b'.' { byte.to_ascii_lowercase() } else { b'-' }
    };
    name.bytes().take(LONGEST_HOST).map(|byte| char::from(keep(byte))).collect()
}

#[cfg(test)]
mod tests {
    use super::{canonical, present};

    #[test]
    fn names_are_cleaned() {
        assert_eq!(canonical("WWW.Example.AT."), "example.at");
        assert_eq!(canonical("example.at:8080"), "example.at");
        assert_eq!(canonical("<b>\u{e4}"), "-b---");
        assert_eq!(canonical(""), "");
        assert_eq!(present("former-town-at.example"), "town-at.example");
        assert_eq!(present("former-town"), "former-town");
    }
}
