//! Pages that ask their visitors to prove that they are people.

use crate::refresh;
use reqwest::header::HeaderMap;

/// How far into a page its title is looked for.
const MAX_HEAD_BYTES: usize = 8 << 10;

/// Titles, in lower case, of the pages that the common protection services put before a site.
const TITLES: [&str; 7] = [
    "just a moment...",
    "attention required! | cloudflare",
    "ddos-guard",
    "checking your browser",
    "please wait... | cloudflare",
    "security check",
    "are you a robot?",
];

/// True when the server itself says that this answer is a challenge, whatever its status.
pub(crate) fn is_announced(headers: &HeaderMap) -> bool {
    let says = |name: &str, word: &str| {
        headers.get(name).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(word.as_bytes()))
    };
    says("cf-mitigated", "challenge")
        || says("x-amzn-waf-action", "challenge")
        || says("x-amzn-waf-action", "captcha")
}

/// True for a refusal whose title is that of a challenge. Of pages with status 2xx the title alone proves nothing.
pub(crate) fn is_titled(status: u16, body: &[u8]) -> bool {
    matches!(status, 401 | 403 | 405 | 429 | 503)
        && refresh::title(&body[..body.len().min(MAX_HEAD_BYTES)]).is_some_and(|title| {
            let title = title.trim().to_lowercase();
            TITLES.iter().any(|known| title.starts_with(known))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_announce() {
        let mut headers = HeaderMap::new();
        assert!(!is_announced(&headers));
        headers.insert("cf-mitigated", "Challenge".parse().unwrap());
        assert!(is_announced(&headers));
    }

    #[test]
    fn titles_of_refusals_tell() {
        let page = b"<html><head><title> Just a moment...</title>";
        assert!(is_titled(403, page) && is_titled(503, page));
        assert!(!is_titled(200, page) && !is_titled(404, page));
        assert!(!is_titled(403, b"<title>Forbidden</title>") && !is_titled(403, b"Just a moment..."));
    }
}
