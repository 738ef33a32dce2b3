//! A bucket of one's own: what of S3 the store asks for, on loopback, its objects in a folder. No server needs to be installed.

use super::lake::Lake;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};

/// The folder and port of a bucket. It answers until the process ends.
pub(crate) struct Bucket {
    folder: tempfile::TempDir,
    port: u16,
}

/// What came over one connection.
struct Request {
    method: String,
    path: String,
    query: String,
    creates: bool,
    body: Vec<u8>,
}

impl Bucket {
    /// A bucket; one that is lax passes `If-None-Match` over.
    pub(crate) fn open(is_lax: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let root = folder.path().to_owned();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let root = root.clone();
                // A client that is gone needs no answer.
                std::thread::spawn(move || answer(&stream, &root, is_lax).ok());
            }
        });
        Self { folder, port }
    }

    /// Where the objects of `s3://b/lake` lie.
    pub(crate) fn objects(&self) -> PathBuf {
        self.folder.path().join("b/lake")
    }

    /// The store in it, with work in progress in this folder.
    pub(crate) fn lake(&self, work: &Path) -> Lake {
        let endpoint = format!("http://127.0.0.1:{}", self.port);
        let settings = [
            ("AWS_ENDPOINT_URL", endpoint.as_str()),
            ("AWS_REGION", "x"),
            ("AWS_ACCESS_KEY_ID", "x"),
            ("AWS_SECRET_ACCESS_KEY", "x"),
        ];
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Lake { store: "s3://b/lake".into(), work: work.to_owned(), settings }
    }
}

fn request(stream: &TcpStream) -> std::io::Result<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split(' ').map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let (mut length, mut creates) = (0, false);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "if-none-match" => creates = value == "*",
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Request { method, path: plain(path), query: plain(query), creates, body })
}

/// The store writes `=` as `%3D` and `/` as `%2F`.
fn plain(text: &str) -> String {
    text.replace("%3D", "=").replace("%2F", "/")
}

fn answer(mut stream: &TcpStream, root: &Path, is_lax: bool) -> std::io::Result<()> {
    let asked = request(stream)?;
    let object = root.join(asked.path.trim_start_matches('/'));
    let (status, body) = match asked.method.as_str() {
        "GET" if asked.query.contains("list-type") => (200, listed(&object, &asked.query).into_bytes()),
        "GET" | "HEAD" => match std::fs::read(&object) {
            Ok(bytes) => (200, bytes),
            Err(_) => (404, b"<Error><Code>NoSuchKey</Code></Error>".to_vec()),
        },
        "PUT" if asked.creates && object.exists() && !is_lax => (412, Vec::new()),
        "PUT" => {
            std::fs::create_dir_all(object.parent().unwrap())?;
            std::fs::write(&object, &asked.body)?;
            (200, Vec::new())
        }
        // Several at once: `<Delete><Object><Key>…`.
        "POST" => {
            let text = String::from_utf8_lossy(&asked.body).into_owned();
            for key in text.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next()) {
                std::fs::remove_file(object.join(key)).ok();
            }
            (200, b"<DeleteResult></DeleteResult>".to_vec())
        }
        other => panic!("{other} is not spoken here"),
    };
    let head = "ETag: \"x\"\r\nLast-Modified: Mon, 30 Nov 2026 00:00:00 GMT\r\nConnection: close";
    let length = body.len();
    write!(stream, "HTTP/1.1 {status} -\r\n{head}\r\nContent-Length: {length}\r\n\r\n")?;
    if asked.method != "HEAD" {
        stream.write_all(&body)?;
    }
    Ok(())
}

fn listed(bucket: &Path, query: &str) -> String {
    let prefix = query.split('&').find_map(|pair| pair.strip_prefix("prefix=")).unwrap_or("");
    let mut text = "<ListBucketResult><IsTruncated>false</IsTruncated>".to_owned();
    let folder = Some(bucket.join(prefix)).filter(|folder| folder.is_dir());
    let found = folder.map(|folder| super::files(&folder)).unwrap_or_default();
    for (path, bytes) in found {
        let (key, size) = (path.strip_prefix(bucket).unwrap().display(), bytes.len());
        text.push_str(&format!(
            "<Contents><Key>{key}</Key><Size>{size}</Size><LastModified>2026-11-30T00:00:00Z</LastModified><ETag>\"x\"</ETag></Contents>"
        ));
    }
    text + "</ListBucketResult>"
}
