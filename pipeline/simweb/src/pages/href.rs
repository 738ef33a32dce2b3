//! How does a site write the addresses of its links?

use crate::site::{Href, Site};

/// `path` as this site writes links on its pages.
pub(super) fn href(site: &Site, path: &str) -> String {
    match site.href_style() {
        Href::Rooted => path.to_owned(),
        Href::Based => path.strip_prefix('/').filter(|rest| !rest.is_empty()).unwrap_or("./").to_owned(),
        Href::Absolute => site.absolute(path),
    }
}
