//! A role says what a glossary term means on a page.

/// What a term says where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The legal name of the statement.
    Name,
    /// A name that bodies use beside the legal one.
    NameVariant,
    /// The bare word for accessibility.
    Bare,
    /// The bare word with a little more.
    BareVariant,
    /// The French mention: name and status in one label (loi 2005-102, art. 47).
    Mention,
    /// A page that may hold the statement link: imprint, privacy, about the site.
    Hub,
    /// An address of a statement.
    SlugName,
    /// An address of an accessibility page.
    SlugBare,
    /// An address of a page that holds the statement among other things.
    SlugHub,
    /// Fully compliant.
    StatusFull,
    /// Partially compliant.
    StatusPartial,
    /// Not compliant.
    StatusNon,
    /// Plain accordance, which exceptions and words of degree may restrict.
    StatusPlain,
    /// Words of degree: partly, largely, not fully.
    Degree,
    /// Words of exception.
    Exception,
    /// More words of degree, read only within a sentence on conformance.
    DegreeWord,
    /// Wholly, in every point.
    FullDegree,
    /// Not.
    Negation,
    /// Words for meeting a demand: compliant, conforms, in accordance.
    Conform,
    /// The same with the negation inside the word: Latvian `neatbilst`.
    NotConform,
    /// The thing that is spoken of: website, portal, app.
    Site,
    /// What is to be met: requirements, law, standard.
    Demand,
    /// Must, may: the sentence does not say what is.
    Modal,
    /// If: the sentence speaks of a case.
    Condition,
    /// Contents, documents, some: the sentence is about a part of the site.
    SitePart,
    /// Accessible: a status only together with a word of degree.
    Accessible,
    /// A phrase that only looks like another term; it hides that term and says nothing.
    Neutral,
    /// The heading over the status, or another fixed heading of the model.
    Heading,
    /// The heading over what is not accessible.
    Noncompliant,
    /// A claim of disproportionate burden.
    Burden,
    /// Feedback and contact.
    Feedback,
    /// Enforcement procedure or body.
    Enforcement,
    /// Words before the date of preparation.
    Prepared,
    /// Words before the date of review.
    Reviewed,
    /// "This statement applies to".
    Scope,
    /// "… is committed to making its website accessible".
    Commitment,
    /// Prepared by the body itself.
    MethodSelf,
    /// Prepared by somebody else.
    MethodThird,
    /// The national act, or the directive.
    Law,
    /// A technical standard.
    Standard,
    /// The General Data Protection Regulation.
    Gdpr,
    /// Words of guides, examples and news about statements.
    Guidance,
    /// Words that speak of another accessibility: buildings, transport, information.
    Negative,
    /// Words of block and challenge pages.
    Block,
    /// Words of pages that ask for consent to cookies.
    Consent,
    /// Words of pages that wait for scripts.
    Script,
    /// What a template leaves for the body to fill in.
    Placeholder,
    /// A vendor of accessibility widgets.
    Widget,
    /// A month name.
    Month,
    /// A function word, for telling languages apart.
    Stopword,
}

impl Role {
    /// What every official language needs.
    pub const REQUIRED: [Self; 15] = [
        Self::Name,
        Self::Bare,
        Self::StatusFull,
        Self::StatusPartial,
        Self::StatusNon,
        Self::Heading,
        Self::Noncompliant,
        Self::Burden,
        Self::Feedback,
        Self::Enforcement,
        Self::Scope,
        Self::Prepared,
        Self::Reviewed,
        Self::Law,
        Self::Month,
    ];

    /// The role of a row, by its kind and key; `None` for a kind nobody knows.
    pub(super) fn of(kind: &str, key: &str) -> Option<Self> {
        Some(match (kind, key) {
            ("label", "accessibility_statement") => Self::Name,
            ("label", "accessibility_statement_variant") => Self::NameVariant,
            ("label", "accessibility") => Self::Bare,
            ("label", "accessibility_variant") => Self::BareVariant,
            ("label", "about_site") | ("hub", _) => Self::Hub,
            ("label", mention) if mention.starts_with("homepage_mention") => Self::Mention,
            ("slug", "slug_statement" | "slug_mention") => Self::SlugName,
            ("slug", "slug_combined") => Self::SlugHub,
            ("slug", _) => Self::SlugBare,
            ("heading", key) if key != "multi_year_plan" => Self::Heading,
            ("status_full", _) => Self::StatusFull,
            ("status_partial", _) => Self::StatusPartial,
            ("status_non", _) => Self::StatusNon,
            ("status_plain", _) => Self::StatusPlain,
            ("degree_partial", _) => Self::Degree,
            ("exception", _) => Self::Exception,
            ("degree_word", _) => Self::DegreeWord,
            ("degree_full", _) => Self::FullDegree,
            ("negation", _) => Self::Negation,
            ("conform", _) => Self::Conform,
            ("not_conform", _) => Self::NotConform,
            ("site", _) => Self::Site,
            ("demand", _) => Self::Demand,
            ("accessible", _) => Self::Accessible,
            ("modal", _) => Self::Modal,
            ("condition", _) => Self::Condition,
            ("site_part", _) => Self::SitePart,
            ("neutral", _) => Self::Neutral,
            ("noncompliant_content", _) => Self::Noncompliant,
            ("disproportionate_burden", _) => Self::Burden,
            ("feedback", _) => Self::Feedback,
            ("enforcement", _) => Self::Enforcement,
            ("preparation_date", key) if key != "self_assessment" => Self::Prepared,
            ("review_date", _) => Self::Reviewed,
            ("scope", _) => Self::Scope,
            ("commitment", _) => Self::Commitment,
            ("method_self", _) | ("preparation_date", "self_assessment") => Self::MethodSelf,
            ("method_third", _) => Self::MethodThird,
            ("law", _) => Self::Law,
            ("standard", _) => Self::Standard,
            ("gdpr", _) => Self::Gdpr,
            ("guidance", _) => Self::Guidance,
            ("negative_context", _) | ("heading", "multi_year_plan") => Self::Negative,
            ("block", _) => Self::Block,
            ("consent", _) => Self::Consent,
            ("script", _) => Self::Script,
            ("placeholder", _) => Self::Placeholder,
            ("widget", _) => Self::Widget,
            ("month", _) => Self::Month,
            ("stopword", _) => Self::Stopword,
            _ => return None,
        })
    }

    /// True for months and function words, which are looked up word by word instead of searched for.
    pub(super) fn is_single_word(self) -> bool {
        matches!(self, Self::Month | Self::Stopword)
    }

    /// True for words that mean something only within a sentence on conformance; they are looked up there alone.
    pub(super) fn is_grammar(self) -> bool {
        matches!(
            self,
            Self::DegreeWord
                | Self::FullDegree
                | Self::Negation
                | Self::Conform
                | Self::NotConform
                | Self::Site
                | Self::Demand
                | Self::Modal
                | Self::Condition
                | Self::SitePart
                | Self::Accessible
        )
    }

    /// True for roles that make a link worth a thought.
    pub(crate) fn is_on_links(self) -> bool {
        self.is_slug()
            || matches!(
                self,
                Self::Mention | Self::Name | Self::NameVariant | Self::Bare | Self::BareVariant | Self::Hub
            )
    }

    /// True for roles that an address can show.
    pub(crate) fn is_slug(self) -> bool {
        matches!(self, Self::SlugName | Self::SlugBare | Self::SlugHub)
    }
}
