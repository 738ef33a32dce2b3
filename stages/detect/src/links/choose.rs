//! The crawl fetches the best few of a page's ranked links; each other link says why not.

use super::link::{Link, Strength};
use super::site::is_media;
use deklaro_schemas::codes::ReasonCode;

/// Statement candidates chosen per page.
const MAX_STATEMENTS: usize = 3;
/// Hub pages chosen where no strong candidate stands on the page.
const MAX_HUBS: usize = 2;
/// From here on a candidate is strong: hubs are not needed.
const STRONG: f64 = 0.7;
/// Below this a link is remembered, not followed.
const WORTH_FETCHING: f64 = 0.28;

/// Marks what should be fetched and says why the rest should not; the links come best first.
pub(super) fn choose(links: &mut [Link]) {
    for link in links.iter_mut() {
        if link.why_not.is_none() && link.url.as_ref().is_some_and(is_media) {
            link.why_not = Some(ReasonCode::NoTarget);
        }
    }
    let best =
        links.iter().find(|link| link.why_not.is_none() && !link.is_hub).map_or(0.0, |link| link.score);
    let (mut statements, mut hubs) = (0, 0);
    for link in links.iter_mut().filter(|link| link.why_not.is_none()) {
        let (count, room) = if link.is_hub {
            (&mut hubs, if best < STRONG { MAX_HUBS } else { 0 })
        } else {
            // Beside the national address nothing but another legal name is worth a request.
            let floor = if best >= STRONG { 0.5 } else { WORTH_FETCHING };
            (
                &mut statements,
                if link.score >= floor || link.strength >= Strength::Exact { MAX_STATEMENTS } else { 0 },
            )
        };
        if *count < room {
            *count += 1;
            link.is_chosen = true;
        } else {
            link.why_not = Some(ReasonCode::RankedLower);
        }
    }
}
