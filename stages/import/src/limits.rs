//! What may a workbook cost that has so many bytes?

use deklaro_schemas::budget::Limits;

const MIB: u64 = 1 << 20;

/// What a workbook of so many bytes may cost: a small one little, and none more than a list of two million rows.
///
/// The country lists unpack to at most 31 bytes for each of their own, make 14 bytes of text and take 75 steps.
/// A test holds each of them below a fourth of every limit.
pub fn limits(bytes: u64) -> Limits {
    let unpacked = bytes.saturating_mul(64).clamp(64 * MIB, 2_048 * MIB);
    Limits {
        unpacked,
        text: bytes.saturating_mul(48).clamp(64 * MIB, 1_536 * MIB),
        items: bytes.clamp(2_000_000, 20_000_000),
        steps: 4 * unpacked,
    }
}
