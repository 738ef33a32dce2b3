//! The crawl keeps the header lines of a request and its answer, without cookies.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue, SET_COOKIE};
use reqwest::{Response, Version};

/// Header text kept of an answer; real ones have some 800 bytes.
const MAX_HEADER_BYTES: usize = 8 << 10;

/// Header lines and octets of an answer that is read on; servers take some 100 lines and 16 KiB of a request themselves.
const MAX_LINES: usize = 100;
pub(crate) const MAX_OCTETS: u32 = 64 << 10;

/// Longest value kept of a header that has a column.
const MAX_VALUE_CHARS: usize = 1_000;

/// The headers of one exchange, as they go into the row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) http_version: Option<String>,
    pub(crate) tls_version: Option<String>,
    pub(crate) request_headers: Option<String>,
    pub(crate) response_headers: Option<String>,
}

impl Head {
    /// Of an answer to a request with these header lines.
    pub(crate) fn of(
        response: &Response,
        request_headers: String,
        tls_version: Option<&'static str>,
    ) -> Self {
        Self {
            http_version: Some(version(response.version()).to_owned()),
            tls_version: tls_version.map(str::to_owned),
            request_headers: Some(request_headers),
            response_headers: Some(lines(response.headers())),
        }
    }
}

/// All `X-Robots-Tag` headers as one list.
pub(crate) fn x_robots_tag(headers: &HeaderMap) -> Option<String> {
    let tags: Vec<_> = headers.get_all("x-robots-tag").iter().map(|value| lossy(value.as_bytes())).collect();
    let tags: String = tags.join(", ").chars().take(MAX_VALUE_CHARS).collect();
    Some(tags).filter(|tags| !tags.is_empty())
}

/// True for more headers than any page needs; such an answer is not read on.
pub(crate) fn is_flood(headers: &HeaderMap) -> bool {
    let octets =
        |(name, value): (&HeaderName, &HeaderValue)| name.as_str().len() + value.len() + ": \r\n".len();
    headers.len() > MAX_LINES || headers.iter().map(octets).sum::<usize>() > MAX_OCTETS as usize
}

/// One header as text; octets that are no UTF-8 are replaced.
pub(crate) fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name).map(|value| lossy(value.as_bytes()))
}

/// All headers but cookies, a line each with CR LF, up to the cap.
pub(crate) fn lines(headers: &HeaderMap) -> String {
    let mut text = String::new();
    for (name, value) in headers.iter().filter(|(name, _)| *name != SET_COOKIE) {
        let value = String::from_utf8_lossy(value.as_bytes());
        if text.len() + name.as_str().len() + value.len() + ": \r\n".len() > MAX_HEADER_BYTES {
            break;
        }
        text.extend([name.as_str(), ": ", &value, "\r\n"]);
    }
    text
}

fn lossy(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}

fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_11 => "HTTP/1.1",
        Version::HTTP_2 => "HTTP/2",
        Version::HTTP_3 => "HTTP/3",
        _ => "HTTP/0.9",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floods_are_told_by_number_and_by_size() {
        let mut headers = HeaderMap::new();
        headers.insert("x-long", "x".repeat(60 << 10).parse().unwrap());
        assert!(!is_flood(&headers));
        headers.append("x-long", "x".repeat(5 << 10).parse().unwrap());
        assert!(is_flood(&headers));
        let many = |count: usize| -> HeaderMap {
            (0..count).map(|n| (format!("x-{n}").parse().unwrap(), HeaderValue::from_static("1"))).collect()
        };
        assert!(!is_flood(&many(100)) && is_flood(&many(101)));
    }

    #[test]
    fn cookies_are_left_out_and_floods_cut() {
        let mut headers = HeaderMap::new();
        headers.insert("server", "x".parse().unwrap());
        headers.insert(SET_COOKIE, "id=1".parse().unwrap());
        assert_eq!(lines(&headers), "server: x\r\n");
        for n in 0..500 {
            headers.append("x-flood", format!("{n:050}").parse().unwrap());
        }
        assert!(lines(&headers).len() <= MAX_HEADER_BYTES);
    }
}
