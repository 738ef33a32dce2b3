//! What does a time-stamp authority on loopback answer: keys made for the test, `openssl ts` behind a small HTTP server.

use crate::support::wait::Ran;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// What it does with a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Answers as it should.
    Answers,
    /// Answers, and the answer ends early, within the length it named.
    CutsShort,
    /// Signs another hash than the one it was asked about.
    SignsAnother,
    /// Says that it takes no such hash.
    Refuses,
    /// Answers with status 503.
    IsDown,
    /// Sends a page that never ends.
    NeverEnds,
    /// Says nothing.
    Hangs,
}

/// Its folder with keys, and its server.
pub(crate) struct Authority {
    folder: Arc<tempfile::TempDir>,
    address: SocketAddr,
}

/// The keys of a root, an authority between and the signer; other names and uses for what must be refused.
const OPENSSL: &str = "\
[ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n
[tsa]\nbasicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\nsubjectKeyIdentifier=hash\n
[server]\nbasicConstraints=CA:FALSE\nextendedKeyUsage=critical,serverAuth,timeStamping\nsubjectKeyIdentifier=hash\n
[usual]\nserial=FOLDER/serial\ncrypto_device=builtin\nsigner_digest=sha256\ndefault_policy=1.3.6.1.4.1.99999.1\ndigests=DIGESTS\naccuracy=secs:1\nordering=no\ntsa_name=yes\ness_cert_id_chain=no\ness_cert_id_alg=HASH\n";

impl Authority {
    /// One whose root is new and whose signing key is of this kind.
    pub(crate) fn start(manner: Manner, key: Key) -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a folder"));
        make_keys(folder.path(), manner, key);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("its address");
        let (at, asked) = (folder.clone(), Arc::new(AtomicU32::new(0)));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (at, number) = (at.clone(), asked.fetch_add(1, Ordering::SeqCst));
                std::thread::spawn(move || serve(stream, at.path(), manner, key, number));
            }
        });
        Self { folder, address }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/tsa", self.address)
    }

    /// The certificate of its root.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("root.pem")
    }
}

/// What the signing key is, and what its certificate says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    /// 2,048 bits; the certificate is named by its SHA-256.
    Rsa,
    /// P-256; the certificate is named by its SHA-1, as older authorities do.
    Elliptic,
    /// A certificate that is for servers too.
    ForServers,
}

fn make_keys(folder: &Path, manner: Manner, key: Key) {
    let digests = if manner == Manner::Refuses { "sha512" } else { "sha256,sha384,sha512" };
    let hash = if key == Key::Elliptic { "sha1" } else { "sha256" };
    let config = OPENSSL.replace("FOLDER", &folder.display().to_string());
    let config = config.replace("DIGESTS", digests).replace("HASH", hash);
    std::fs::write(folder.join("openssl.cnf"), config).expect("the configuration is written");
    std::fs::write(folder.join("serial"), "1000\n").expect("the first number is written");
    let kind = match key {
        Key::Elliptic => "EC:P-256",
        Key::Rsa | Key::ForServers => "rsa:2048",
    };
    certificate(folder, "root", "Root", "rsa:2048", "ca", None);
    certificate(folder, "between", "Between", "rsa:2048", "ca", Some("root"));
    certificate(folder, "tsa", "Example Time Stamps", kind, "tsa", Some("between"));
    if key == Key::ForServers {
        certificate(folder, "server", "Example Server", kind, "server", Some("between"));
    }
}

fn certificate(folder: &Path, name: &str, subject: &str, kind: &str, section: &str, issuer: Option<&str>) {
    let file = |name: &str, end: &str| folder.join(format!("{name}.{end}")).display().to_string();
    let (key, request, pem) = (file(name, "key"), file(name, "csr"), file(name, "pem"));
    let subject = format!("/O=Example/CN={subject}");
    let (algorithm, option) = match kind.split_once(':') {
        Some(("EC", curve)) => ("EC", format!("ec_paramgen_curve:{curve}")),
        _ => ("RSA", "rsa_keygen_bits:2048".to_owned()),
    };
    openssl(folder, &["genpkey", "-algorithm", algorithm, "-pkeyopt", &option, "-out", &key]);
    openssl(folder, &["req", "-new", "-key", &key, "-subj", &subject, "-out", &request]);
    let config = folder.join("openssl.cnf").display().to_string();
    let mut sign = vec!["x509", "-req", "-in", &request, "-days", "30", "-sha256", "-out", &pem];
    sign.extend(["-extfile", &config, "-extensions", section]);
    let (of, with) = issuer.map_or_else(Default::default, |name| (file(name, "pem"), file(name, "key")));
    if issuer.is_some() {
        sign.extend(["-CA", &of, "-CAkey", &with, "-CAcreateserial"]);
    } else {
        sign.extend(["-signkey", &key]);
    }
    openssl(folder, &sign);
}

fn openssl(folder: &Path, args: &[&str]) {
    let output = Command::new("openssl").args(args).current_dir(folder).ran();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The answer to a query, as `openssl ts` makes it, signed by this key.
fn answer(folder: &Path, query: &[u8], number: u32, key: Key) -> Vec<u8> {
    let file = |end: &str| folder.join(format!("{number}.{end}")).display().to_string();
    std::fs::write(file("tsq"), query).expect("the query is written");
    let (query, reply, config) = (file("tsq"), file("tsr"), folder.join("openssl.cnf").display().to_string());
    let mut args = vec!["ts", "-reply", "-config", &config, "-section", "usual", "-queryfile", &query];
    args.extend(["-signer", "tsa.pem", "-inkey", "tsa.key", "-chain", "between.pem", "-out", &reply]);
    // One that refuses says so in its answer, and in its exit code too.
    Command::new("openssl").args(&args).current_dir(folder).ran();
    if key == Key::ForServers {
        signed_again(folder, number);
    }
    std::fs::read(reply).expect("it answered")
}

/// `openssl ts` takes no key whose certificate is for something else too; `openssl cms` signs what it said with one.
fn signed_again(folder: &Path, number: u32) {
    let file = |end: &str| format!("{number}.{end}");
    let (reply, token, info, other) = (file("tsr"), file("token"), file("info"), file("other"));
    openssl(folder, &["ts", "-reply", "-in", &reply, "-token_out", "-out", &token]);
    openssl(folder, &["cms", "-verify", "-noverify", "-inform", "DER", "-in", &token, "-out", &info]);
    let mut sign = vec!["cms", "-sign", "-nodetach", "-binary", "-cades", "-outform", "DER"];
    sign.extend(["-econtent_type", "1.2.840.113549.1.9.16.1.4", "-in", &info, "-out", &other]);
    sign.extend(["-signer", "server.pem", "-inkey", "server.key", "-certfile", "between.pem"]);
    openssl(folder, &sign);
    let token = std::fs::read(folder.join(other)).expect("it was signed");
    // SEQUENCE { SEQUENCE { INTEGER 0 }, token }
    let length = u16::try_from(token.len() + 5).expect("a token is short").to_be_bytes();
    let head = [0x30, 0x82, length[0], length[1], 0x30, 3, 2, 1, 0];
    std::fs::write(folder.join(reply), [&head[..], &token].concat()).expect("the reply is written");
}

fn serve(mut stream: TcpStream, folder: &Path, manner: Manner, key: Key, number: u32) {
    let mut query = body(&mut stream);
    let head = |status: &str, length: usize| {
        format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/timestamp-reply\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        )
    };
    let mut send = |bytes: &[u8]| stream.write_all(bytes).is_ok();
    match manner {
        // The connection stays open until the one who asks gives up.
        Manner::Hangs => {
            let _closed = stream.read(&mut [0; 1]);
        }
        Manner::IsDown => {
            send(head("503 Service Unavailable", 0).as_bytes());
        }
        Manner::NeverEnds => {
            send(head("200 OK", usize::MAX >> 1).as_bytes());
            while send(&[0x30; 4096]) {}
        }
        Manner::Answers | Manner::CutsShort | Manner::SignsAnother | Manner::Refuses => {
            if manner == Manner::SignsAnother {
                // The hash begins behind the 24 bytes of what it is made with.
                query[24] ^= 1;
            }
            let mut answer = answer(folder, &query, number, key);
            if manner == Manner::CutsShort {
                answer.truncate(answer.len() / 2);
            }
            send(head("200 OK", answer.len()).as_bytes());
            send(&answer);
        }
    }
}

/// The body of a request that names its length.
fn body(stream: &mut TcpStream) -> Vec<u8> {
    let mut seen = Vec::new();
    let mut byte = [0; 1];
    while !seen.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
        seen.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&seen).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let mut body = vec![0; length.and_then(|text| text.trim().parse().ok()).unwrap_or(0)];
    stream.read_exact(&mut body).expect("the body follows");
    body
}
