//! WARC 1.1 (ISO 28500): the records of a crawl that archives and replay tools read.

use deklaro_schemas::{Sha256, Timestamp};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{self, Write};

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What the file is and who made it.
    Info,
    /// A request as it was sent.
    Request,
    /// An answer with its headers.
    Response,
    /// A file without its headers.
    Resource,
    /// What we know beside it.
    Metadata,
}

/// A record in the making.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    kind: Kind,
    id: String,
    at: Timestamp,
    content_type: &'static str,
    fields: Vec<(&'static str, String)>,
    block: Vec<u8>,
}

impl Record {
    /// A record of this content; `name` tells it from all others and gives its id, the same each time.
    pub(crate) fn new(
        kind: Kind,
        name: &str,
        at: Timestamp,
        content_type: &'static str,
        block: Vec<u8>,
    ) -> Self {
        Self { kind, id: record_id(name), at, content_type, fields: Vec::new(), block }
    }

    /// Adds a named field. Line breaks would begin another field, and go.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.fields.push((name, value.replace(['\r', '\n'], " ")));
        self
    }

    /// What other records name this one by.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    fn bytes(&self) -> Vec<u8> {
        let kind = match self.kind {
            Kind::Info => "warcinfo",
            Kind::Request => "request",
            Kind::Response => "response",
            Kind::Resource => "resource",
            Kind::Metadata => "metadata",
        };
        let mut head = format!(
            "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: {}\r\nWARC-Date: {}\r\nContent-Type: {}\r\n",
            self.id, self.at, self.content_type
        );
        self.fields.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
        head.push_str(&format!("WARC-Block-Digest: {}\r\n", digest(&self.block)));
        head.push_str(&format!("Content-Length: {}\r\n\r\n", self.block.len()));
        [head.as_bytes(), &self.block, b"\r\n\r\n"].concat()
    }
}

/// A digest as WARC names them.
pub(crate) fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", Sha256::of(bytes))
}

/// A UUID drawn from the name's hash.
fn record_id(name: &str) -> String {
    let hash = Sha256::of(name.as_bytes()).to_string();
    let bits = u128::from_str_radix(&hash[..32], 16).expect("a hash is hexadecimal");
    let id = uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid();
    format!("<urn:uuid:{id}>")
}

/// Writes records, each a gzip member of its own so that readers can begin at any of them.
pub(crate) fn write(records: &[Record], mut to: impl Write) -> io::Result<()> {
    for record in records {
        let mut member = GzEncoder::new(&mut to, Compression::default());
        member.write_all(&record.bytes())?;
        member.finish()?;
    }
    to.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn a_record_says_what_it_is_and_how_long() {
        let at = Timestamp::from_millis(1_793_500_000_000);
        let record = Record::new(Kind::Resource, "x", at, "text/plain", b"abc".to_vec())
            .with("WARC-Target-URI", "a\r\nb");
        let mut file = Vec::new();
        write(&[record.clone(), record], &mut file).unwrap();
        let mut text = String::new();
        flate2::read::MultiGzDecoder::new(file.as_slice()).read_to_string(&mut text).unwrap();
        let (first, second) = text.split_at(text.len() / 2);
        assert_eq!(first, second, "the same name gives the same id");
        let (head, block) = first.split_once("\r\n\r\n").unwrap();
        assert_eq!(block, "abc\r\n\r\n");
        assert!(head.starts_with("WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:"), "{head}");
        assert!(head.contains("\r\nWARC-Target-URI: a  b\r\n"), "{head}");
        assert!(head.ends_with("\r\nContent-Length: 3"), "{head}");
    }
}
