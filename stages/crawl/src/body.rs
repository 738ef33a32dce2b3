//! Response bodies: streamed, decoded and capped at once, so a bomb never unfolds.

mod coding;
mod window;

use crate::failure::body_reason_of;
pub(crate) use coding::{BodyRead, Caps, Unpacking};
use deklaro_schemas::codes::ReasonCode;
use reqwest::Response;
use reqwest::header::{CONTENT_ENCODING, HeaderValue};
use std::time::Duration;
use tokio::time::Instant;

/// Room made at once for a body that says how long it is; the usual page fits.
const MAX_EXPECTED_BYTES: u64 = 128 << 10;

/// How far a body is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyLimits {
    /// How much of it.
    pub(crate) caps: Caps,
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
    let expected = response.content_length().unwrap_or_default().min(MAX_EXPECTED_BYTES);
    let mut unpacking = Unpacking::new(&encoding(&response), limits.caps, expected as usize)?;
    let mut received: u64 = 0;
    loop {
        let until = limits.next_chunk_by(begin, Instant::now());
        let chunk = tokio::time::timeout_at(until, response.chunk())
            .await
            .map_err(|_| limits.timeout_reason(begin, Instant::now()))?
            .map_err(|error| body_reason_of(&error))?;
        let Some(chunk) = chunk else { return unpacking.finish() };
        received += chunk.len() as u64;
        if limits.is_stalled(begin.elapsed(), received) {
            return Err(ReasonCode::BodyStalled);
        }
        if let Some(end) = take(&mut unpacking, &chunk).await? {
            return Ok(end);
        }
    }
}

/// Decodes a chunk step by step; the runtime's other tasks have their turn between two steps.
async fn take(unpacking: &mut Unpacking, chunk: &[u8]) -> Result<Option<BodyRead>, ReasonCode> {
    let mut rest = chunk;
    while !rest.is_empty() {
        let (step, after) = rest.split_at(unpacking.step(rest.len()).min(rest.len()));
        if let Some(end) = unpacking.take(step)? {
            return Ok(Some(end));
        }
        if unpacking.has_worked() {
            tokio::task::yield_now().await;
        }
        rest = after;
    }
    Ok(None)
}

/// The coding by all lines that name one.
fn encoding(response: &Response) -> Vec<u8> {
    let lines: Vec<&[u8]> =
        response.headers().get_all(CONTENT_ENCODING).iter().map(HeaderValue::as_bytes).collect();
    lines.join(&b","[..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_simweb::{Answer, Europe, Habit, Harm, Share, SimHost, SimRequest, StatementTruth};
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use std::io::Write;

    fn limits(max_bytes: usize) -> BodyLimits {
        BodyLimits {
            caps: Caps { max_bytes, max_inflation: 200 },
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

    /// As an encoder that was told to use a window no HTTP coding has makes it.
    fn large_window_brotli(bytes: &[u8]) -> Vec<u8> {
        let parameters = brotli::enc::BrotliEncoderParams {
            quality: 5,
            lgwin: 30,
            large_window: true,
            ..Default::default()
        };
        let mut body = Vec::new();
        brotli::BrotliCompress(&mut &bytes[..], &mut body, &parameters).unwrap();
        body
    }

    #[tokio::test]
    async fn a_window_that_no_http_coding_has_is_refused_before_a_byte_is_unpacked() {
        let body = large_window_brotli(&text());
        assert_eq!(body[0] & 0x7f, 0x11, "the mark of such a stream");
        assert_eq!(decode("br", body, 1 << 20).await, Err(ReasonCode::BodyEncoding));
        // The mark alone, and a metablock that says it holds 16 MiB.
        assert_eq!(
            decode("br", vec![0x11, 0x1e, 0xff, 0xff, 0xff], 1 << 20).await,
            Err(ReasonCode::BodyEncoding)
        );
    }

    /// The bomb of a host that means harm.
    fn simulated_bomb() -> Vec<u8> {
        let plain = Europe::new(7);
        let harmed = Europe::new(7).with_harm(Share::percent(100));
        let footer = |host: &&SimHost| plain.host(&host.hostname).habit == Habit::FooterStatement;
        let hosts = harmed.hosts(200);
        let host = hosts.iter().filter(footer).find(|host| host.harm == Some(Harm::BrotliWindow)).unwrap();
        let StatementTruth::Present { url } = plain.truth(&host.hostname, 1).statement else {
            panic!("{host:?}")
        };
        let path = deklaro_schemas::PageUrl::parse(&url).unwrap().path_and_query().to_owned();
        match harmed.answer(&SimRequest::get(&host.hostname, &path), 1) {
            Answer::Reply(reply) => reply.bytes().to_vec(),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn the_simulated_bomb_is_one_and_is_refused() {
        let bomb = simulated_bomb();
        let mut unguarded = brotli::DecompressorWriter::new(Counted(0), 32 << 20);
        unguarded.write_all(&bomb[..24]).unwrap();
        assert!(unguarded.get_ref().0 >= 16 << 20, "{} of {} bytes", unguarded.get_ref().0, bomb.len());
        drop(unguarded);
        assert_eq!(decode("br", bomb, 2 << 20).await, Err(ReasonCode::BodyEncoding));
    }

    /// Counts what is written.
    struct Counted(usize);

    impl Write for Counted {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn codings_that_say_nothing_come_to_an_end() {
        let members = gzip(b"").repeat(20_000);
        assert_eq!(decode("gzip", members, 2 << 20).await, Err(ReasonCode::BodyEncoding));
        let named =
            [&[0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3][..], &b"n".repeat(60_000), b"\0", &gzip(b"x")[10..]]
                .concat();
        assert_eq!(decode("gzip", named.repeat(9), 2 << 20).await, Err(ReasonCode::BodyEncoding));
    }

    #[tokio::test]
    async fn two_lines_that_name_a_coding_are_two_codings() {
        let response = http::Response::builder()
            .header(CONTENT_ENCODING, "gzip")
            .header(CONTENT_ENCODING, "gzip")
            .body(gzip(&gzip(&text())))
            .unwrap();
        assert_eq!(read(response.into(), limits(1 << 20)).await, Err(ReasonCode::BodyEncoding));
    }
}
