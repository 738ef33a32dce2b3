//! Shared states by key, kept while somebody uses them.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// Shared states by key. Those nobody uses are dropped each time the map has doubled, so it holds what is in use.
#[derive(Debug)]
pub(crate) struct SharedStates<K, V>(Mutex<Shelf<K, V>>);

#[derive(Debug)]
struct Shelf<K, V> {
    states: HashMap<K, Arc<V>>,
    sweep_at: usize,
}

/// Below this a sweep is not worth its while.
const MIN_SWEEP: usize = 1_024;

impl<K, V> Default for SharedStates<K, V> {
    fn default() -> Self {
        Self(Mutex::new(Shelf { states: HashMap::new(), sweep_at: MIN_SWEEP }))
    }
}

impl<K: Hash + Eq + Clone, V> SharedStates<K, V> {
    /// The state of this key, made where there is none; `is_idle` says which unused ones may go.
    pub(crate) fn state(
        &self,
        key: &K,
        is_idle: impl Fn(&Arc<V>) -> bool,
        new: impl FnOnce() -> V,
    ) -> Arc<V> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = kept.states.get(key) {
            return state.clone();
        }
        if kept.states.len() >= kept.sweep_at {
            kept.states.retain(|_, state| Arc::strong_count(state) > 1 || !is_idle(state));
            kept.sweep_at = MIN_SWEEP.max(2 * kept.states.len());
        }
        let state = Arc::new(new());
        kept.states.insert(key.clone(), state.clone());
        state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idle_states_are_dropped_and_used_ones_kept() {
        let kept: SharedStates<usize, u8> = SharedStates::default();
        let used = kept.state(&0, |_| true, || 7);
        for key in 1..10 * MIN_SWEEP {
            kept.state(&key, |_| true, || 0);
        }
        let states = &kept.0.lock().unwrap().states;
        assert!(states.len() <= MIN_SWEEP, "{}", states.len());
        assert!(Arc::ptr_eq(&used, &states[&0]));
    }
}
