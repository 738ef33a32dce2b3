//! A brotli stream of a "large window", which is no HTTP coding: a few bytes for each 16 MiB.

/// Bytes that one metablock stands for: the most there can be.
const METABLOCK: u32 = 1 << 24;

/// Copies are told apart from literals by one symbol: the longest insert and the longest copy (RFC 7932 section 5).
const LONGEST: u32 = 703;
const FIRST_INSERT: u32 = 22_594;
const FIRST_COPY: u32 = 2_118;

/// Zeros in `metablocks` of 16 MiB each, in a window of 2^30 bytes.
pub(super) fn bomb(metablocks: usize) -> Vec<u8> {
    let mut bits = Bits::default();
    // The mark of a large window, a bit that is kept free, and the window.
    bits.put(0x11, 7);
    bits.put(0, 1);
    bits.put(30, 6);
    for _ in 0..metablocks {
        metablock(&mut bits);
    }
    // The last metablock, and that it is empty.
    bits.put(0b11, 2);
    bits.bytes
}

/// One command: insert zeros, and copy them until the metablock is full (RFC 7932 section 9.2). No symbol takes a bit, as
/// each alphabet has only one.
fn metablock(bits: &mut Bits) {
    bits.put(0, 1);
    bits.put(2, 2);
    bits.put(METABLOCK - 1, 24);
    bits.put(0, 1);
    // One block type each of literals, commands and distances; no direct distances; one context mode, one tree each.
    bits.put(0, 3);
    bits.put(0, 6);
    bits.put(0, 2);
    bits.put(0, 2);
    // The only literal is zero, the only command the longest, the only distance the last one: 4 bytes back.
    only(bits, 0, 8);
    only(bits, LONGEST, 10);
    only(bits, 0, 8);
    bits.put(0, 24);
    bits.put(METABLOCK - FIRST_INSERT - FIRST_COPY, 24);
}

/// A simple prefix code of one symbol (RFC 7932 section 3.4).
fn only(bits: &mut Bits, symbol: u32, width: u32) {
    bits.put(1, 2);
    bits.put(0, 2);
    bits.put(symbol, width);
}

/// Bytes filled from their lowest bit.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    fn put(&mut self, value: u32, width: u32) {
        for bit in 0..width {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= ((value >> bit & 1) as u8) << (self.used % 8);
            }
            self.used += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_mebibytes_take_seventeen_bytes() {
        let bomb = bomb(64);
        assert!(bomb[0] == 0x11 && bomb.len() < 1_200, "{}", bomb.len());
    }
}
