use deklaro_schemas::HostKey;
use deklaro_schemas::codes::ScopeRule;

/// Registrable domains whose pages belong to the platform's users, not to a public body's own website.
const SHARED_PLATFORMS: &[&str] = &[
    "facebook.com",
    "instagram.com",
    "linkedin.com",
    "tiktok.com",
    "twitter.com",
    "vimeo.com",
    "wikipedia.org",
    "x.com",
    "youtube.com",
];

/// Whether a listed host is visited, and by which rule.
pub(crate) fn rule(host: &HostKey) -> ScopeRule {
    if SHARED_PLATFORMS.contains(&host.registrable_domain()) {
        ScopeRule::SharedPlatform
    } else {
        ScopeRule::Listed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_social_page_is_listed_but_not_visited() {
        assert_eq!(rule(&HostKey::parse("www.facebook.com").unwrap()), ScopeRule::SharedPlatform);
        assert_eq!(rule(&HostKey::parse("facebook.com.gemeinde.at").unwrap()), ScopeRule::Listed);
    }
}
