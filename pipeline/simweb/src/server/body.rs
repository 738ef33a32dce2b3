//! How bodies travel: whole, dribbling, endless, broken off.

use std::convert::Infallible;
use std::io::{Error, ErrorKind, Write};
use std::sync::LazyLock;
use std::time::Duration;

use bytes::Bytes;
use futures::stream::{self, Stream};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;

use super::wire::Breaker;
use crate::Payload;

/// Body of every answer.
pub(super) type Body = UnsyncBoxBody<Bytes, Error>;

/// Parts and pause of a body that dribbles: about one second in all.
const DRIBBLES: usize = 10;
const DRIBBLE_PAUSE: Duration = Duration::from_millis(100);
/// An endless body brings 64 KiB every 5 ms, about 12 MB/s, so that one reader cannot take a whole core.
const FILLER: usize = 64 * 1024;
const FILLER_PAUSE: Duration = Duration::from_millis(5);
/// How long the first half of a broken body has to arrive before the reset may overtake it.
const BREAK_PAUSE: Duration = Duration::from_millis(20);
/// What the bomb inflates to.
const BOMB: usize = 64 * 1024 * 1024;

static FILLER_TEXT: LazyLock<Bytes> =
    LazyLock::new(|| Bytes::from("<p>and so on and so forth</p>\n".repeat(FILLER / 30)));

/// 64 MiB of zeros in about 64 KiB of gzip.
static BOMB_BYTES: LazyLock<Bytes> = LazyLock::new(|| {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![0; 1024 * 1024];
    for _ in 0..BOMB / zeros.len() {
        gzip.write_all(&zeros).expect("writing to memory does not fail");
    }
    gzip.finish().expect("writing to memory does not fail").into()
});

/// Length to announce in the header, where it differs from what the body itself tells.
pub(super) fn announced_length(payload: &Payload) -> Option<usize> {
    match payload {
        Payload::Dribble(bytes) | Payload::Broken(bytes) => Some(bytes.len()),
        _ => None,
    }
}

/// The body that carries `payload`.
pub(super) fn body(payload: Payload, breaker: Breaker) -> Body {
    match payload {
        Payload::Whole(bytes) => whole(bytes),
        Payload::Bomb => whole(BOMB_BYTES.clone()),
        Payload::Dribble(bytes) => streamed(dribble(bytes)),
        Payload::Endless(start) => streamed(endless(start)),
        Payload::Broken(bytes) => streamed(broken(&bytes, breaker)),
    }
}

fn whole(bytes: Bytes) -> Body {
    Full::new(bytes).map_err(|never: Infallible| match never {}).boxed_unsync()
}

fn streamed(parts: impl Stream<Item = Result<Bytes, Error>> + Send + 'static) -> Body {
    StreamBody::new(futures::StreamExt::map(parts, |part| part.map(Frame::data))).boxed_unsync()
}

fn dribble(bytes: Bytes) -> impl Stream<Item = Result<Bytes, Error>> {
    let step = bytes.len().div_ceil(DRIBBLES).max(1);
    stream::unfold(bytes, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(DRIBBLE_PAUSE).await;
        let part = rest.split_to(step.min(rest.len()));
        Some((Ok(part), rest))
    })
}

fn endless(start: Bytes) -> impl Stream<Item = Result<Bytes, Error>> {
    stream::unfold(Some(start), |start| async move {
        if let Some(start) = start {
            return Some((Ok(start), None));
        }
        tokio::time::sleep(FILLER_PAUSE).await;
        Some((Ok(FILLER_TEXT.clone()), None))
    })
}

fn broken(bytes: &Bytes, breaker: Breaker) -> impl Stream<Item = Result<Bytes, Error>> + use<> {
    let half = bytes.slice(..bytes.len() / 2);
    stream::unfold(Some(half), move |half| {
        let breaker = breaker.clone();
        async move {
            if let Some(half) = half {
                return Some((Ok(half), None));
            }
            tokio::time::sleep(BREAK_PAUSE).await;
            breaker.break_off();
            Some((Err(Error::from(ErrorKind::ConnectionReset)), None))
        }
    })
}
