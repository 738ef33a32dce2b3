//! What may be asked for, by what a robots.txt says.

use super::rules::Rules;
use crate::answer::Stop;
use deklaro_schemas::codes::ReasonCode;
use std::time::Duration;

/// What robots.txt means for requests to its authority.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) enum Stance {
    /// Rules were read (2.3.1.1).
    Rules(Rules),
    /// There is no file: all is allowed (2.3.1.3).
    Open,
    /// It could not be had: nothing is allowed (2.3.1.4). The reason is given where not even a connection could be made.
    Closed(Option<ReasonCode>),
}

impl Stance {
    /// True when consent may take long.
    pub(super) fn is_long(&self) -> bool {
        matches!(self, Self::Rules(rules) if rules.is_long())
    }

    /// Whether a URL may be asked for.
    pub(crate) fn consent(&self, url: &str) -> Result<(), Stop> {
        match self {
            Self::Rules(rules) => match rules.decide(url) {
                decision if decision.is_too_costly => Err(Stop::RobotsTooCostly),
                decision if decision.is_allowed => Ok(()),
                _ => Err(Stop::Disallowed),
            },
            Self::Open => Ok(()),
            Self::Closed(reason) => Err(Stop::RobotsUnreachable(*reason)),
        }
    }

    /// The pause it asks for.
    pub(crate) fn crawl_delay(&self) -> Option<Duration> {
        match self {
            Self::Rules(rules) => rules.crawl_delay(),
            Self::Open | Self::Closed(_) => None,
        }
    }

    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Rules(rules) => rules.weight(),
            Self::Open | Self::Closed(_) => 0,
        }
    }
}
