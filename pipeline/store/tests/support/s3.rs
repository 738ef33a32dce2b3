//! A real S3 server on loopback: MiniStack from PyPI, where python3 and it are there.

use deklaro_store::{Remote, StoreLocation};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

const BUCKET: &str = "lake";

/// The server, shared by the tests of a process; it ends with the process, which holds the other end of its pipe.
pub(crate) struct Server {
    port: u16,
    _process: Child,
}

/// The server; nothing where it cannot be started, which is said.
pub(crate) fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(start).as_ref()
}

/// Python of the environment MiniStack is installed in.
fn python() -> String {
    std::env::var("DEKLARO_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

#[expect(clippy::print_stdout, reason = "a test that cannot run here says so")]
fn start() -> Option<Server> {
    let python = python();
    let has_it = Command::new(&python).args(["-c", "import ministack"]).stderr(Stdio::null()).status();
    if !has_it.is_ok_and(|status| status.success()) {
        println!(
            "skipped: `{python}` cannot import ministack (`pip install ministack`); DEKLARO_TEST_PYTHON names another"
        );
        return None;
    }
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    // The shell reads until this process is gone, and takes the server with it.
    let script = "\"$0\" -m ministack 2>&1 & server=$!; cat >/dev/null; kill $server";
    let mut child = Command::new("sh")
        .args(["-c", script, &python])
        .env("GATEWAY_PORT", port.to_string())
        .env("BIND_HOST", "127.0.0.1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("Running on http") {
        line.clear();
        assert!(said.read_line(&mut line).unwrap() > 0, "MiniStack ended before it listened");
    }
    // Its log must not fill the pipe.
    std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
    let server = Server { port, _process: child };
    let made = server.ask(&format!("PUT /{BUCKET}"));
    assert!(made.starts_with("HTTP/1.1 200"), "{made}");
    Some(server)
}

/// Where a store of this name is.
pub(crate) fn location(name: &str) -> StoreLocation {
    format!("s3://{BUCKET}/{name}").parse().unwrap()
}

impl Server {
    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        let head = "HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        stream.write_all(format!("{request} {head}").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// The AWS tools' variables for it.
    fn settings(&self) -> Vec<(String, String)> {
        let named = [
            ("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", self.port)),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "test".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
        ];
        named.map(|(name, value)| (name.to_owned(), value)).to_vec()
    }

    /// With work in progress in this folder.
    pub(crate) fn remote(&self, work: &Path) -> Remote {
        Remote { work: work.to_owned(), settings: self.settings() }
    }
}
