use super::codes;

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
