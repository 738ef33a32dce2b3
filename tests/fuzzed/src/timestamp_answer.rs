//! Any bytes as the answer of a time-stamp authority: it holds for one manifest alone, and the same each time.

use deklaro_record::timestamp::check_answer;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use std::sync::LazyLock;

/// What the seeds are about, beside the tests of `record`.
const MANIFEST: &[u8] = b"{\"format\": 1}";
const ROOTS: [&[u8]; 2] = [
    include_bytes!("../../../pipeline/record/src/timestamp/answers/rsa.pem"),
    include_bytes!("../../../pipeline/record/src/timestamp/answers/elliptic.pem"),
];

static TRUSTED: LazyLock<Vec<CertificateDer<'static>>> = LazyLock::new(|| {
    ROOTS
        .iter()
        .flat_map(|pem| CertificateDer::pem_slice_iter(pem).map(|read| read.expect("a certificate")))
        .collect()
});

/// Checks one input.
pub fn check(bytes: &[u8]) {
    let unasked = check_answer(bytes, MANIFEST, None, None);
    let trusted = check_answer(bytes, MANIFEST, None, Some(&TRUSTED));
    match (&unasked, &trusted) {
        (Ok(unasked), Ok(trusted)) => {
            assert!(!unasked.is_chain_checked && trusted.is_chain_checked);
            assert_eq!((&unasked.at, &unasked.serial), (&trusted.at, &trusted.serial));
        }
        (Err(error), Ok(_)) => panic!("it holds for who trusts few, and not for who asks nobody: {error}"),
        (_, Err(_)) => {}
    }
    assert!(check_answer(bytes, b"{}", None, None).is_err(), "it holds for another manifest");
}
