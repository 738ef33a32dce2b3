//! How is a content coding undone without unfolding a bomb?

use deklaro_schemas::codes::ReasonCode;
use flate2::write::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use std::io::{self, Write};

/// Working memory of the brotli decoder.
const BROTLI_BUFFER_BYTES: usize = 4 << 10;

/// Received bytes decoded at a time.
const PIECE_BYTES: usize = 1 << 10;

/// A body as far as it was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BodyRead {
    pub(crate) bytes: Vec<u8>,
    pub(crate) is_truncated: bool,
}

/// Collects bytes up to a cap, then refuses.
#[derive(Debug)]
pub(super) struct Sink {
    bytes: Vec<u8>,
    max_bytes: usize,
    is_full: bool,
}

impl Sink {
    pub(super) fn new(max_bytes: usize, expected: usize) -> Self {
        Self { bytes: Vec::with_capacity(expected.min(max_bytes)), max_bytes, is_full: false }
    }

    /// Takes the collected bytes. The decoder's last flush, when it is dropped, finds no room any more.
    fn take(&mut self) -> Vec<u8> {
        self.max_bytes = 0;
        std::mem::take(&mut self.bytes)
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.max_bytes - self.bytes.len();
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
        if bytes.len() > room {
            self.is_full = true;
            return Err(io::Error::other("the cap is reached"));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a decoder is after a piece.
pub(super) enum Fed {
    More(Decoder),
    Full(Vec<u8>),
}

/// A content coding (RFC 9110 section 8.4.1) in front of the sink.
pub(super) enum Decoder {
    Identity(Sink),
    Gzip(Box<MultiGzDecoder<Sink>>),
    /// `deflate` is zlib by the RFC and bare deflate in the wild; the first byte tells.
    Deflate(Sink),
    Zlib(Box<ZlibDecoder<Sink>>),
    Bare(Box<DeflateDecoder<Sink>>),
    Brotli(Box<brotli::DecompressorWriter<Sink>>),
}

impl Decoder {
    /// The decoder for a `Content-Encoding`; more than one coding is not supported, and never sent by real sites.
    pub(super) fn new(encoding: &[u8], sink: Sink) -> Result<Self, ReasonCode> {
        match encoding.trim_ascii().to_ascii_lowercase().as_slice() {
            b"" | b"identity" | b"none" | b"utf-8" => Ok(Self::Identity(sink)),
            b"gzip" | b"x-gzip" => Ok(Self::Gzip(Box::new(MultiGzDecoder::new(sink)))),
            b"deflate" => Ok(Self::Deflate(sink)),
            b"br" => Ok(Self::Brotli(Box::new(brotli::DecompressorWriter::new(sink, BROTLI_BUFFER_BYTES)))),
            _ => Err(ReasonCode::BodyEncoding),
        }
    }

    /// Bytes to feed at a time. Coded bodies come in small pieces: the ratio counts what was decoded, not what else came
    /// along with it.
    pub(super) fn piece_bytes(&self, whole: usize) -> usize {
        if matches!(self, Self::Identity(_)) { whole.max(1) } else { PIECE_BYTES }
    }

    pub(super) fn feed(self, chunk: &[u8]) -> Result<Fed, ReasonCode> {
        let mut this = self.settled(chunk);
        match this.writer().write_all(chunk) {
            Ok(()) => Ok(Fed::More(this)),
            Err(_) if this.sink().is_full => Ok(Fed::Full(this.sink_mut().take())),
            Err(_) => Err(ReasonCode::BodyEncoding),
        }
    }

    /// Decides between the two kinds of `deflate` (RFC 1950: the low four bits of the first byte are 8).
    fn settled(self, chunk: &[u8]) -> Self {
        match (self, chunk.first()) {
            (Self::Deflate(sink), Some(first)) if first & 0x0f == 8 => {
                Self::Zlib(Box::new(ZlibDecoder::new(sink)))
            }
            (Self::Deflate(sink), Some(_)) => Self::Bare(Box::new(DeflateDecoder::new(sink))),
            (this, _) => this,
        }
    }

    pub(super) fn finish(mut self, received: u64) -> Result<BodyRead, ReasonCode> {
        let end = match &mut self {
            Self::Identity(_) | Self::Deflate(_) => Ok(()),
            Self::Gzip(decoder) => decoder.try_finish(),
            Self::Zlib(decoder) => decoder.try_finish(),
            Self::Bare(decoder) => decoder.try_finish(),
            Self::Brotli(decoder) => decoder.close(),
        };
        let is_truncated = self.sink().is_full;
        // Answers without a body may name a coding all the same.
        if end.is_err() && !is_truncated && received > 0 {
            return Err(ReasonCode::BodyEncoding);
        }
        Ok(BodyRead { bytes: self.sink_mut().take(), is_truncated })
    }

    fn writer(&mut self) -> &mut dyn Write {
        match self {
            Self::Identity(sink) | Self::Deflate(sink) => sink,
            Self::Gzip(decoder) => decoder,
            Self::Zlib(decoder) => decoder,
            Self::Bare(decoder) => decoder,
            Self::Brotli(decoder) => decoder,
        }
    }

    fn sink(&self) -> &Sink {
        match self {
            Self::Identity(sink) | Self::Deflate(sink) => sink,
            Self::Gzip(decoder) => decoder.get_ref(),
            Self::Zlib(decoder) => decoder.get_ref(),
            Self::Bare(decoder) => decoder.get_ref(),
            Self::Brotli(decoder) => decoder.get_ref(),
        }
    }

    fn sink_mut(&mut self) -> &mut Sink {
        match self {
            Self::Identity(sink) | Self::Deflate(sink) => sink,
            Self::Gzip(decoder) => decoder.get_mut(),
            Self::Zlib(decoder) => decoder.get_mut(),
            Self::Bare(decoder) => decoder.get_mut(),
            Self::Brotli(decoder) => decoder.get_mut(),
        }
    }
}
