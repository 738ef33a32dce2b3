//! Any bytes through the importer: no panic gets out, no row is lost, no row is counted twice.

use crate::imported::{lists, read};

/// Checks one input.
pub fn check(bytes: &[u8]) {
    let Ok(imported) = read(bytes, lists()) else { return };
    for source in &imported.sources {
        assert_eq!(source.rows_total, source.rows_accepted + source.rows_rejected, "{}", source.sheet);
        assert!(source.rows_blank >= 0 && source.header_row >= 0, "{}", source.sheet);
    }
    for seed in imported.seeds.rows() {
        assert!(imported.sources.iter().any(|source| source.source_id == seed.source_id));
        assert!(seed.row_number > 0);
    }
}
