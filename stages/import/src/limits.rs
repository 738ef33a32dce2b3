//! What may a workbook cost that has so many bytes?

use deklaro_schemas::budget::Limits;

const MIB: u64 = 1 << 20;

/// What a workbook of so many bytes may cost: a small one little, and none more than a list of two million rows.
///
/// Each limit is at least six times what the country lists and a generated list of a million rows cost (docs/numbers.md).
pub fn limits(bytes: u64) -> Limits {
    let unpacked = bytes.saturating_mul(32).clamp(64 * MIB, 2_048 * MIB);
    Limits {
        unpacked,
        text: bytes.saturating_mul(24).clamp(64 * MIB, 1_024 * MIB),
        items: bytes.clamp(2_000_000, 20_000_000),
        steps: 8 * unpacked,
    }
}
