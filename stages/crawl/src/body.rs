//! Response bodies: streamed, decoded and capped at once, so a bomb never unfolds.

mod coding;

use crate::failure::body_reason_of;
use coding::{BodyRead, Decoder, Fed, Sink};
use deklaro_schemas::codes::ReasonCode;
use reqwest::Response;
use reqwest::header::CONTENT_ENCODING;
use std::time::Duration;
use tokio::time::Instant;

/// Room made at once for a body that says how long it is; the usual page fits.
const MAX_EXPECTED_BYTES: u64 = 128 << 10;

/// How far a body is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyLimits {
    /// Decoded bytes.
    pub(crate) max_bytes: usize,
    /// Decoded bytes per received byte.
    pub(crate) max_inflation: u64,
    /// Time for all of it.
    pub(crate) timeout: Duration,
    /// Longest silence, and the time after which the rate counts.
    pub(crate) stall_timeout: Duration,
    /// Received bytes per second, on average.
    pub(crate) min_bytes_per_second: u64,
}

impl BodyLimits {
    fn next_chunk_by(&self, begin: Instant, now: Instant) -> Instant {
        (begin + self.timeout).min(now + self.stall_timeout)
    }

    /// Silence is told from a body that came all along, but not to its end.
    fn timeout_reason(&self, begin: Instant, now: Instant) -> ReasonCode {
        if now >= begin + self.timeout { ReasonCode::BodyTimeout } else { ReasonCode::BodyStalled }
    }

    /// True for a body that drips: servers and attackers can hold a connection with a byte now and then.
    fn is_stalled(&self, elapsed: Duration, received: u64) -> bool {
        elapsed > self.stall_timeout && received < self.min_bytes_per_second.saturating_mul(elapsed.as_secs())
    }
}

/// The decoded body up to the caps, or why there is none.
pub(crate) async fn read(mut response: Response, limits: BodyLimits) -> Result<BodyRead, ReasonCode> {
    let begin = Instant::now();
    let encoding =
        response.headers().get(CONTENT_ENCODING).map_or(&b""[..], |value| value.as_bytes()).to_owned();
    let expected = response.content_length().unwrap_or_default().min(MAX_EXPECTED_BYTES);
    let mut decoder = Decoder::new(&encoding, Sink::new(limits.max_bytes, expected as usize))?;
    let mut received: u64 = 0;
    loop {
        let until = limits.next_chunk_by(begin, Instant::now());
        let chunk = tokio::time::timeout_at(until, response.chunk())
            .await
            .map_err(|_| limits.timeout_reason(begin, Instant::now()))?
            .map_err(|error| body_reason_of(&error))?;
        let Some(chunk) = chunk else { return decoder.finish(received) };
        if limits.is_stalled(begin.elapsed(), received + chunk.len() as u64) {
            return Err(ReasonCode::BodyStalled);
        }
        for piece in chunk.chunks(decoder.piece_bytes(chunk.len())) {
            received += piece.len() as u64;
            decoder = match decoder.feed(piece)? {
                Fed::More(decoder) => decoder,
                Fed::Full(bytes) if bytes.len() as u64 > received.saturating_mul(limits.max_inflation) => {
                    return Err(ReasonCode::BodyBomb);
                }
                Fed::Full(bytes) => return Ok(BodyRead { bytes, is_truncated: true }),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use proptest::prelude::*;
    use std::io::Write;

    fn limits(max_bytes: usize) -> BodyLimits {
        BodyLimits {
            max_bytes,
            max_inflation: 200,
            timeout: Duration::from_secs(60),
            stall_timeout: Duration::from_secs(10),
            min_bytes_per_second: 100,
        }
    }

    async fn decode(encoding: &str, body: Vec<u8>, max_bytes: usize) -> Result<BodyRead, ReasonCode> {
        let response = http::Response::builder().header(CONTENT_ENCODING, encoding).body(body).unwrap();
        read(response.into(), limits(max_bytes)).await
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn brotli(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 20);
        encoder.write_all(bytes).unwrap();
        encoder.into_inner()
    }

    fn text() -> Vec<u8> {
        (0..2_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_string().into_bytes()).collect()
    }

    #[tokio::test]
    async fn every_coding_gives_the_same_bytes() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(&text()).unwrap();
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::fast());
        bare.write_all(&text()).unwrap();
        let cases = [
            ("", text()),
            ("GZIP", gzip(&text())),
            ("br", brotli(&text())),
            ("deflate", zlib.finish().unwrap()),
            ("deflate", bare.finish().unwrap()),
        ];
        for (encoding, body) in cases {
            let read = decode(encoding, body, 1 << 20).await.unwrap();
            assert_eq!(read, BodyRead { bytes: text(), is_truncated: false }, "{encoding}");
        }
    }

    #[tokio::test]
    async fn a_long_body_is_cut_and_a_bomb_refused() {
        for body in [("", text()), ("gzip", gzip(&text())), ("br", brotli(&text()))] {
            let read = decode(body.0, body.1, 1_000).await.unwrap();
            assert_eq!(read, BodyRead { bytes: text()[..1_000].to_vec(), is_truncated: true });
        }
        let zeros = vec![0; 8 << 20];
        assert_eq!(decode("gzip", gzip(&zeros), 2 << 20).await, Err(ReasonCode::BodyBomb));
        assert_eq!(decode("br", brotli(&zeros), 2 << 20).await, Err(ReasonCode::BodyBomb));
    }

    #[test]
    fn drips_and_silence_are_told_from_slow_lines() {
        let (limits, begin) = (limits(1), Instant::now());
        let seconds = Duration::from_secs;
        assert!(!limits.is_stalled(seconds(9), 0), "too early to tell");
        assert!(limits.is_stalled(seconds(20), 1_999) && !limits.is_stalled(seconds(20), 2_000));
        assert_eq!(limits.next_chunk_by(begin, begin + seconds(5)), begin + seconds(15));
        assert_eq!(limits.next_chunk_by(begin, begin + seconds(55)), begin + seconds(60));
        assert_eq!(limits.timeout_reason(begin, begin + seconds(15)), ReasonCode::BodyStalled);
        assert_eq!(limits.timeout_reason(begin, begin + seconds(60)), ReasonCode::BodyTimeout);
    }

    #[tokio::test]
    async fn what_cannot_be_decoded_is_named() {
        assert_eq!(decode("zstd", text(), 1_000).await, Err(ReasonCode::BodyEncoding));
        assert_eq!(decode("gzip, br", text(), 1_000).await, Err(ReasonCode::BodyEncoding));
        assert_eq!(decode("gzip", b"no gzip".to_vec(), 1_000).await, Err(ReasonCode::BodyEncoding));
        assert_eq!(
            decode("gzip", gzip(&text())[..100].to_vec(), 1 << 20).await,
            Err(ReasonCode::BodyEncoding)
        );
        assert_eq!(
            decode("gzip", Vec::new(), 1_000).await,
            Ok(BodyRead { bytes: Vec::new(), is_truncated: false })
        );
    }

    proptest! {
        #[test]
        fn any_bytes_under_any_coding_stay_under_the_cap(
            body in proptest::collection::vec(any::<u8>(), 0..300),
            encoding in prop_oneof!["gzip", "br", "deflate", "identity", "\\PC{0,8}"],
        ) {
            let sink = Sink::new(64, 1 << 20);
            if let Ok(Ok(Fed::More(decoder))) = Decoder::new(encoding.as_bytes(), sink).map(|decoder| decoder.feed(&body))
                && let Ok(read) = decoder.finish(body.len() as u64)
            {
                prop_assert!(read.bytes.len() <= 64);
            }
        }
    }
}
