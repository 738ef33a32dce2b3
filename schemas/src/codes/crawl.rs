//! The codes of the crawl: purposes, outcomes, redirects, robots.txt and scope rules.

use super::declare::codes;
use super::reason::KeyError;

codes! {
    /// What a URL is fetched for.
    Purpose, "a fetch purpose" {
        /// The host's entry page.
        Entry = "entry",
        /// Where last month's statement stood.
        Previous = "previous",
        /// A link that may be the statement, or lead to it.
        Candidate = "candidate",
        /// A well-known address tried because no link was found.
        Probe = "probe",
    }
}

codes! {
    /// How a request ended.
    FetchOutcome, "a fetch outcome" {
        /// A final answer with status 2xx and a body.
        Ok = "ok",
        /// A final answer with another status.
        HttpError = "http_error",
        /// No answer: name, connection, TLS, time.
        NetworkError = "network_error",
        /// Redirects that lead nowhere.
        RedirectError = "redirect_error",
        /// Not asked, because of robots.txt, the address or a stop.
        Refused = "refused",
    }
}

codes! {
    /// How a page sends its visitors on.
    HopKind, "a hop kind" {
        /// A 3xx status with a `Location` header.
        Location = "location",
        /// A `Refresh` header on a page.
        RefreshHeader = "refresh_header",
        /// A `<meta http-equiv="refresh">` in a page.
        MetaRefresh = "meta_refresh",
    }
}

codes! {
    /// What an authority's robots.txt means for us (RFC 9309 section 2.3.1).
    RobotsOutcome, "a robots outcome" {
        /// Rules were read (2.3.1.1).
        Rules = "rules",
        /// There is none: 4xx, everything is allowed (2.3.1.3).
        Unavailable = "unavailable",
        /// It could not be had: 5xx, 429, network; nothing is fetched (2.3.1.4).
        Unreachable = "unreachable",
    }
}

codes! {
    /// What robots.txt said of one request.
    RobotsDecision, "a robots decision" {
        /// Allowed by a rule or by none.
        Allowed = "allowed",
        /// Disallowed by a rule.
        Disallowed = "disallowed",
        /// Not known, as robots.txt could not be reached.
        Unreachable = "unreachable",
        /// The request ended before robots.txt was asked for.
        NotAsked = "not_asked",
    }
}

codes! {
    /// Why a host is in scope, or not.
    ScopeRule, "a scope rule" {
        /// Listed in a source with a reference; whether the directive covers it is not known.
        Listed = "listed",
        /// Below a suffix that only public bodies get, in a state the directive binds.
        GovernmentSuffix = "government_suffix",
        /// A public service broadcaster, outside the directive by its article 1(3)(a).
        Broadcaster = "broadcaster",
        /// A school in a state that leaves schools out, by article 1(5).
        SchoolExcluded = "school_excluded",
        /// A school in a state that may or may not leave schools out.
        School = "school",
        /// In a state the directive does not bind; its own law may ask for as much.
        OtherLaw = "other_law",
        /// Listed, but a social network or file host that belongs to somebody else.
        SharedPlatform = "shared_platform",
    }
}
