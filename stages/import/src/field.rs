//! What may a column of a list hold?

use serde::Deserialize;

/// What a column of a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Field {
    Host,
    PageUrl,
    Country,
    Subnational,
    Organisation,
    OrganisationType,
    IsRootPage,
    PerformanceScore,
    AccessibilityScore,
    BestPracticesScore,
    SeoScore,
}

/// How many fields there are.
pub(crate) const FIELDS: usize = 11;

impl Field {
    /// Names by which a user may give a column, and what each stands for; the last is another name of the second.
    const NAMES: [(&str, Self); 8] = [
        ("host", Self::Host),
        ("url", Self::PageUrl),
        ("country", Self::Country),
        ("region", Self::Subnational),
        ("organisation", Self::Organisation),
        ("organisation_type", Self::OrganisationType),
        ("is_root_page", Self::IsRootPage),
        ("page_url", Self::PageUrl),
    ];

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, field)| *field)
    }

    pub(crate) fn names() -> [&'static str; 8] {
        Self::NAMES.map(|(name, _)| name)
    }

    /// The name the maps' files use.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::PageUrl => "page_url",
            Self::Country => "country",
            Self::Subnational => "subnational",
            Self::Organisation => "organisation",
            Self::OrganisationType => "organisation_type",
            Self::IsRootPage => "is_root_page",
            Self::PerformanceScore => "performance_score",
            Self::AccessibilityScore => "accessibility_score",
            Self::BestPracticesScore => "best_practices_score",
            Self::SeoScore => "seo_score",
        }
    }

    pub(crate) const ALL: [Self; FIELDS] = [
        Self::Host,
        Self::PageUrl,
        Self::Country,
        Self::Subnational,
        Self::Organisation,
        Self::OrganisationType,
        Self::IsRootPage,
        Self::PerformanceScore,
        Self::AccessibilityScore,
        Self::BestPracticesScore,
        Self::SeoScore,
    ];
}
