//! Whom the directive covers, as far as the lists show: the rules of `data/scope.toml`.

use deklaro_schemas::codes::ScopeRule;
use deklaro_schemas::{CountryCode, HostKey, fold};
use serde::Deserialize;
use std::collections::HashSet;
use std::sync::LazyLock;

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

static SCOPE: LazyLock<Scope> = LazyLock::new(|| {
    toml::from_str(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/scope.toml")))
        .expect("the built-in rules are read by a test")
});

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scope {
    countries: HashSet<CountryCode>,
    broadcasters: HashSet<String>,
    states_without_schools: HashSet<CountryCode>,
    schools: Vec<String>,
    government_suffixes: Vec<String>,
}

/// What is known of a listed host.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listed<'a> {
    pub host: &'a HostKey,
    pub country: CountryCode,
    /// Name and kind of the body, as the list has them.
    pub body: [Option<&'a str>; 2],
}

/// The rule that decides about a host.
pub(crate) fn rule(listed: Listed<'_>) -> ScopeRule {
    let domain = listed.host.registrable_domain();
    if SHARED_PLATFORMS.contains(&domain) {
        ScopeRule::SharedPlatform
    } else if !SCOPE.countries.contains(&listed.country) {
        ScopeRule::OtherLaw
    } else if SCOPE.broadcasters.contains(domain) {
        ScopeRule::Broadcaster
    } else if listed.body.into_iter().flatten().any(is_school) {
        let is_excluded = SCOPE.states_without_schools.contains(&listed.country);
        if is_excluded { ScopeRule::SchoolExcluded } else { ScopeRule::School }
    } else if SCOPE.government_suffixes.iter().any(|suffix| is_below(listed.host.as_str(), suffix)) {
        ScopeRule::GovernmentSuffix
    } else {
        ScopeRule::Listed
    }
}

/// True when the host is visited: its statement would be the body's own.
pub(crate) fn is_visited(rule: ScopeRule) -> bool {
    rule != ScopeRule::SharedPlatform
}

/// Whether the directive covers it; nothing where the lists do not show it.
pub(crate) fn is_under_directive(rule: ScopeRule) -> Option<bool> {
    match rule {
        ScopeRule::GovernmentSuffix => Some(true),
        ScopeRule::SharedPlatform | ScopeRule::Broadcaster | ScopeRule::SchoolExcluded => Some(false),
        ScopeRule::Listed | ScopeRule::School | ScopeRule::OtherLaw => None,
    }
}

fn is_below(host: &str, suffix: &str) -> bool {
    host.strip_suffix(suffix).is_some_and(|start| start.is_empty() || start.ends_with('.'))
}

/// A word of the text begins like a word for a school.
fn is_school(text: &str) -> bool {
    let text = format!(" {}", words(text));
    SCHOOLS.iter().any(|school| text.contains(school))
}

/// The folded words of a text, parted by spaces.
fn words(text: &str) -> String {
    let words: Vec<String> =
        text.split(|c: char| !c.is_alphanumeric()).map(fold).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// The words for schools, each behind the space a word begins after.
static SCHOOLS: LazyLock<Vec<String>> =
    LazyLock::new(|| SCOPE.schools.iter().map(|word| format!(" {}", words(word))).collect());

#[cfg(test)]
mod tests {
    use super::*;

    fn ruled(country: &str, host: &str, body: Option<&str>) -> (ScopeRule, Option<bool>) {
        let host = HostKey::parse(host).unwrap();
        let listed =
            Listed { host: &host, country: CountryCode::parse(country).unwrap(), body: [body, None] };
        let rule = rule(listed);
        (rule, is_under_directive(rule))
    }

    #[test]
    fn a_social_page_is_listed_but_not_visited() {
        assert!(!is_visited(ruled("AT", "www.facebook.com", None).0));
        assert!(is_visited(ruled("AT", "facebook.com.gemeinde.at", None).0));
    }

    #[test]
    fn the_directive_covers_what_the_lists_show_and_no_more() {
        let cases = [
            ("AT", "www.wien.gv.at", None, ScopeRule::GovernmentSuffix, Some(true)),
            ("AT", "gemeinde.at", Some("Marktgemeinde"), ScopeRule::Listed, None),
            ("AT", "tv.orf.at", None, ScopeRule::Broadcaster, Some(false)),
            ("AT", "notorf.at", None, ScopeRule::Listed, None),
            ("LU", "x.lu", Some("Lycée de Garçons"), ScopeRule::SchoolExcluded, Some(false)),
            ("PL", "sp5.pl", Some("Szkoła Podstawowa nr 5"), ScopeRule::School, None),
            ("PL", "x.pl", Some("Preschooling? no: Biblioteka"), ScopeRule::Listed, None),
            ("GB", "www.leeds.gov.uk", None, ScopeRule::OtherLaw, None),
            ("FR", "xgouv.fr", None, ScopeRule::Listed, None),
        ];
        for (country, host, body, rule, covers) in cases {
            assert_eq!(ruled(country, host, body), (rule, covers), "{host}");
        }
    }
}
