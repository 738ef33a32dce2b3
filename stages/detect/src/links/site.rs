//! A page's site says which addresses are the body's own.

use crate::html::Document;
use deklaro_schemas::codes::Place;
use deklaro_schemas::{CountryCode, HostKey, PageUrl};
use std::cell::OnceCell;

/// The body's site, as far as a page can tell it from others.
pub(crate) struct Site<'a> {
    /// The page's own final address.
    pub(crate) page: &'a PageUrl,
    /// The host the page was fetched for.
    pub(crate) host: &'a HostKey,
    /// Its other names.
    pub(crate) aliases: &'a [HostKey],
    /// Its country.
    pub(crate) country: CountryCode,
    page_host: OnceCell<HostKey>,
}

impl<'a> Site<'a> {
    pub(crate) fn new(
        page: &'a PageUrl,
        host: &'a HostKey,
        aliases: &'a [HostKey],
        country: CountryCode,
    ) -> Self {
        Self { page, host, aliases, country, page_host: OnceCell::new() }
    }

    pub(crate) fn page_host(&self) -> &HostKey {
        self.page_host.get_or_init(|| self.page.host())
    }

    /// What relative links resolve against: the base element against the final address (HTML Standard section 2.4.3).
    pub(crate) fn base(&self, document: &Document<'_>) -> PageUrl {
        document
            .base
            .as_deref()
            .and_then(|base| self.page.join(base).ok())
            .unwrap_or_else(|| self.page.clone())
    }

    /// True for the host itself and its other names, `www.` left aside.
    pub(crate) fn is_named(&self, host: &HostKey) -> bool {
        let name = host.without_www();
        self.host.without_www() == name || self.aliases.iter().any(|alias| alias.without_www() == name)
    }

    /// True for an address under the body's registrable domain, or on the host the page itself came from.
    pub(crate) fn is_own(&self, url: &PageUrl) -> bool {
        let host = url.host();
        self.is_named(&host)
            || host.registrable_domain() == self.host.registrable_domain()
            || host.without_www() == self.page_host().without_www()
            || self.aliases.iter().any(|alias| alias.registrable_domain() == host.registrable_domain())
    }

    /// Up to ten addresses of the same host, navigation first, then header, text and footer, each in page order.
    pub(crate) fn navigation(&self, document: &Document<'_>) -> Vec<PageUrl> {
        let base = self.base(document);
        let own_host = written_host(self.page.as_str());
        let mut found: Vec<PageUrl> = Vec::new();
        for place in [Place::Nav, Place::Header, Place::Body, Place::Footer] {
            for link in document.links.iter().filter(|link| link.place == Some(place) && !link.is_handler) {
                let href = link.href.as_deref().unwrap_or("").trim();
                let is_elsewhere = written_host(href)
                    .is_some_and(|host| !own_host.is_some_and(|own| host.eq_ignore_ascii_case(own)));
                if href.is_empty() || href.starts_with('#') || is_elsewhere {
                    continue;
                }
                let Ok(url) = base.join(href) else { continue };
                let is_other =
                    written_host(url.as_str()) != own_host || url == *self.page || path(&url) == "/";
                if !is_other && !is_media(&url) && !is_document(&url) && !found.contains(&url) {
                    found.push(url);
                    if found.len() == 10 {
                        return found;
                    }
                }
            }
        }
        found
    }
}

/// Host and port that a reference or an address begins with, without `www.`.
fn written_host(href: &str) -> Option<&str> {
    let rest = ["https://", "http://", "//"].iter().find_map(|start| href.strip_prefix(start))?;
    let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#'));
    let host = &rest[..end.unwrap_or(rest.len())];
    Some(host.strip_prefix("www.").unwrap_or(host))
}

/// The path, without the query.
fn path(url: &PageUrl) -> &str {
    let path = url.path_and_query();
    &path[..memchr::memchr(b'?', path.as_bytes()).unwrap_or(path.len())]
}

fn has_extension(url: &PageUrl, extensions: &[&str]) -> bool {
    let path = path(url);
    // The longest known have five letters.
    let tail = &path.as_bytes()[path.len().saturating_sub(6)..];
    let Some(dot) = memchr::memrchr(b'.', tail) else { return false };
    extensions.iter().any(|known| tail[dot + 1..].eq_ignore_ascii_case(known.as_bytes()))
}

/// True for documents that can hold a statement.
pub(crate) fn is_document(url: &PageUrl) -> bool {
    has_extension(url, &["pdf", "doc", "docx", "odt", "rtf"])
}

/// True for files that hold no statement.
pub(crate) fn is_media(url: &PageUrl) -> bool {
    let media = [
        "jpg", "jpeg", "png", "gif", "svg", "webp", "ico", "zip", "rar", "7z", "gz", "mp3", "mp4", "avi",
        "mov", "webm", "exe", "xls", "xlsx", "ods", "csv", "ppt", "pptx", "xml", "json", "css", "js", "ics",
        "epub",
    ];
    has_extension(url, &media)
}
