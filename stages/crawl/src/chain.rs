//! A URL and the redirects behind it, followed by hand.

use crate::answer::{Answer, Stop};
use crate::refresh;
use crate::request::{Clock, Want, ask};
use crate::session::Session;
use deklaro_schemas::PageUrl;
use deklaro_schemas::codes::{HopKind, ReasonCode};
use deklaro_schemas::tables::RedirectHop;
use std::time::Duration;

/// Redirects followed for a robots.txt (RFC 9309 section 2.3.1.2).
const MAX_ROBOTS_REDIRECTS: usize = 5;

/// Longest redirect target kept in a row, in characters.
const MAX_TARGET_CHARS: usize = 4_096;

/// One attempt at a URL: where it led and how it ended.
#[derive(Debug)]
pub(crate) struct Chain {
    pub(crate) hops: Vec<RedirectHop>,
    /// The last URL asked for, or about to be.
    pub(crate) last_url: PageUrl,
    /// Of the last answer, a redirect included.
    pub(crate) status_code: Option<i32>,
    pub(crate) ended: Ended,
    pub(crate) clock: Clock,
}

/// How a chain ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// With an answer that is no redirect to follow.
    Answer(Box<Answer>),
    /// With a request that was not made or not answered.
    Stopped(Stop),
    /// With a redirect that cannot be followed: a loop, one too many, no target.
    BadRedirect(ReasonCode),
}

impl Chain {
    pub(crate) fn answer(&self) -> Option<&Answer> {
        match &self.ended {
            Ended::Answer(answer) => Some(answer),
            Ended::Stopped(_) | Ended::BadRedirect(_) => None,
        }
    }

    /// True when another attempt may end better.
    pub(crate) fn may_pass(&self) -> bool {
        match &self.ended {
            Ended::Answer(answer) => answer.may_pass(),
            Ended::Stopped(stop) => stop.may_pass(),
            Ended::BadRedirect(_) => false,
        }
    }

    /// Adds the hop and moves on to its target.
    fn hop(&mut self, answer: &Answer, max_redirects: usize) -> Result<(), ReasonCode> {
        let location = answer.facts.location.as_deref().unwrap_or_default();
        let target = self.last_url.join(location).ok().filter(|_| !location.trim().is_empty());
        let raw = || location.chars().take(MAX_TARGET_CHARS).collect();
        let to_url = target.as_ref().map_or_else(raw, ToString::to_string);
        self.push(to_url, answer.status, HopKind::Location);
        let target = target.ok_or(ReasonCode::RedirectInvalid)?;
        if self.was_asked(&target) {
            return Err(ReasonCode::RedirectLoop);
        }
        self.last_url = target;
        if self.hops.len() > max_redirects { Err(ReasonCode::RedirectLimit) } else { Ok(()) }
    }

    /// Moves on to where a page sends its visitors. Unlike a redirect it is a page in itself: where it sends them nowhere
    /// new, or once too often, it stands as it is.
    fn refreshed(&mut self, answer: &Answer, max_redirects: usize) -> bool {
        let Some((reference, kind)) = refresh_of(answer) else { return false };
        let target = self.last_url.join(&reference).ok();
        let target = target.filter(|target| *target != self.last_url && !self.was_asked(target));
        let Some(target) = target.filter(|_| self.hops.len() < max_redirects) else { return false };
        self.push(target.to_string(), answer.status, kind);
        self.last_url = target;
        true
    }

    fn push(&mut self, to_url: String, status: u16, kind: HopKind) {
        let (position, from_url) = (self.hops.len() as i32 + 1, self.last_url.clone());
        self.hops.push(RedirectHop { position, from_url, to_url, status_code: i32::from(status), kind });
    }

    fn was_asked(&self, url: &PageUrl) -> bool {
        self.hops.iter().any(|hop| hop.from_url == *url)
    }
}

/// The address a page that was read sends its visitors to at once; the header counts before the tag.
fn refresh_of(answer: &Answer) -> Option<(String, HopKind)> {
    if answer.reason().is_some() {
        return None;
    }
    let header = answer.facts.refresh.clone();
    let tag = || answer.body.as_deref().filter(|_| answer.is_markup()).and_then(refresh::in_markup);
    header.map(|target| (target, HopKind::RefreshHeader)).or_else(|| Some((tag()?, HopKind::MetaRefresh)))
}

/// Ports any hop may lead to; others only where the chain began there.
fn is_port_allowed(start: &PageUrl, url: &PageUrl) -> bool {
    matches!(url.port(), 80 | 443) || url.port() == start.port()
}

/// Asks for a URL and follows its redirects; each hop passes all guards anew. `robots` says what robots.txt means for a hop.
pub(crate) async fn follow<R>(
    session: &Session,
    url: &PageUrl,
    want: Want,
    robots: impl Fn(PageUrl) -> R,
) -> Chain
where
    R: Future<Output = Result<Option<Duration>, Stop>>,
{
    let max_redirects = match want {
        Want::Page => session.web.config.max_redirects,
        Want::Robots => MAX_ROBOTS_REDIRECTS,
    };
    let ended = Ended::BadRedirect(ReasonCode::RedirectInvalid);
    let mut chain =
        Chain { hops: Vec::new(), last_url: url.clone(), status_code: None, ended, clock: Clock::default() };
    loop {
        let asked = chain.last_url.clone();
        if !is_port_allowed(url, &asked) {
            chain.ended = Ended::Stopped(Stop::PortForbidden);
            return chain;
        }
        let answer = match ask(session, &asked, want, robots(asked.clone()), &mut chain.clock).await {
            Ok(answer) => answer,
            Err(stop) => {
                chain.ended = Ended::Stopped(stop);
                return chain;
            }
        };
        chain.status_code = Some(i32::from(answer.status));
        if want == Want::Page && chain.refreshed(&answer, max_redirects) {
            continue;
        }
        if !answer.is_redirect() {
            chain.ended = Ended::Answer(Box::new(answer));
            return chain;
        }
        if let Err(reason) = chain.hop(&answer, max_redirects) {
            chain.ended = Ended::BadRedirect(reason);
            return chain;
        }
    }
}
