//! Where does a link lead?

use crate::html::RawLink;
use deklaro_schemas::PageUrl;

/// Where a link leads.
pub(crate) enum Target {
    /// Another page.
    Page(PageUrl),
    /// Nowhere, or to a script nobody can read.
    Nowhere,
    /// To this very page.
    Here,
}

impl Target {
    /// `None` for what is no link to a page at all: mail, telephone.
    pub(super) fn of(raw: &RawLink<'_>, base: &PageUrl, page: &PageUrl) -> Option<Self> {
        let href = raw.href.as_deref().unwrap_or("").trim();
        let scheme = href.split_once(':').map_or("", |(scheme, _)| scheme).to_ascii_lowercase();
        if matches!(scheme.as_str(), "mailto" | "tel" | "sms" | "fax" | "whatsapp" | "data") {
            return None;
        }
        if href.is_empty() || scheme == "javascript" {
            return Some(Self::Nowhere);
        }
        if href.starts_with('#') {
            return Some(if href.len() > 1 { Self::Here } else { Self::Nowhere });
        }
        Some(match base.join(href) {
            Ok(url) if url == *page => Self::Here,
            Ok(url) => Self::Page(url),
            Err(_) => Self::Nowhere,
        })
    }
}
