//! Which keys have come before.

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState};

/// A set of keys, held as 128 bits each instead of as copies.
///
/// The hashes are keyed anew for each set, so no list can be made to collide. In a list of a million, two
/// keys meet by chance once in 10²⁶ lists.
#[derive(Default)]
pub(crate) struct Seen {
    hashing: [RandomState; 2],
    seen: HashSet<u128, BuildHasherDefault<Ready>>,
}

impl Seen {
    /// Notes a key; false when it was there.
    pub(crate) fn insert(&mut self, key: &impl Hash) -> bool {
        let [low, high] = [0, 1].map(|half| u128::from(self.hashing[half].hash_one(key)));
        self.seen.insert(high << 64 | low)
    }
}

/// Takes a number that is a hash already.
#[derive(Default)]
struct Ready(u64);

impl Hasher for Ready {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("only whole numbers are keys here");
    }

    fn write_u128(&mut self, hash: u128) {
        self.0 = hash as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_new_once() {
        let mut seen = Seen::default();
        let keys = [("a", ""), ("a", "/x"), ("a", ""), ("b", ""), ("a", "/x")];
        assert_eq!(keys.map(|key| seen.insert(&key)), [true, true, false, true, false]);
    }
}
