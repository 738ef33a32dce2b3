//! Do the answers of `openssl ts` hold for what they say, and for nothing else? `answers/` has some, made once with keys that nobody
//! kept; whoever asks a living authority is tested with the binary.

use super::*;
use reqwest::Url;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

const MANIFEST: &[u8] = b"{\"format\": 1}";
/// What the answers were asked for with.
const NONCE: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];

/// An answer about the manifest, and the root that signed its signer.
struct Answered {
    answer: &'static [u8],
    root: &'static [u8],
}

/// A key of 2,048 bits; the certificate is named by its SHA-256.
const RSA: Answered =
    Answered { answer: include_bytes!("answers/rsa.tsr"), root: include_bytes!("answers/rsa.pem") };
/// A key on P-256; the certificate is named by its SHA-1, as older authorities do.
const ELLIPTIC: Answered =
    Answered { answer: include_bytes!("answers/elliptic.tsr"), root: include_bytes!("answers/elliptic.pem") };
/// A certificate that is for servers too.
const FOR_SERVERS: Answered = Answered {
    answer: include_bytes!("answers/for-servers.tsr"),
    root: include_bytes!("answers/for-servers.pem"),
};

impl Answered {
    fn trusted(&self) -> Vec<CertificateDer<'static>> {
        CertificateDer::pem_slice_iter(self.root).map(Result::unwrap).collect()
    }

    fn checked(&self, answer: &[u8], manifest: &[u8]) -> Result<Stamp, TokenError> {
        check_answer(answer, manifest, Some(&NONCE), Some(&self.trusted()))
    }
}

#[test]
fn a_token_of_openssl_holds_with_either_key_and_only_for_its_manifest() {
    for (told, at) in [(RSA, "2026-11-30T13:09:45Z"), (ELLIPTIC, "2026-11-30T13:09:46Z")] {
        let stamp = told.checked(told.answer, MANIFEST).unwrap();
        assert_eq!(stamp.authority, "Example, Example Time Stamps");
        assert_eq!((stamp.policy.as_str(), stamp.serial.as_str()), ("1.3.6.1.4.1.99999.1", "1001"));
        assert!(stamp.is_chain_checked);
        assert_eq!(stamp.at, at);
        let error = told.checked(told.answer, b"another manifest").unwrap_err();
        assert!(matches!(error, TokenError::Imprint { .. }), "{error}");
        let error = check_answer(told.answer, MANIFEST, Some(&ask::nonce()), None).unwrap_err();
        assert!(matches!(error, TokenError::Nonce), "{error}");
        let unasked = check_answer(told.answer, MANIFEST, None, None).unwrap();
        assert!(!unasked.is_chain_checked);
    }
}

/// Whichever bit is flipped: the token does not hold, or says exactly the same.
#[test]
fn no_flipped_bit_gives_another_meaning_and_no_beginning_of_it_holds() {
    let told = ELLIPTIC;
    let whole = told.checked(told.answer, MANIFEST).unwrap();
    let mut held = 0;
    for place in 0..told.answer.len() {
        for bit in 0..8 {
            let mut answer = told.answer.to_vec();
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
    let strange = check_answer(RSA.answer, MANIFEST, None, Some(&FOR_SERVERS.trusted())).unwrap_err();
    assert!(matches!(strange, TokenError::Chain(_)), "{strange}");
    let error = FOR_SERVERS.checked(FOR_SERVERS.answer, MANIFEST).unwrap_err();
    assert!(matches!(error, TokenError::Usage), "{error}");
}

#[test]
fn an_authority_that_refuses_is_quoted() {
    let error = check_answer(include_bytes!("answers/refused.tsr"), MANIFEST, None, None).unwrap_err();
    assert!(error.to_string().starts_with("the authority refused: "), "{error}");
}

/// What is told of an authority that answers a question so.
fn asked(answer: fn(&mut TcpStream), millis: u64) -> Result<Vec<u8>, String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = Url::parse(&format!("http://{}/tsa", listener.local_addr().unwrap())).unwrap();
    std::thread::spawn(move || answer(&mut listener.accept().unwrap().0));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let asked = ask::ask(&url, ask::query(MANIFEST, NONCE), Duration::from_millis(millis));
    runtime.block_on(asked).map_err(|error| error.to_string())
}

/// Reads the question and sends the head of an answer.
fn head(stream: &mut TcpStream, status: &str, length: usize) {
    let mut question = [0; 4096];
    assert!(stream.read(&mut question).unwrap() > 0);
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
}

/// Who gives no answer, or too much of one, is told apart from who gives a wrong one.
#[test]
fn an_answer_is_waited_for_and_read_only_so_far() {
    let hangs = asked(|stream| while stream.read(&mut [0; 4096]).is_ok_and(|read| read > 0) {}, 100);
    assert_eq!(hangs, Err("no whole answer came".to_owned()));
    let is_down = asked(|stream| head(stream, "503 Service Unavailable", 0), 60_000);
    assert_eq!(is_down, Err("it answered with status `503`, expected `200`".to_owned()));
    let never_ends = |stream: &mut TcpStream| {
        head(stream, "200 OK", usize::MAX >> 1);
        while stream.write_all(&[0x30; 4096]).is_ok() {}
    };
    assert_eq!(asked(never_ends, 60_000), Err("its answer is longer than 65536 bytes".to_owned()));
    let cuts_short = |stream: &mut TcpStream| {
        head(stream, "200 OK", RSA.answer.len() / 2);
        stream.write_all(&RSA.answer[..RSA.answer.len() / 2]).unwrap();
    };
    let half = asked(cuts_short, 60_000).unwrap();
    assert!(check_answer(&half, MANIFEST, None, None).is_err());
}
