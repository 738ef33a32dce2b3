//! What one request gives back.

use crate::facts::HeaderFacts;
use crate::head::Head;
use deklaro_schemas::codes::ReasonCode;
use std::net::SocketAddr;

/// An answer with a status; what of its body was read, or why it was not.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) facts: HeaderFacts,
    pub(crate) head: Head,
    /// What the page's own tag asks of those who read it.
    pub(crate) meta_robots: Option<String>,
    /// True when it asks its visitors to prove that they are people.
    pub(crate) is_challenge: bool,
    pub(crate) remote_address: Option<SocketAddr>,
    /// The decoded bytes, where they are worth keeping and not empty.
    pub(crate) body: Option<Vec<u8>>,
    /// Decoded bytes read, kept or not.
    pub(crate) body_bytes: i64,
    pub(crate) is_truncated: bool,
    /// Why the body could not be read.
    pub(crate) body_failure: Option<ReasonCode>,
}

/// Why a request was not made, or has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The run was stopped before it.
    Cancelled,
    /// The host asked not to be visited.
    OptedOut,
    /// The host failed too often in a row.
    CircuitOpen,
    /// The host was waited for as long as one host may hold a round.
    OutOfTime,
    /// It leads to a port that was not asked for.
    PortForbidden,
    /// robots.txt disallows it.
    Disallowed,
    /// Whether robots.txt disallows it takes too many steps to tell.
    RobotsTooCostly,
    /// robots.txt could not be had; the reason is given where no connection could be made.
    RobotsUnreachable(Option<ReasonCode>),
    /// It was made, or tried, and failed.
    Failed(ReasonCode),
}

impl Answer {
    /// Why the answer is less than a page; `None` when all went well.
    pub(crate) fn reason(&self) -> Option<ReasonCode> {
        match self.status {
            _ if self.is_challenge => Some(ReasonCode::ChallengePage),
            200..=299 if self.is_truncated => Some(ReasonCode::BodyTooLarge),
            200..=299 => self.body_failure,
            100..=399 => Some(ReasonCode::RedirectInvalid),
            401 | 403 | 451 => Some(ReasonCode::HttpForbidden),
            404 | 410 => Some(ReasonCode::HttpNotFound),
            429 => Some(ReasonCode::HttpRateLimited),
            400..=499 => Some(ReasonCode::HttpClientError),
            502..=504 => Some(ReasonCode::HttpUnavailable),
            _ => Some(ReasonCode::HttpServerError),
        }
    }

    /// True for HTML, and where no type is named.
    pub(crate) fn is_markup(&self) -> bool {
        self.facts.content_type.as_deref().is_none_or(|name| name.contains("html"))
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..=299).contains(&self.status)
    }

    /// True for the statuses a `Location` belongs to (RFC 9110 section 15.4).
    pub(crate) fn is_redirect(&self) -> bool {
        matches!(self.status, 301 | 302 | 303 | 307 | 308)
    }

    /// True for failures that may be gone soon: too many requests, and servers that say they are busy or cut off.
    pub(crate) fn may_pass(&self) -> bool {
        (matches!(self.status, 429 | 502..=504) && !self.is_challenge)
            || (self.is_success() && self.body_failure == Some(ReasonCode::ConnectionReset))
    }
}

impl Stop {
    /// True for failures that may be gone soon. A body that never ends and a certificate do not change in a minute.
    pub(crate) fn may_pass(self) -> bool {
        matches!(
            self,
            Self::Failed(
                ReasonCode::ConnectRefused
                    | ReasonCode::ConnectFailed
                    | ReasonCode::ConnectTimeout
                    | ReasonCode::HeadersTimeout
                    | ReasonCode::ConnectionReset
            )
        )
    }
}
