//! How do tests hold connections of a service without reading what it answers?

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Mutex;
use std::time::Duration;

/// What a slow reader asks for: the largest document of the demo, with some 400 kB.
const ASKED: &str = "GET /v1/snapshots/2026-11.0/files/lineage/sbom.cdx.json HTTP/1.1\r\nhost: slow\r\n\r\n";
/// How often it asks, before it reads: together more than any system keeps for it.
const TIMES: usize = 40;

/// Connections whose clients ask for much and read nothing.
pub(crate) struct SlowReaders {
    service: SocketAddr,
    runtime: tokio::runtime::Runtime,
    held: Mutex<Vec<TcpStream>>,
}

impl SlowReaders {
    /// None yet, of this service.
    pub(crate) fn new(service: SocketAddr) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        Self { service, runtime, held: Mutex::default() }
    }

    /// Opens so many from this address, and holds them. One that finds no place is closed by the service, and that is no error.
    pub(crate) fn open(&self, from: Ipv4Addr, count: usize) {
        for _ in 0..count {
            let mut stream = self.connect(from);
            stream.set_nonblocking(true).expect("it need not wait");
            let _taken_or_refused = stream.write(ASKED.repeat(TIMES).as_bytes());
            self.held.lock().unwrap().push(stream);
        }
    }

    /// The status of an ordinary request from this address, which waits so long; an error where nothing came in time.
    pub(crate) fn get(&self, from: Ipv4Addr, path: &str, deadline: Duration) -> std::io::Result<u16> {
        let mut stream = self.connect(from);
        stream.set_read_timeout(Some(deadline))?;
        let request = format!("GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes())?;
        let mut head = [0; 12];
        stream.read_exact(&mut head)?;
        let status = std::str::from_utf8(&head[9..]).ok().and_then(|status| status.parse().ok());
        Ok(status.expect("a status"))
    }

    fn connect(&self, from: Ipv4Addr) -> TcpStream {
        let connected = self.runtime.block_on(async {
            let socket = tokio::net::TcpSocket::new_v4()?;
            socket.set_recv_buffer_size(4_096)?;
            socket.bind((IpAddr::V4(from), 0).into())?;
            socket.connect(self.service).await?.into_std()
        });
        let stream = connected.expect("a connection");
        stream.set_nonblocking(false).expect("it waits");
        stream
    }
}
