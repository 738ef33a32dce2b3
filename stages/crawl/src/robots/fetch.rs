//! Getting an authority's robots.txt, and what its answer means (RFC 9309 section 2.3.1).

use super::cache::Found;
use super::rules::Rules;
use super::stance::Stance;
use crate::answer::{Answer, Stop};
use crate::chain::{self, Chain, Ended};
use crate::failure::is_unconnected;
use crate::request::Want;
use crate::session::Session;
use deklaro_schemas::codes::{ReasonCode, RobotsOutcome};
use deklaro_schemas::tables::Robots;
use deklaro_schemas::{Authority, PageUrl, Timestamp};
use futures::future::{BoxFuture, FutureExt};
use std::sync::Arc;
use std::time::Duration;

/// Days after which the RFC lets a file that cannot be reached count as one that is not there.
const GIVE_UP_AFTER_DAYS: i64 = 30;

/// Decides whether a page may be asked for, and with which pause, by the robots.txt of its authority.
pub(crate) async fn consent(session: &Session, url: PageUrl) -> Result<Option<Duration>, Stop> {
    let stance = robots_of(session, &url.authority()).await.map_err(|stop| match stop {
        Stop::OutOfTime => Stop::RobotsUnreachable(Some(ReasonCode::HostTooSlow)),
        other => other,
    })?;
    let crawl_delay = stance.crawl_delay();
    if stance.is_long() {
        let decided = tokio::task::spawn_blocking(move || stance.consent(url.as_str())).await;
        // A decision that broke off allows nothing.
        decided.unwrap_or(Err(Stop::RobotsTooCostly))?;
    } else {
        stance.consent(url.as_str())?;
    }
    Ok(crawl_delay)
}

/// What the robots.txt of this authority means, from the cache or the web. Whoever asks first fetches, and gets the row.
/// A stop leaves the question open, for the next round to ask. So does time that others used up, for the next host to ask.
fn robots_of<'a>(session: &'a Session, authority: &'a Authority) -> BoxFuture<'a, Result<Arc<Stance>, Stop>> {
    async move {
        let cache = &session.web.robots;
        let cell = match cache.find(authority) {
            Found::Known(stance) => return Ok(stance),
            Found::Asked(cell) => cell,
        };
        let stance = cell.get_or_try_init(|| async {
            let stance = fetch(session, authority).await?;
            Ok(cache.keep(authority, stance))
        });
        stance.await.cloned()
    }
    .boxed()
}

async fn fetch(session: &Session, authority: &Authority) -> Result<Stance, Stop> {
    let url = authority.robots_url();
    let fetched_at = session.web.now();
    let waited_before = session.patience.spent();
    let mut tries_left = session.web.config.retries;
    let mut chain = loop {
        let chain = chain::follow(session, &url, Want::Robots, |_| std::future::ready(Ok(None))).await;
        if tries_left == 0 || !chain.may_pass() {
            break chain;
        }
        tries_left -= 1;
    };
    if matches!(chain.ended, Ended::Stopped(Stop::Cancelled)) {
        return Err(Stop::Cancelled);
    }
    let host = url.host();
    if !chain.hops.is_empty() {
        // Who waits for this file waits for wherever it leads.
        session.together.spend(&host, None, session.patience.spent().saturating_sub(waited_before));
    }
    let is_its_own = session.patience.is_mostly_spent_since(waited_before) || session.together.is_over(&host);
    if is_out_of_time(&chain) && !is_its_own {
        return Err(Stop::OutOfTime);
    }
    let (stance, outcome, reason_code) = judge(&chain, &session.web.config.user_agent);
    let unreachable_since = (outcome == RobotsOutcome::Unreachable)
        .then(|| session.web.config.unreachable_since.get(authority).copied().unwrap_or(fetched_at));
    let (stance, outcome) = match unreachable_since {
        Some(since) if is_given_up(since, fetched_at) => (Stance::Open, RobotsOutcome::Unavailable),
        _ => (stance, outcome),
    };
    tracing::debug!(%authority, %outcome, reason = reason_code.map(ReasonCode::as_str), "robots");
    let body = match (&stance, &mut chain.ended) {
        (Stance::Rules(_), Ended::Answer(answer)) => answer.body.take(),
        _ => None,
    };
    let content = chain
        .answer()
        .map_or((None, None), |answer| (answer.facts.content_type.clone(), answer.facts.charset.clone()));
    session.keep_robots(Robots {
        authority: authority.clone(),
        status_code: chain.status_code,
        outcome,
        reason_code,
        body_sha256: body.map(|body| session.keep_body(body, content)),
        body_bytes: chain.answer().map_or(0, |answer| answer.body_bytes),
        redirect_count: chain.hops.len() as i32,
        crawl_delay_ms: stance
            .crawl_delay()
            .map(|delay| i64::try_from(delay.as_millis()).unwrap_or(i64::MAX)),
        unreachable_since,
        fetched_at,
    });
    Ok(stance)
}

/// True when a robots.txt could not be had for so long that it counts as not there (RFC 9309 section 2.3.1.4: 30 days).
pub fn is_given_up(unreachable_since: Timestamp, now: Timestamp) -> bool {
    now.0.saturating_sub(unreachable_since.0) >= GIVE_UP_AFTER_DAYS * 24 * 60 * 60 * 1_000_000
}

/// True where the host's time in this round ended first.
fn is_out_of_time(chain: &Chain) -> bool {
    match &chain.ended {
        Ended::Stopped(stop) => matches!(stop, Stop::OutOfTime | Stop::Failed(ReasonCode::HostTooSlow)),
        Ended::Answer(answer) => answer.body_failure == Some(ReasonCode::HostTooSlow),
        Ended::BadRedirect(_) => false,
    }
}

/// RFC 9309 section 2.3.1: 2xx rules, 4xx and too many redirects none, all else closed; 429 asks us to stay away.
fn judge(chain: &Chain, user_agent: &str) -> (Stance, RobotsOutcome, Option<ReasonCode>) {
    let open = |reason| (Stance::Open, RobotsOutcome::Unavailable, Some(reason));
    let closed = |cause, reason| (Stance::Closed(cause), RobotsOutcome::Unreachable, Some(reason));
    if is_out_of_time(chain) {
        return closed(Some(ReasonCode::HostTooSlow), ReasonCode::HostTooSlow);
    }
    match &chain.ended {
        Ended::Answer(answer) => match (answer.reason(), answer.status) {
            (None, _) => (Stance::Rules(rules(answer, user_agent)), RobotsOutcome::Rules, None),
            (Some(ReasonCode::BodyTooLarge), _) => (
                Stance::Rules(rules(answer, user_agent)),
                RobotsOutcome::Rules,
                Some(ReasonCode::BodyTooLarge),
            ),
            (Some(reason), 400..=499) if answer.status != 429 => open(reason),
            (Some(reason), _) => closed(None, reason),
        },
        Ended::BadRedirect(reason) => open(*reason),
        // A connection that failed behind a redirect says nothing of the authority that was asked.
        Ended::Stopped(Stop::Failed(reason)) => {
            closed(Some(*reason).filter(|r| chain.hops.is_empty() && fails_for_pages_too(*r)), *reason)
        }
        Ended::Stopped(Stop::CircuitOpen) => closed(None, ReasonCode::CircuitOpen),
        // A redirect that may not be followed gives no file either.
        Ended::Stopped(Stop::OptedOut) => closed(None, ReasonCode::OptedOut),
        Ended::Stopped(Stop::PortForbidden) => closed(None, ReasonCode::PortForbidden),
        Ended::Stopped(
            Stop::Disallowed
            | Stop::RobotsTooCostly
            | Stop::RobotsUnreachable(_)
            | Stop::Cancelled
            | Stop::OutOfTime,
        ) => closed(None, ReasonCode::RobotsUnreachable),
    }
}

fn rules(answer: &Answer, user_agent: &str) -> Rules {
    let file = answer.body.as_deref().unwrap_or_default();
    if answer.is_truncated { Rules::parse_cut(file, user_agent) } else { Rules::parse(file, user_agent) }
}

/// True where a page request would fail the same way.
fn fails_for_pages_too(reason: ReasonCode) -> bool {
    let is_nameless = matches!(
        reason,
        ReasonCode::DnsNotFound
            | ReasonCode::DnsServfail
            | ReasonCode::DnsTimeout
            | ReasonCode::AddressForbidden
    );
    is_nameless || is_unconnected(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_given_up_after_thirty_days() {
        let day = 86_400_000;
        let since = Timestamp::from_millis(1_793_500_000_000);
        let after = |millis: i64| is_given_up(since, Timestamp::from_millis(1_793_500_000_000 + millis));
        assert!(!after(0) && !after(30 * day - 1) && after(30 * day) && after(400 * day));
        assert!(!after(-day), "a clock that was set back gives nothing up");
    }
}
