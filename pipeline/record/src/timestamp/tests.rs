use super::*;
use authority::{Authority as Served, Key, Manner};

#[path = "../../../../tests/support/authority.rs"]
mod authority;

const MANIFEST: &[u8] = b"{\"format\": 1}";

/// An answer about the manifest, its nonce, and who is trusted.
struct Answered {
    answer: Vec<u8>,
    nonce: [u8; 8],
    trusted: Vec<CertificateDer<'static>>,
}

fn answered(manner: Manner, key: Key) -> Option<Answered> {
    let served = Served::start(manner, key)?;
    let nonce = ask::nonce();
    let url = Url::parse(&served.url()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let query = ask::query(MANIFEST, nonce);
    let answer = runtime.block_on(ask::ask(&url, query, Duration::from_secs(60))).unwrap();
    Some(Answered { answer, nonce, trusted: read_pem(&served.root()).unwrap() })
}

impl Answered {
    fn checked(&self, answer: &[u8], manifest: &[u8]) -> Result<Stamp, TokenError> {
        check::check(answer, manifest, Some(&self.nonce), Some(&self.trusted))
    }
}

#[test]
fn a_token_of_openssl_holds_with_either_key_and_only_for_its_manifest() {
    for key in [Key::Rsa, Key::Elliptic] {
        let Some(told) = answered(Manner::Answers, key) else { return };
        let stamp = told.checked(&told.answer, MANIFEST).unwrap();
        assert_eq!(stamp.authority, "Example, Example Time Stamps");
        assert_eq!((stamp.policy.as_str(), stamp.serial.as_str()), ("1.3.6.1.4.1.99999.1", "1001"));
        assert!(stamp.is_chain_checked);
        let at: jiff::Timestamp = stamp.at.parse().unwrap();
        assert!(jiff::Timestamp::now().duration_since(at).as_secs() < 3_600);
        let error = told.checked(&told.answer, b"another manifest").unwrap_err();
        assert!(matches!(error, TokenError::Imprint { .. }), "{error}");
        let error = check::check(&told.answer, MANIFEST, Some(&ask::nonce()), None).unwrap_err();
        assert!(matches!(error, TokenError::Nonce), "{error}");
        let unasked = check::check(&told.answer, MANIFEST, None, None).unwrap();
        assert!(!unasked.is_chain_checked);
    }
}

/// Whichever bit is flipped: the token does not hold, or says exactly the same.
#[test]
fn no_flipped_bit_gives_another_meaning_and_no_beginning_of_it_holds() {
    let Some(told) = answered(Manner::Answers, Key::Elliptic) else { return };
    let whole = told.checked(&told.answer, MANIFEST).unwrap();
    let mut held = 0;
    for place in 0..told.answer.len() {
        for bit in 0..8 {
            let mut answer = told.answer.clone();
            answer[place] ^= 1 << bit;
            if let Ok(stamp) = told.checked(&answer, MANIFEST) {
                assert_eq!(stamp, whole, "bit {bit} of byte {place}");
                held += 1;
            }
        }
        assert!(told.checked(&told.answer[..place], MANIFEST).is_err(), "the first {place} bytes");
    }
    // Not signed, and not used: the status may be 1 instead of 0, version numbers, and lists of algorithms around the signature.
    assert!(held * 50 < told.answer.len() * 8, "{held} bits of {} bytes may flip", told.answer.len());
}

#[test]
fn whom_nobody_trusts_and_what_is_for_something_else_is_refused() {
    let Some(told) = answered(Manner::Answers, Key::Rsa) else { return };
    let other = answered(Manner::Answers, Key::ForServers).unwrap();
    let strange = check::check(&told.answer, MANIFEST, None, Some(&other.trusted)).unwrap_err();
    assert!(matches!(strange, TokenError::Chain(_)), "{strange}");
    let error = other.checked(&other.answer, MANIFEST).unwrap_err();
    assert!(matches!(error, TokenError::Usage), "{error}");
}

/// Who gives no answer, or too much of one, is told apart from who gives a wrong one.
#[test]
fn an_answer_is_waited_for_and_read_only_so_far() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let told = |manner, millis| {
        let served = Served::start(manner, Key::Rsa)?;
        let url = Url::parse(&served.url()).unwrap();
        let asked = ask::ask(&url, ask::query(MANIFEST, ask::nonce()), Duration::from_millis(millis));
        Some(runtime.block_on(asked).map_err(|error| error.to_string()))
    };
    let Some(hangs) = told(Manner::Hangs, 100) else { return };
    assert_eq!(hangs, Err("no whole answer came".to_owned()));
    let of = |manner| told(manner, 60_000).unwrap();
    assert_eq!(of(Manner::IsDown), Err("it answered with status `503`, expected `200`".to_owned()));
    assert_eq!(of(Manner::NeverEnds), Err("its answer is longer than 65536 bytes".to_owned()));
    for wrong in [Manner::CutsShort, Manner::SignsAnother] {
        let answer = of(wrong).unwrap();
        assert!(check::check(&answer, MANIFEST, None, None).is_err(), "{wrong:?}");
    }
}

#[test]
fn an_authority_that_refuses_is_quoted() {
    let Some(told) = answered(Manner::Refuses, Key::Rsa) else { return };
    let error = told.checked(&told.answer, MANIFEST).unwrap_err();
    assert!(error.to_string().starts_with("the authority refused: "), "{error}");
}
