//! Any bytes as a body under any coding: however they are split the same comes out, and never more than the cap.

use deklaro_crawl::doors::unpacked;

/// The codings that are known, and one that is not.
const CODINGS: [&str; 5] = ["gzip", "br", "deflate", "identity", "zstd"];

/// Checks one input: a byte for the coding, one for the cap in KiB, one for how many steps follow, the steps, the body.
pub fn check(bytes: &[u8]) {
    let &[coding, cap, steps, ref rest @ ..] = bytes else { return };
    let coding = CODINGS[usize::from(coding) % CODINGS.len()].as_bytes();
    let max_bytes = usize::from(cap) << 10;
    let (steps, body) = rest.split_at(usize::from(steps % 8).min(rest.len()));
    let steps: Vec<usize> = steps.iter().map(|step| usize::from(*step) * 8 + 1).chain([0]).collect();
    let whole = unpacked(coding, body, &[0], max_bytes);
    assert_eq!(whole, unpacked(coding, body, &steps, max_bytes), "a split changes what comes out");
    if let Ok((unpacked, is_cut)) = whole {
        assert!(unpacked.len() <= max_bytes, "{} beyond {max_bytes}", unpacked.len());
        assert!(!is_cut || unpacked.len() == max_bytes, "cut before the cap");
    }
}
