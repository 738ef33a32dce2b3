//! For which reasons is something refused, and what does a text say that is refused as a key?

use super::declare::codes;

/// Why a text is not the key it was meant to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not {expected}")]
pub struct KeyError {
    /// The text as given, cut to 200 characters.
    pub value: String,
    /// What would have been accepted.
    pub expected: &'static str,
    /// The same as a stable code, for tables.
    pub reason: ReasonCode,
}

impl KeyError {
    pub(crate) fn new(value: &str, expected: &'static str, reason: ReasonCode) -> Self {
        Self { value: value.chars().take(200).collect(), expected, reason }
    }

    pub(super) fn malformed(value: &str, expected: &'static str) -> Self {
        Self::new(value, expected, ReasonCode::KeyMalformed)
    }
}

codes! {
    /// Why a row was rejected, a request not made, a page not read or a verdict taken: the one list of reasons.
    ReasonCode, "a reason code" {
        // Keys and import.
        /// The text is not the key it should be.
        KeyMalformed = "key_malformed",
        /// The row holds no host name and no URL.
        HostMissing = "host_missing",
        /// The host is not a host name.
        HostMalformed = "host_malformed",
        /// The host is an IP address, which names no public body.
        HostIsAddress = "host_is_address",
        /// The cell holds an e-mail address instead of a host.
        HostIsEmail = "host_is_email",
        /// The host belongs to a social network, not to the body.
        HostIsSocialMedia = "host_is_social_media",
        /// The host is a link shortener.
        HostIsShortener = "host_is_shortener",
        /// The URL cannot be parsed.
        UrlMalformed = "url_malformed",
        /// The URL is longer than 4096 bytes.
        UrlTooLong = "url_too_long",
        /// The URL is neither http nor https.
        UrlScheme = "url_scheme",
        /// The host of the URL is not the host of the row.
        UrlHostMismatch = "url_host_mismatch",
        /// The country is missing and the sheet has no default.
        CountryMissing = "country_missing",
        /// The country is not one we know.
        CountryUnknown = "country_unknown",
        /// No source reference is known for the row.
        ReferenceMissing = "reference_missing",
        /// The language tag is not one we know.
        LanguageUnknown = "language_unknown",
        /// The same URL stands in an earlier row of the same sheet.
        DuplicateRow = "duplicate_row",
        /// The row repeats the header.
        RepeatedHeader = "repeated_header",
        /// The row is a total, a note or a group title.
        NotARecord = "not_a_record",
        /// A cell is longer than the limit.
        CellTooLong = "cell_too_long",

        // Requests.
        /// The host is on the list of those who asked not to be visited.
        OptedOut = "opted_out",
        /// robots.txt disallows the path for us (RFC 9309 section 2.2).
        RobotsDisallowed = "robots_disallowed",
        /// robots.txt could not be reached, so nothing may be fetched (RFC 9309 section 2.3.1.4).
        RobotsUnreachable = "robots_unreachable",
        /// The rules of robots.txt take more steps to decide than any site needs, so nothing may be fetched.
        RobotsTooCostly = "robots_too_costly",
        /// The host failed so often in a row that it is left alone for a while.
        CircuitOpen = "circuit_open",
        /// The host was waited for as long as one host may hold a round; the rest is not asked for.
        HostTooSlow = "host_too_slow",
        /// The host name does not exist, or has no address.
        DnsNotFound = "dns_not_found",
        /// The name servers answered that they cannot answer.
        DnsServfail = "dns_servfail",
        /// The name servers did not answer in time.
        DnsTimeout = "dns_timeout",
        /// The name resolves to a private, loopback or otherwise special address.
        AddressForbidden = "address_forbidden",
        /// The URL leads to a port that is neither 80 nor 443 nor the one asked for.
        PortForbidden = "port_forbidden",
        /// The server refuses connections to the port.
        ConnectRefused = "connect_refused",
        /// No connection could be made for another reason: no route, address unusable.
        ConnectFailed = "connect_failed",
        /// The connection could not be made in time.
        ConnectTimeout = "connect_timeout",
        /// The TLS handshake failed: no common version or cipher, or no TLS at all.
        TlsFailed = "tls_failed",
        /// The server's certificate has expired, or is not valid yet.
        TlsExpired = "tls_expired",
        /// The server's certificate is for another name.
        TlsWrongName = "tls_wrong_name",
        /// The server's certificate is signed by itself or by nobody we trust.
        TlsUntrusted = "tls_untrusted",
        /// The server sent its own certificate without those that link it to a trusted one.
        TlsIncompleteChain = "tls_incomplete_chain",
        /// The server's certificate is unusable in another way.
        TlsCertificate = "tls_certificate",
        /// The connection was closed before the answer was complete.
        ConnectionReset = "connection_reset",
        /// No response headers came in time.
        HeadersTimeout = "headers_timeout",
        /// The body did not end in time.
        BodyTimeout = "body_timeout",
        /// The body came more slowly than anyone would wait for, or stopped coming.
        BodyStalled = "body_stalled",
        /// The answer is not HTTP, or breaks its rules.
        ProtocolError = "protocol_error",
        /// The response has more header lines, or longer ones, than any page needs.
        HeadersTooLarge = "headers_too_large",
        /// The body is longer than the cap; what came before it is kept.
        BodyTooLarge = "body_too_large",
        /// The compressed body inflates beyond the cap.
        BodyBomb = "body_bomb",
        /// The content encoding is unknown or broken.
        BodyEncoding = "body_encoding",
        /// A redirect leads back to a URL already visited.
        RedirectLoop = "redirect_loop",
        /// More redirects than followed.
        RedirectLimit = "redirect_limit",
        /// A redirect without a usable target.
        RedirectInvalid = "redirect_invalid",
        /// The server asks visitors to prove that they are people.
        ChallengePage = "challenge_page",
        /// The server answered 401, 403 or 451.
        HttpForbidden = "http_forbidden",
        /// The server answered 404 or 410.
        HttpNotFound = "http_not_found",
        /// The server answered 429 until the retries were used up.
        HttpRateLimited = "http_rate_limited",
        /// The server answered another 4xx status.
        HttpClientError = "http_client_error",
        /// The server answered 502, 503 or 504: busy, in maintenance, or cut off from what is behind it.
        HttpUnavailable = "http_unavailable",
        /// The server answered another 5xx status.
        HttpServerError = "http_server_error",
        /// The run was stopped before the request.
        Cancelled = "cancelled",
        /// The http address was tried because https could not be.
        FellBackToHttp = "fell_back_to_http",
        /// The address with or without `www.` was tried because the listed one could not be reached.
        FellBackToTwin = "fell_back_to_twin",

        // Candidates: why a link was not followed.
        /// Another link of the host ranks higher.
        RankedLower = "ranked_lower",
        /// The words around it speak of something else: buildings, transport, information requests.
        NegativeContext = "negative_context",
        /// The link leads to a vendor, a guide or a site that is not the body's.
        ForeignSite = "foreign_site",
        /// The link has no usable target.
        NoTarget = "no_target",
        /// The target was fetched already.
        AlreadyFetched = "already_fetched",

        // Verdicts.
        /// The page was read and two or more independent signals show a statement.
        StatementRead = "statement_read",
        /// The page was read and one signal shows a statement.
        SingleSignal = "single_signal",
        /// The statement stands on a national central host and names this host.
        NationalRegister = "national_register",
        /// The statement names this host or its body.
        CoversHost = "covers_host",
        /// Nothing on the page ties it to this host.
        OwnershipNotShown = "ownership_not_shown",
        /// The statement names another host.
        OtherHost = "other_host",
        /// A document (PDF, DOCX) recognised by its label and address.
        DocumentByLabel = "document_by_label",
        /// The statement was read from a PDF; a page of the website itself is what the directive's model asks for.
        DocumentRead = "document_read",
        /// The document holds pictures of its pages and no text.
        DocumentScanned = "document_scanned",
        /// The document is encrypted, damaged or of a kind whose text is not read.
        DocumentUnreadable = "document_unreadable",
        /// Reading the page or document would cost more than any honest one does.
        DocumentTooCostly = "document_too_costly",
        /// A link with the exact legal name whose target could not be read this time.
        LabelOnly = "label_only",
        /// The page is a template with brackets or all status options left in.
        UnfilledTemplate = "unfilled_template",
        /// The page uses the word for something that is not a statement.
        BareWordOnly = "bare_word_only",
        /// The page explains or reports on statements instead of being one.
        GuidancePage = "guidance_page",
        /// The page is empty until scripts run.
        ScriptOnly = "script_only",
        /// The page is a block, consent or challenge page.
        BlockPage = "block_page",
        /// The page asks for consent to cookies and shows nothing else.
        ConsentWall = "consent_wall",
        /// The page is nothing but frames that could not be looked into.
        FramesOnly = "frames_only",
        /// The page could not be read as text.
        Unreadable = "unreadable",
        /// No page of the host could be fetched.
        HostUnreachable = "host_unreachable",
        /// The site was read and no candidate survived.
        NoCandidate = "no_candidate",
        /// The previous run agrees with this verdict.
        ConfirmedByPrevious = "confirmed_by_previous",
        /// The host is listed, but outside the scope of the directive.
        OutOfScope = "out_of_scope",
        /// The statement declares no conformance status.
        NoStatusDeclared = "no_status_declared",
        /// Last month's record is kept because the host could not be reached.
        KeptFromPrevious = "kept_from_previous",
    }
}
