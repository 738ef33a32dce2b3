//! A real S3 server on loopback: MiniStack from PyPI, which the tests that use it need.

use deklaro_needs::{Need, python};
use deklaro_store::{Remote, StoreLocation};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::channel;
use std::time::Duration;

/// What a test needs that asks for the server.
pub(crate) const NEED: Need = Need::Python("ministack");
const BUCKET: &str = "lake";
/// It starts and answers in this time, on a slow machine with others at work.
const DEADLINE: Duration = Duration::from_secs(120);

/// The server, shared by the tests of a process; it ends with the process, which holds the other end of its pipe.
pub(crate) struct Server {
    port: u16,
    _process: Child,
}

/// The server, started by the first who asks.
pub(crate) fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(start)
}

fn start() -> Server {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    // The shell reads until this process is gone, and takes the server with it.
    let script = "\"$0\" -m ministack 2>&1 & server=$!; cat >/dev/null; kill $server";
    let mut child = Command::new("sh")
        .args(["-c", script, &python()])
        .env("GATEWAY_PORT", port.to_string())
        .env("BIND_HOST", "127.0.0.1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap());
    let (tell, told) = channel();
    // Read to its end: its log must not fill the pipe.
    std::thread::spawn(move || {
        for line in said.lines().map_while(Result::ok).filter(|line| line.contains("Running on http")) {
            let _nobody_waits = tell.send(line);
        }
    });
    told.recv_timeout(DEADLINE).expect("MiniStack ended, or did not listen in time");
    let server = Server { port, _process: child };
    let made = server.ask(&format!("PUT /{BUCKET}"));
    assert!(made.starts_with("HTTP/1.1 200"), "{made}");
    server
}

/// Where a store of this name is.
pub(crate) fn location(name: &str) -> StoreLocation {
    format!("s3://{BUCKET}/{name}").parse().unwrap()
}

impl Server {
    /// What it answers to a request, head and all.
    pub(crate) fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
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
