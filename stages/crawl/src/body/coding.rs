//! How is a content coding undone without unfolding a bomb?

use super::window;
use deklaro_schemas::codes::ReasonCode;
use flate2::write::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use std::io::{self, Write};

/// Working memory of the brotli decoder.
const BROTLI_BUFFER_BYTES: usize = 4 << 10;

/// Received bytes decoded at a time. The ratio counts what was decoded, not what else came along with it.
const PIECE_BYTES: usize = 1 << 10;

/// Received bytes that a coding may be ahead of what it decoded to. Decoders hold some 32 KiB back, and no honest coding
/// makes a body longer by more than a few bytes in a thousand.
const MAX_SILENT_BYTES: u64 = 128 << 10;

/// Work after which the runtime's other tasks have their turn, in decoded bytes.
const YIELD_AFTER: usize = 256 << 10;

/// What a piece costs beside what it decodes to, in the same unit: Huffman tables, checksums.
const PIECE_COSTS: usize = 4 << 10;

/// How much a body may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caps {
    /// Decoded bytes.
    pub(crate) max_bytes: usize,
    /// Decoded bytes per received byte.
    pub(crate) max_inflation: u64,
}

/// A body as far as it was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BodyRead {
    pub(crate) bytes: Vec<u8>,
    pub(crate) is_truncated: bool,
}

/// A body that is being decoded. However its bytes are split on the way, the same comes out.
pub(crate) struct Unpacking {
    /// None once nothing more is wanted.
    decoder: Option<Decoder>,
    caps: Caps,
    /// Bytes that wait until the piece is whole.
    piece: Vec<u8>,
    received: u64,
    work: usize,
}

impl Unpacking {
    /// Begins a body of this `Content-Encoding`, with room made for `expected` bytes.
    pub(crate) fn new(encoding: &[u8], caps: Caps, expected: usize) -> Result<Self, ReasonCode> {
        let decoder = Decoder::new(encoding, Sink::new(caps.max_bytes, expected))?;
        Ok(Self { decoder: Some(decoder), caps, piece: Vec::new(), received: 0, work: 0 })
    }

    /// Bytes that [`Self::take`] wants at a time, of `whole` that came. Plain bodies need no pieces.
    pub(crate) fn step(&self, whole: usize) -> usize {
        match self.decoder {
            Some(Decoder::Identity(_)) => whole.max(1),
            _ => PIECE_BYTES - self.piece.len(),
        }
    }

    /// Takes the next bytes, no more than [`Self::step`] says. What it gives is the end, with more bytes to come or not.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<Option<BodyRead>, ReasonCode> {
        self.received += bytes.len() as u64;
        if let Some(Decoder::Identity(_)) = self.decoder {
            return self.feed(bytes.to_vec());
        }
        self.piece.extend_from_slice(bytes);
        if self.piece.len() < PIECE_BYTES {
            return Ok(None);
        }
        let piece = std::mem::take(&mut self.piece);
        self.feed(piece)
    }

    /// The body, where all of its bytes came.
    pub(crate) fn finish(mut self) -> Result<BodyRead, ReasonCode> {
        let piece = std::mem::take(&mut self.piece);
        if let Some(end) = self.feed(piece)? {
            return Ok(end);
        }
        let received = self.received;
        self.decoder.map_or(Err(ReasonCode::BodyEncoding), |decoder| decoder.finish(received))
    }

    /// True each time that it worked for so long that others should have their turn.
    pub(crate) fn has_worked(&mut self) -> bool {
        let has_worked = self.work >= YIELD_AFTER;
        if has_worked {
            self.work = 0;
        }
        has_worked
    }

    fn feed(&mut self, piece: Vec<u8>) -> Result<Option<BodyRead>, ReasonCode> {
        if piece.is_empty() {
            return Ok(None);
        }
        let Some(decoder) = self.decoder.take() else { return Ok(None) };
        let before = decoder.sink().bytes.len();
        match decoder.feed(piece)? {
            Fed::More(decoder) => {
                let decoded = decoder.sink().bytes.len();
                self.work += PIECE_COSTS + decoded - before;
                if self.received > decoded as u64 + MAX_SILENT_BYTES {
                    return Err(ReasonCode::BodyEncoding);
                }
                self.decoder = Some(decoder);
                Ok(None)
            }
            Fed::Full(bytes)
                if bytes.len() as u64 > self.received.saturating_mul(self.caps.max_inflation) =>
            {
                Err(ReasonCode::BodyBomb)
            }
            Fed::Full(bytes) => Ok(Some(BodyRead { bytes, is_truncated: true })),
        }
    }
}

/// Collects bytes up to a cap, then refuses.
#[derive(Debug)]
struct Sink {
    bytes: Vec<u8>,
    max_bytes: usize,
    is_full: bool,
}

impl Sink {
    fn new(max_bytes: usize, expected: usize) -> Self {
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
enum Fed {
    More(Decoder),
    Full(Vec<u8>),
}

/// A content coding (RFC 9110 section 8.4.1) in front of the sink.
enum Decoder {
    Identity(Sink),
    Gzip(Box<MultiGzDecoder<Sink>>),
    /// `deflate` is zlib by the RFC and bare deflate in the wild; the first byte tells.
    Deflate(Sink),
    Zlib(Box<ZlibDecoder<Sink>>),
    Bare(Box<DeflateDecoder<Sink>>),
    /// Brotli of which nothing came yet.
    Br(Sink),
    Brotli(Box<brotli::DecompressorWriter<Sink>>),
}

impl Decoder {
    /// The decoder for a `Content-Encoding`; more than one coding is not supported, and never sent by real sites.
    fn new(encoding: &[u8], sink: Sink) -> Result<Self, ReasonCode> {
        match encoding.trim_ascii().to_ascii_lowercase().as_slice() {
            b"" | b"identity" | b"none" | b"utf-8" => Ok(Self::Identity(sink)),
            b"gzip" | b"x-gzip" => Ok(Self::Gzip(Box::new(MultiGzDecoder::new(sink)))),
            b"deflate" => Ok(Self::Deflate(sink)),
            b"br" => Ok(Self::Br(sink)),
            _ => Err(ReasonCode::BodyEncoding),
        }
    }

    /// Decodes a piece; none is empty.
    fn feed(self, mut piece: Vec<u8>) -> Result<Fed, ReasonCode> {
        let mut this = self.settled(&mut piece)?;
        match this.writer().write_all(&piece) {
            Ok(()) => Ok(Fed::More(this)),
            Err(_) if this.sink().is_full => Ok(Fed::Full(this.sink_mut().take())),
            Err(_) => Err(ReasonCode::BodyEncoding),
        }
    }

    /// What the first byte decides: between the two kinds of `deflate` (RFC 1950: its low four bits are 8), and how much
    /// memory brotli takes.
    fn settled(self, piece: &mut [u8]) -> Result<Self, ReasonCode> {
        Ok(match (self, piece.first_mut()) {
            (Self::Deflate(sink), Some(first)) if *first & 0x0f == 8 => {
                Self::Zlib(Box::new(ZlibDecoder::new(sink)))
            }
            (Self::Deflate(sink), Some(_)) => Self::Bare(Box::new(DeflateDecoder::new(sink))),
            (Self::Br(sink), Some(first)) => {
                *first = window::narrowed(*first, sink.max_bytes).ok_or(ReasonCode::BodyEncoding)?;
                Self::Brotli(Box::new(brotli::DecompressorWriter::new(sink, BROTLI_BUFFER_BYTES)))
            }
            (this, _) => this,
        })
    }

    fn finish(mut self, received: u64) -> Result<BodyRead, ReasonCode> {
        let end = match &mut self {
            Self::Identity(_) | Self::Deflate(_) | Self::Br(_) => Ok(()),
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
            Self::Identity(sink) | Self::Deflate(sink) | Self::Br(sink) => sink,
            Self::Gzip(decoder) => decoder,
            Self::Zlib(decoder) => decoder,
            Self::Bare(decoder) => decoder,
            Self::Brotli(decoder) => decoder,
        }
    }

    fn sink(&self) -> &Sink {
        match self {
            Self::Identity(sink) | Self::Deflate(sink) | Self::Br(sink) => sink,
            Self::Gzip(decoder) => decoder.get_ref(),
            Self::Zlib(decoder) => decoder.get_ref(),
            Self::Bare(decoder) => decoder.get_ref(),
            Self::Brotli(decoder) => decoder.get_ref(),
        }
    }

    fn sink_mut(&mut self) -> &mut Sink {
        match self {
            Self::Identity(sink) | Self::Deflate(sink) | Self::Br(sink) => sink,
            Self::Gzip(decoder) => decoder.get_mut(),
            Self::Zlib(decoder) => decoder.get_mut(),
            Self::Bare(decoder) => decoder.get_mut(),
            Self::Brotli(decoder) => decoder.get_mut(),
        }
    }
}
