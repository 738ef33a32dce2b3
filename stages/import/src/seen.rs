//! Which keys have come before, by number instead of by copy.

use std::collections::HashMap;
use std::collections::hash_map::{Entry, RandomState};
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};

/// A set of keys that are kept elsewhere, each under its number there.
#[derive(Default)]
pub(crate) struct Seen {
    /// Keyed, so that no list can be made to collide.
    hashing: RandomState,
    numbers: HashMap<u64, u32, BuildHasherDefault<Ready>>,
}

impl Seen {
    /// Notes a key as `number`; false when `is_same` finds it under an earlier number.
    pub(crate) fn insert_unless(
        &mut self,
        key: &impl Hash,
        number: u32,
        is_same: impl Fn(u32) -> bool,
    ) -> bool {
        let mut hash = self.hashing.hash_one(key);
        loop {
            match self.numbers.entry(hash) {
                Entry::Vacant(free) => {
                    free.insert(number);
                    return true;
                }
                Entry::Occupied(known) if is_same(*known.get()) => return false,
                // Two keys of one hash: the next place is this key's.
                Entry::Occupied(_) => hash = hash.wrapping_add(1),
            }
        }
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

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key of which all hash alike.
    struct Alike(u32);

    impl Hash for Alike {
        fn hash<H: Hasher>(&self, state: &mut H) {
            0_u8.hash(state);
        }
    }

    #[test]
    fn keys_are_told_apart_even_where_their_hashes_are_not() {
        let mut seen = Seen::default();
        let keys = [3, 1, 2, 1, 3, 4];
        let is_new = |seen: &mut Seen, number: usize| {
            seen.insert_unless(&Alike(keys[number]), number as u32, |known| {
                keys[known as usize] == keys[number]
            })
        };
        let new: Vec<bool> = (0..keys.len()).map(|number| is_new(&mut seen, number)).collect();
        assert_eq!(new, [true, true, true, false, false, true]);
        assert_eq!(Alike(9).0, 9);
    }
}
