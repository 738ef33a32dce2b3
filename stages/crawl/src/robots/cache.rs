//! What robots.txt says, once per authority and run.

use super::stance::Stance;
use deklaro_schemas::Authority;
use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::Instant;

/// Authorities remembered; each takes some 30 bytes, as most files say the same as others.
const MAX_AUTHORITIES: usize = 240_000;

/// Memory for all rules. Typical groups hold 20 rules of 20 bytes; hostile files are why there is a cap.
const MAX_WEIGHT_BYTES: usize = 64 << 20;

/// How long an answer is used (RFC 9309 section 2.4: no more than 24 hours).
const KEEP_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// A place for one authority's answer; those who ask at the same time share one fetch.
pub(super) type Cell = Arc<OnceCell<Arc<Stance>>>;

/// What is known of an authority.
#[derive(Debug)]
pub(super) enum Found {
    /// Its answer.
    Known(Arc<Stance>),
    /// Somebody asks, or is to ask, and puts the answer here.
    Asked(Cell),
}

/// The answers so far, bounded: the oldest are forgotten first, and asked for again when needed.
#[derive(Debug, Default)]
pub(crate) struct RobotsCache(Mutex<Shelf>);

#[derive(Debug)]
struct Shelf {
    began: Instant,
    /// Two hashes of an authority, with keys of this process: nobody outside can make two of them meet.
    keys: (RandomState, RandomState),
    asked: HashMap<u64, Cell>,
    known: HashMap<u64, Known>,
    /// Each answer once, by its hash: most sites run one of a few systems with the file it came with.
    distinct: HashMap<u64, Arc<Stance>>,
    weight: usize,
}

/// An answer that was had.
#[derive(Debug)]
struct Known {
    /// The authority's other hash.
    check: u32,
    /// Seconds after the crawl began.
    since: u32,
    stance: Arc<Stance>,
}

impl Default for Shelf {
    fn default() -> Self {
        let (keys, began) = ((RandomState::new(), RandomState::new()), Instant::now());
        let (asked, known, distinct) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { began, keys, asked, known, distinct, weight: 0 }
    }
}

impl RobotsCache {
    pub(super) fn find(&self, authority: &Authority) -> Found {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (name, check) = kept.name(authority);
        let oldest = kept.seconds().saturating_sub(KEEP_FOR.as_secs() as u32);
        match kept.known.get(&name) {
            Some(known) if known.check == check && known.since >= oldest => {
                Found::Known(known.stance.clone())
            }
            _ => Found::Asked(kept.asked.entry(name).or_default().clone()),
        }
    }

    /// Keeps an answer and gives the one that all who got the same share.
    pub(super) fn keep(&self, authority: &Authority, stance: Stance) -> Arc<Stance> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.make_room();
        let ((name, check), since, stance) = (kept.name(authority), kept.seconds(), kept.shared(stance));
        kept.asked.remove(&name);
        kept.known.insert(name, Known { check, since, stance: stance.clone() });
        stance
    }
}

impl Shelf {
    fn name(&self, authority: &Authority) -> (u64, u32) {
        (self.keys.0.hash_one(authority), self.keys.1.hash_one(authority) as u32)
    }

    fn seconds(&self) -> u32 {
        self.began.elapsed().as_secs() as u32
    }

    fn shared(&mut self, stance: Stance) -> Arc<Stance> {
        let mut hasher = DefaultHasher::new();
        stance.hash(&mut hasher);
        let hash = hasher.finish();
        if let Some(same) = self.distinct.get(&hash).filter(|known| ***known == stance) {
            return same.clone();
        }
        self.weight += stance.weight();
        let stance = Arc::new(stance);
        if let Some(other) = self.distinct.insert(hash, stance.clone()) {
            self.weight = self.weight.saturating_sub(other.weight());
        }
        stance
    }

    /// Forgets the older half, by the second, when full, and the answers that nobody left gave.
    fn make_room(&mut self) {
        if self.known.len() < MAX_AUTHORITIES && self.weight <= MAX_WEIGHT_BYTES {
            return;
        }
        let mut ages: Vec<u32> = self.known.values().map(|known| known.since).collect();
        let middle = ages.len() / 2;
        let middle = ages.get(middle).is_some().then(|| *ages.select_nth_unstable(middle).1);
        self.known.retain(|_, known| Some(known.since) > middle);
        self.distinct.retain(|_, stance| Arc::strong_count(stance) > 1);
        self.weight = self.distinct.values().map(|stance| stance.weight()).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::robots::Rules;

    fn authority(n: usize) -> Authority {
        Authority::parse(&format!("https://h{n}.example.at")).unwrap()
    }

    fn stance(n: usize) -> Stance {
        let rules = format!("user-agent: *\ndisallow: /{n}/{}", "x".repeat(16_000)).into_bytes();
        Stance::Rules(Rules::parse(&rules, "deklaro"))
    }

    #[test]
    fn the_oldest_answers_give_way_when_the_weight_is_reached() {
        let cache = RobotsCache::default();
        for n in 0..6_000 {
            cache.keep(&authority(n), stance(n));
        }
        let known = |n| matches!(cache.find(&authority(n)), Found::Known(_));
        assert!(known(5_999) && !known(0));
        let kept = cache.0.lock().unwrap();
        let weight: usize = kept.distinct.values().map(|stance| stance.weight()).sum();
        assert!(kept.weight == weight && weight <= MAX_WEIGHT_BYTES + 20_000, "{} {weight}", kept.weight);
        assert!(kept.known.len() <= kept.distinct.len());
    }

    #[test]
    fn the_same_answer_is_kept_once() {
        let cache = RobotsCache::default();
        let first = cache.keep(&authority(0), stance(7));
        for n in 1..6_000 {
            assert!(Arc::ptr_eq(&first, &cache.keep(&authority(n), stance(7))));
        }
        assert!(matches!(cache.find(&authority(0)), Found::Known(_)));
        assert!(matches!(cache.find(&authority(6_000)), Found::Asked(_)));
    }
}
