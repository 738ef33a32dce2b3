//! A URL and the redirects behind it, followed by hand.

use crate::answer::{Answer, Stop};
use crate::request::{Clock, Want, ask};
use crate::session::Session;
use deklaro_schemas::PageUrl;
use deklaro_schemas::codes::ReasonCode;
use deklaro_schemas::tables::RedirectHop;

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
    Answer(Answer),
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
        let location = answer.location.as_deref().unwrap_or_default();
        let target = self.last_url.join(location).ok().filter(|_| !location.trim().is_empty());
        let raw = || location.chars().take(MAX_TARGET_CHARS).collect();
        self.hops.push(RedirectHop {
            position: self.hops.len() as i32 + 1,
            from_url: self.last_url.clone(),
            to_url: target.as_ref().map_or_else(raw, ToString::to_string),
            status_code: i32::from(answer.status),
        });
        let target = target.ok_or(ReasonCode::RedirectInvalid)?;
        if self.hops.iter().any(|hop| hop.from_url == target) {
            return Err(ReasonCode::RedirectLoop);
        }
        self.last_url = target;
        if self.hops.len() > max_redirects { Err(ReasonCode::RedirectLimit) } else { Ok(()) }
    }
}

/// Asks for a URL and follows its redirects; each hop passes all guards anew.
pub(crate) async fn follow(session: &Session, url: &PageUrl, want: Want) -> Chain {
    let max_redirects = match want {
        Want::Page => session.web.config.max_redirects,
        Want::Robots => MAX_ROBOTS_REDIRECTS,
    };
    let ended = Ended::BadRedirect(ReasonCode::RedirectInvalid);
    let mut chain =
        Chain { hops: Vec::new(), last_url: url.clone(), status_code: None, ended, clock: Clock::default() };
    loop {
        let asked = chain.last_url.clone();
        let answer = match ask(session, &asked, want, &mut chain.clock).await {
            Ok(answer) => answer,
            Err(stop) => {
                chain.ended = Ended::Stopped(stop);
                return chain;
            }
        };
        chain.status_code = Some(i32::from(answer.status));
        if !answer.is_redirect() {
            chain.ended = Ended::Answer(answer);
            return chain;
        }
        if let Err(reason) = chain.hop(&answer, max_redirects) {
            chain.ended = Ended::BadRedirect(reason);
            return chain;
        }
    }
}
