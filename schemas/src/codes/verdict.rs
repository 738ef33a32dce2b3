//! The codes of a verdict and of what the detector reads in a page.

use super::declare::codes;
use super::reason::KeyError;

codes! {
    /// Whether a statement was found (mission A4).
    DetectionStatus, "found, not_found or uncertain" {
        /// A statement was read.
        Found = "found",
        /// The site was read and has none.
        NotFound = "not_found",
        /// Neither can be claimed.
        Uncertain = "uncertain",
    }
}

codes! {
    /// How sure a verdict is, by the rubric in `stages/detect`.
    Confidence, "high, medium or low" {
        /// Two or more independent grounds.
        High = "high",
        /// One ground.
        Medium = "medium",
        /// An indication.
        Low = "low",
    }
}

codes! {
    /// The conformance a statement declares (Decision 2018/1523, annex, section 1).
    Conformance, "a conformance status" {
        /// Every requirement met.
        Full = "full",
        /// Most requirements met.
        Partial = "partial",
        /// Most requirements not met.
        Non = "non",
        /// First measures taken: the Dutch register's status C, which has no counterpart in the decision.
        FirstMeasures = "first_measures",
    }
}

codes! {
    /// How a statement was prepared (Decision 2018/1523, annex, section 1).
    PreparationMethod, "a preparation method" {
        /// The body assessed itself.
        SelfAssessment = "self_assessment",
        /// Somebody else assessed it.
        ThirdParty = "third_party",
    }
}

codes! {
    /// A law or standard that a statement mentions.
    PolicyMention, "a policy mention" {
        /// Directive (EU) 2016/2102.
        Directive20162102 = "directive_2016_2102",
        /// EN 301 549.
        En301549 = "en_301_549",
        /// WCAG, any version.
        Wcag = "wcag",
        /// The national transposing act.
        NationalLaw = "national_law",
        /// The General Data Protection Regulation.
        Gdpr = "gdpr",
    }
}

codes! {
    /// Where on a page something stands.
    Place, "a place on a page" {
        /// The document head.
        Head = "head",
        /// A header or banner.
        Header = "header",
        /// A navigation block.
        Nav = "nav",
        /// The body text.
        Body = "body",
        /// A footer, or what is named as one.
        Footer = "footer",
        /// The title.
        Title = "title",
        /// A heading.
        Heading = "heading",
        /// The address itself.
        Url = "url",
    }
}

codes! {
    /// What a page turned out to be.
    PageKind, "a page kind" {
        /// An accessibility statement.
        Statement = "statement",
        /// A statement template that nobody filled in.
        Template = "template",
        /// A page about accessibility that is not a statement.
        AboutAccessibility = "about_accessibility",
        /// A document that is not HTML.
        Document = "document",
        /// A block, consent or challenge page.
        Block = "block",
        /// A page that is empty until scripts run.
        ScriptShell = "script_shell",
        /// Any other page that could be read.
        Ordinary = "ordinary",
        /// Bytes that could not be read as a page.
        Unreadable = "unreadable",
    }
}

codes! {
    /// An independent sign that a page is a statement.
    Signal, "a statement signal" {
        /// The legal name stands in the title or a heading.
        LegalName = "legal_name",
        /// A conformance status is declared.
        StatusDeclared = "status_declared",
        /// Two or more section headings of the model statement.
        ModelSections = "model_sections",
        /// The directive, the decision, the national act or the standard is named.
        LawNamed = "law_named",
        /// A feedback mechanism is given.
        Feedback = "feedback",
        /// The enforcement procedure or body is named.
        Enforcement = "enforcement",
        /// A preparation or review date is given.
        Dated = "dated",
        /// The prescribed markup of a national generator.
        Markup = "markup",
        /// The page stands on a national central host.
        CentralHost = "central_host",
    }
}

codes! {
    /// Whether a statement is for the host it was reached from.
    Coverage, "yes, other or unknown" {
        /// It names this host, one of its other names, or the domain above it.
        Yes = "yes",
        /// It says it applies to another site only.
        Other = "other",
        /// It names no site.
        Unknown = "unknown",
    }
}

codes! {
    /// What a statement must hold (Decision (EU) 2018/1523, annex, section 1).
    Obligation, "an obligation of the model statement" {
        /// The title says what it is.
        Title = "title",
        /// The body commits itself to an accessible site.
        Commitment = "commitment",
        /// The transposing law, or the directive, is named.
        Law = "law",
        /// It says which site or app it applies to.
        Scope = "scope",
        /// One of the three conformance statuses is declared.
        Status = "status",
        /// What is not accessible is listed under its own heading, where anything is.
        NonAccessibleContent = "non_accessible_content",
        /// The failures name the criteria or clauses they break.
        FailedCriteria = "failed_criteria",
        /// The date of preparation is given.
        PreparationDate = "preparation_date",
        /// The method of preparation is named.
        Method = "method",
        /// The date of the last review is given.
        ReviewDate = "review_date",
        /// Feedback is invited.
        Feedback = "feedback",
        /// There is a way to reach the body: mail address, telephone or form.
        Contact = "contact",
        /// The enforcement procedure or body is named.
        Enforcement = "enforcement",
    }
}

codes! {
    /// Whether a statement meets an obligation.
    Finding, "present, absent or undecidable" {
        /// It is there.
        Present = "present",
        /// It was looked for and is not there.
        Absent = "absent",
        /// No machine can tell: nothing to list, or no terms known in this language.
        Undecidable = "undecidable",
    }
}

codes! {
    /// Why fewer than ten navigation URLs were sampled.
    ShortfallReason, "a shortfall reason" {
        /// No page of the host could be read.
        NotRead = "not_read",
        /// The entry page has fewer links to its own site.
        FewLinks = "few_links",
        /// The entry page has no links to its own site.
        NoLinks = "no_links",
    }
}
