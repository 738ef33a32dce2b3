//! What robots.txt says, once per authority and run.

use super::fetch::Stance;
use deklaro_schemas::Authority;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::Instant;

/// Authorities remembered. Twice the hosts of the largest list known (27,168), over http and https.
const MAX_AUTHORITIES: usize = 120_000;

/// Memory for all rules. Typical groups hold 20 rules of 20 bytes; hostile files are why there is a cap.
const MAX_WEIGHT_BYTES: usize = 64 << 20;

/// How long an answer is used (RFC 9309 section 2.4: no more than 24 hours).
const KEEP_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// A place for one authority's answer; those who ask at the same time share one fetch.
pub(super) type Cell = Arc<OnceCell<Arc<Stance>>>;

/// The answers so far, bounded: the oldest are forgotten first, and asked for again when needed.
#[derive(Debug, Default)]
pub(crate) struct RobotsCache(Mutex<Shelf>);

#[derive(Debug, Default)]
struct Shelf {
    cells: HashMap<Authority, (Instant, Cell)>,
    order: VecDeque<Authority>,
    weight: usize,
}

impl RobotsCache {
    pub(super) fn cell(&self, authority: &Authority) -> Cell {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.cells.get(authority) {
            Some((since, cell)) if since.elapsed() < KEEP_FOR => return cell.clone(),
            Some(_) => kept.forget(authority),
            None => {}
        }
        kept.make_room();
        kept.order.push_back(authority.clone());
        let cell = Cell::default();
        kept.cells.insert(authority.clone(), (Instant::now(), cell.clone()));
        cell
    }

    /// Counts what a filled cell holds.
    pub(super) fn add_weight(&self, stance: &Stance) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).weight += stance.weight();
    }
}

impl Shelf {
    fn make_room(&mut self) {
        while self.cells.len() >= MAX_AUTHORITIES || self.weight > MAX_WEIGHT_BYTES {
            let Some(oldest) = self.order.pop_front() else { return };
            self.forget(&oldest);
        }
    }

    fn forget(&mut self, authority: &Authority) {
        let forgotten = self.cells.remove(authority);
        let stance = forgotten.as_ref().and_then(|(_, cell)| cell.get());
        self.weight = self.weight.saturating_sub(stance.map_or(0, |stance| stance.weight()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_answers_give_way_when_the_weight_is_reached() {
        let cache = RobotsCache::default();
        let authority = |n: usize| Authority::parse(&format!("https://h{n}.example.at")).unwrap();
        let rules = format!("user-agent: *\ndisallow: /{}", "x".repeat(16_000)).into_bytes();
        let fill = |n: usize| {
            let stance = Arc::new(Stance::Rules(crate::robots::Rules::parse(&rules, "deklaro")));
            cache.add_weight(&stance);
            cache.cell(&authority(n)).set(stance).unwrap();
        };
        (0..6_000).for_each(fill);
        let kept = cache.0.lock().unwrap();
        assert!(kept.cells.len() < 4_500 && kept.cells.len() == kept.order.len(), "{}", kept.cells.len());
        assert!(kept.cells.contains_key(&authority(5_999)) && !kept.cells.contains_key(&authority(0)));
    }
}
