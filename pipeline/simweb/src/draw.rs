//! The only source of variety: a hash of the seed and some words. No random numbers, no clock.

/// Number that depends on `seed` and every one of `parts`, and on nothing else.
///
/// FNV-1a over the parts (a zero byte ends each), then the splitmix64 finaliser, so that neighbouring
/// names fall far apart.
pub(crate) fn draw(seed: u64, parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325 ^ finalise(seed);
    for part in parts {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    finalise(hash)
}

/// The splitmix64 finaliser.
fn finalise(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::draw;

    #[test]
    fn parts_are_kept_apart() {
        assert_eq!(draw(1, &["a", "b"]), draw(1, &["a", "b"]));
        assert_ne!(draw(1, &["ab"]), draw(1, &["a", "b"]));
        assert_ne!(draw(1, &["a"]), draw(2, &["a"]));
    }

    #[test]
    fn spreads_evenly() {
        let hits = (0..10_000).filter(|n| draw(7, &[&n.to_string()]) % 10 == 3).count();
        assert!((850..1150).contains(&hits), "{hits}");
    }
}
