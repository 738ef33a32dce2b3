//! A page URL is an absolute http or https URL in the spelling of the URL Standard.

use super::{HostKey, KeyError, text_key};
use crate::codes::ReasonCode;
use url::Url;

/// Longest URL kept, in bytes; the longest in the real lists has 1,413.
const MAX_URL_BYTES: usize = 4_096;

/// An absolute http or https URL in the WHATWG spelling, without user info and fragment, whose host is a [`HostKey`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageUrl(String);

impl PageUrl {
    /// Reads an absolute URL and cleans it (URL Standard; user info and fragment dropped).
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let error = || KeyError::new(text, "an absolute http or https URL", ReasonCode::UrlMalformed);
        if text.len() > MAX_URL_BYTES {
            return Err(KeyError::new(text, "a URL of at most 4096 bytes", ReasonCode::UrlTooLong));
        }
        Self::from_url(Url::parse(text.trim()).map_err(|_| error())?)
    }

    /// The URL, when it is a page of this host that the URL Standard leaves as it is; none otherwise. Most
    /// URLs are so plain, and need no parsing.
    pub fn plain_on(host: &HostKey, text: &str) -> Option<Self> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
        let path = rest.strip_prefix(host.as_str())?;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte);
        // A segment that begins with a dot may be `..`.
        let is_clean = path.starts_with('/')
            && path.bytes().all(is_plain)
            && !path.as_bytes().windows(2).any(|pair| pair == b"/.");
        (is_clean && text.len() <= MAX_URL_BYTES).then(|| Self(text.to_owned()))
    }

    /// Resolves a reference as a browser does, against this URL (URL Standard section 4.4).
    pub fn join(&self, reference: &str) -> Result<Self, KeyError> {
        if reference.len() > MAX_URL_BYTES {
            return Err(KeyError::new(reference, "a URL of at most 4096 bytes", ReasonCode::UrlTooLong));
        }
        let reference = reference.trim();
        if let Some(url) = self.joined_plain(reference) {
            return Ok(url);
        }
        let error = |_| KeyError::new(reference, "a resolvable URL reference", ReasonCode::UrlMalformed);
        Self::from_url(self.to_url().join(reference).map_err(error)?)
    }

    /// The same for a reference to this very host so plain that nothing needs to be parsed; most links of a page are.
    fn joined_plain(&self, reference: &str) -> Option<Self> {
        let (origin, own_path) = self.split();
        let reference = reference.split_once('#').map_or(reference, |(reference, _)| reference);
        let rooted = reference.strip_prefix(origin).unwrap_or(reference);
        let (path, query) = rooted.split_once('?').unwrap_or((rooted, ""));
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte);
        let is_query = |byte: u8| is_plain(byte) || b"?=&%+;,:@!$()*".contains(&byte);
        // What begins with neither stands in the folder of this page.
        let is_rooted = path.starts_with('/');
        let folder = if is_rooted { "" } else { folder(own_path) };
        let is_clean = !path.starts_with("//")
            && !path.is_empty()
            && !path.starts_with('.')
            && (is_rooted || rooted.len() == reference.len())
            && path.bytes().all(is_plain)
            && query.bytes().all(is_query)
            // A segment that begins with a dot may be `..`.
            && !path.as_bytes().windows(2).any(|pair| pair == b"/.");
        let length = origin.len() + folder.len() + rooted.len();
        (is_clean && length <= MAX_URL_BYTES).then(|| Self([origin, folder, rooted].concat()))
    }

    /// The https home page of a host.
    pub fn home(host: &HostKey) -> Self {
        Self(format!("https://{host}/"))
    }

    fn from_url(mut url: Url) -> Result<Self, KeyError> {
        let text = url.as_str().to_owned();
        let error = || KeyError::new(&text, "an absolute http or https URL", ReasonCode::UrlMalformed);
        if !matches!(url.scheme(), "http" | "https") {
            return Err(KeyError::new(&text, "an http or https URL", ReasonCode::UrlScheme));
        }
        let host = HostKey::parse(url.host_str().unwrap_or(""))?;
        url.set_fragment(None);
        if !url.username().is_empty() || url.password().is_some() {
            url.set_username("").map_err(|()| error())?;
            url.set_password(None).map_err(|()| error())?;
        }
        if url.host_str() != Some(host.as_str()) {
            url.set_host(Some(host.as_str())).map_err(|_| error())?;
        }
        if url.as_str().len() > MAX_URL_BYTES {
            return Err(KeyError::new(&text, "a URL of at most 4096 bytes", ReasonCode::UrlTooLong));
        }
        Ok(Self(url.into()))
    }

    /// The URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same as a parsed [`Url`].
    pub fn to_url(&self) -> Url {
        Url::parse(&self.0).expect("parsed in the constructor")
    }

    /// The host.
    pub fn host(&self) -> HostKey {
        let (host, _) = self.host_and_port();
        HostKey(host.to_owned())
    }

    /// Scheme, host and port: what robots.txt and permits are held for.
    pub fn authority(&self) -> Authority {
        Authority(self.split().0.to_owned())
    }

    /// Path and query, as sent in a request line.
    pub fn path_and_query(&self) -> &str {
        self.split().1
    }

    /// True for `/` or an empty path without a query.
    pub fn is_root(&self) -> bool {
        self.split().1 == "/"
    }

    /// The port, that of the scheme where none is written.
    pub fn port(&self) -> u16 {
        let usual = if self.is_https() { 443 } else { 80 };
        self.host_and_port().1.and_then(|port| port.parse().ok()).unwrap_or(usual)
    }

    /// Origin, then path and query: what is kept is in the URL Standard's spelling, so the third `/` parts the two.
    fn split(&self) -> (&str, &str) {
        let begin = if self.is_https() { "https://".len() } else { "http://".len() };
        let rest = self.0.as_bytes().get(begin..).unwrap_or_default();
        let end = rest.iter().position(|byte| *byte == b'/').map_or(self.0.len(), |at| begin + at);
        self.0.split_at(end)
    }

    fn host_and_port(&self) -> (&str, Option<&str>) {
        let (origin, _) = self.split();
        let authority = origin.split_once("://").map_or(origin, |(_, authority)| authority);
        authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)))
    }

    /// True when the scheme is https.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https:")
    }

    /// The same address over http; a port is dropped, as it belongs to the other scheme.
    #[must_use]
    pub fn over_http(&self) -> Self {
        let mut url = self.to_url();
        let changed = url.set_port(None).and_then(|()| url.set_scheme("http"));
        if changed.is_ok() { Self(url.into()) } else { self.clone() }
    }
}

impl PageUrl {
    /// The same address over https; a port is dropped, as it belongs to the other scheme.
    #[must_use]
    pub fn over_https(&self) -> Self {
        let mut url = self.to_url();
        let changed = url.set_port(None).and_then(|()| url.set_scheme("https"));
        if changed.is_ok() { Self(url.into()) } else { self.clone() }
    }

    /// The same address on the host's other spelling, with or without `www.`.
    #[must_use]
    pub fn on_twin(&self) -> Self {
        let mut url = self.to_url();
        let changed = url.set_host(Some(self.host().twin().as_str()));
        if changed.is_ok() { Self(url.into()) } else { self.clone() }
    }
}

/// A path up to its last slash.
fn folder(path_and_query: &str) -> &str {
    let path = path_and_query.split('?').next().unwrap_or("");
    &path[..path.rfind('/').map_or(0, |slash| slash + 1)]
}

text_key!(PageUrl);

/// Scheme, host and port of a URL as an origin, `https://host[:port]`: the unit RFC 9309 section 2.3 holds rules for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Authority(String);

impl Authority {
    /// Reads an origin.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        Ok(PageUrl::parse(text)?.authority())
    }

    /// The origin.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where its robots.txt is.
    pub fn robots_url(&self) -> PageUrl {
        PageUrl(format!("{}/robots.txt", self.0))
    }
}

text_key!(Authority);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_spelling() {
        let cases = [
            ("HTTPS://User:pw@WWW.Wien.gv.AT:443/a/../b?x=1#frag", "https://www.wien.gv.at/b?x=1"),
            ("http://wien.gv.at.", "http://wien.gv.at/"),
            ("https://bücher.de/ä", "https://xn--bcher-kva.de/%C3%A4"),
        ];
        for (text, url) in cases {
            assert_eq!(PageUrl::parse(text).unwrap().as_str(), url);
        }
    }

    #[test]
    fn other_schemes_and_spellings_of_an_address() {
        let url = PageUrl::parse("http://www.a.example.at:8080/x?y").unwrap();
        assert_eq!(url.over_https().as_str(), "https://www.a.example.at/x?y");
        assert_eq!(url.over_https().over_http().as_str(), "http://www.a.example.at/x?y");
        assert_eq!(url.on_twin().as_str(), "http://a.example.at:8080/x?y");
        assert_eq!(url.on_twin().on_twin(), url);
    }

    #[test]
    fn references_resolve_as_in_a_browser() {
        let base = PageUrl::parse("https://a.example.at/x/y").unwrap();
        assert_eq!(base.join("../z?q").unwrap().as_str(), "https://a.example.at/z?q");
        assert_eq!(base.join("//b.example.at/").unwrap().as_str(), "https://b.example.at/");
        assert_eq!(base.join("javascript:void(0)").unwrap_err().reason, ReasonCode::UrlScheme);
        assert_eq!(base.join("http://127.0.0.1/").unwrap_err().reason, ReasonCode::HostIsAddress);
    }

    #[test]
    fn authority_and_robots() {
        let url = PageUrl::parse("http://a.example.at:8080/x").unwrap();
        assert_eq!(url.authority().robots_url().as_str(), "http://a.example.at:8080/robots.txt");
        assert_eq!(url.over_http().as_str(), "http://a.example.at/x");
    }

    proptest! {
        #[test]
        fn plain_urls_are_as_parsing_makes_them(text in "https?://a\\.at(/[a-zA-Z0-9./_%?-]{0,12})?") {
            let host = HostKey::parse("a.at").unwrap();
            if let Some(url) = PageUrl::plain_on(&host, &text) {
                prop_assert_eq!(Ok(url), PageUrl::parse(&text));
            }
        }

        #[test]
        fn plain_references_join_as_all_do(reference in "(https?://a\\.at(:81)?)?[a-zA-Z0-9./_~%?&=;,:@!$()*#+ '-]{0,16}") {
            for base in ["https://a.at/x/y?z/z", "http://a.at:81/"] {
                let base = PageUrl::parse(base).unwrap();
                if let Some(url) = base.joined_plain(reference.trim()) {
                    prop_assert_eq!(Ok(url), PageUrl::from_url(base.to_url().join(&reference).unwrap()));
                }
            }
        }

        #[test]
        fn the_parts_are_those_of_the_url_standard(text in "https?://[a-zä]{1,9}\\.[a-z]{2,4}(:[1-9][0-9]{0,3})?(/|\\?)?\\PC{0,20}") {
            if let Ok(page) = PageUrl::parse(&text) {
                let url = page.to_url();
                let (host, authority) = (page.host(), page.authority());
                prop_assert_eq!(Some(host.as_str()), url.host_str());
                prop_assert_eq!(Some(page.port()), url.port_or_known_default());
                prop_assert_eq!(authority.as_str(), url.origin().ascii_serialization());
                prop_assert_eq!(page.path_and_query(), &url[url::Position::BeforePath..]);
                prop_assert_eq!(page.is_root(), url.path() == "/" && url.query().is_none());
            }
        }

        #[test]
        fn parsing_twice_changes_nothing(text in "https?://[a-zä]{1,9}\\.[a-z]{2,4}(/\\PC{0,30})?") {
            if let Ok(url) = PageUrl::parse(&text) {
                prop_assert_eq!(PageUrl::parse(url.as_str()).unwrap(), url);
            }
        }
    }
}
