//! How far back may a brotli stream reach?

/// Bits that say a window is larger than any in RFC 7932: a mark of "large window" streams, which are no HTTP coding.
const LARGE_WINDOW: u8 = 0b001_0001;

/// The first byte of a brotli stream, with a window no wider than its first `max_bytes` bytes make use of. The decoder takes
/// as much memory as the window. None for a window that the coding does not have (RFC 7932 section 9.1).
///
/// Nothing within those bytes reaches back behind the first of them, so a narrower window changes none.
pub(super) fn narrowed(first: u8, max_bytes: usize) -> Option<u8> {
    if first & 0x7f == LARGE_WINDOW {
        return None;
    }
    // `nnn1` with nnn above 0 is a window of 2^(17 + nnn) bytes but 16; all other spellings mean less.
    let wide = (first >> 1) & 7;
    let is_spelled_so = first & 1 == 1 && wide > 0;
    let enough = (1..=7).find(|bits| (1_usize << (17 + bits)) - 16 > max_bytes).unwrap_or(7);
    Some(if is_spelled_so { (first & 0xf1) | (wide.min(enough) << 1) } else { first })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_as_wide_as_the_cap_makes_use_of() {
        let window = |first: u8, cap| narrowed(first, cap).map(|first| 17 + ((first >> 1) & 7));
        for wide in 1..=7 {
            let first = 0xa1 | (wide << 1);
            assert_eq!(window(first, 64 << 10), Some(18));
            assert_eq!(window(first, 2 << 20), Some((17 + wide).min(22)));
            assert_eq!(narrowed(first, usize::MAX), Some(first));
            assert_eq!(narrowed(first, 0).unwrap() & 0xf1, 0xa1, "other bits stay");
        }
    }

    #[test]
    fn small_windows_stay_and_large_ones_are_refused() {
        for small in [0b0, 0b010_0001, 0b011_0001, 0b111_0001, 0b000_0001, 0xfe] {
            assert_eq!(narrowed(small, 1), Some(small));
        }
        assert_eq!((narrowed(0x11, 1 << 30), narrowed(0x91, 1 << 30)), (None, None));
    }
}
