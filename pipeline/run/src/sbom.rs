//! The parts this binary was built from, as the lock file stood then.

use deklaro_publish::SbomError;
use serde_json::Value;

const LOCK: &str = include_str!("../../../Cargo.lock");

/// Name, version and licence of each crate in it, and whether the program is built from it.
const LICENCES: &str = include_str!("../../../data/licences.tsv");

/// Manifests of the workspace's own crates.
const MANIFESTS: [&str; 19] = [
    include_str!("../../../pipeline/Cargo.toml"),
    include_str!("../../../pipeline/store/Cargo.toml"),
    include_str!("../../../pipeline/console/Cargo.toml"),
    include_str!("../../../pipeline/watch/Cargo.toml"),
    include_str!("../../../pipeline/record/Cargo.toml"),
    include_str!("../../../pipeline/run/Cargo.toml"),
    include_str!("../../../pipeline/service/Cargo.toml"),
    include_str!("../../../pipeline/proving/Cargo.toml"),
    include_str!("../../../pipeline/simweb/Cargo.toml"),
    include_str!("../../../schemas/Cargo.toml"),
    include_str!("../../../schemas/frames/Cargo.toml"),
    include_str!("../../../stages/import/Cargo.toml"),
    include_str!("../../../stages/frontier/Cargo.toml"),
    include_str!("../../../stages/crawl/Cargo.toml"),
    include_str!("../../../stages/detect/Cargo.toml"),
    include_str!("../../../stages/diff/Cargo.toml"),
    include_str!("../../../stages/judge/Cargo.toml"),
    include_str!("../../../stages/report/Cargo.toml"),
    include_str!("../../../stages/publish/Cargo.toml"),
];

/// The CycloneDX bill of materials of this binary.
pub fn sbom() -> Result<Value, SbomError> {
    deklaro_publish::sbom("deklaro", LOCK, &MANIFESTS, LICENCES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binary_s_own_parts_are_listed_and_its_tests_are_not() {
        let bom = sbom().unwrap();
        let names: Vec<&str> =
            bom["components"].as_array().unwrap().iter().map(|part| part["name"].as_str().unwrap()).collect();
        for used in ["deklaro-diff", "polars", "libduckdb-sys", "tokio"] {
            assert!(names.contains(&used), "{used}");
        }
        let parts = bom["components"].as_array().unwrap();
        let bare: Vec<_> = parts.iter().filter(|part| part["licenses"].is_null()).collect();
        assert!(bare.is_empty(), "`bash .ci/licences` prints data/licences.tsv as it should be: {bare:#?}");
        for unused in ["proptest", "insta", "divan"] {
            assert!(!names.contains(&unused), "{unused}");
        }
    }
}
