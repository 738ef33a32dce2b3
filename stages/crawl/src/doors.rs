//! What do fuzzers and property tests reach that nobody else needs?

use crate::body::{Caps, Unpacking};
use crate::{challenge, refresh};
use deklaro_schemas::codes::ReasonCode;

/// The decoded bytes of a body under this `Content-Encoding`, and whether they were cut at `max_bytes`. The bytes come in
/// these steps, again and again; one step of zero is all that is wanted at a time. An error is the reason there are none.
pub fn unpacked(
    encoding: &[u8],
    body: &[u8],
    steps: &[usize],
    max_bytes: usize,
) -> Result<(Vec<u8>, bool), ReasonCode> {
    let mut unpacking = Unpacking::new(encoding, Caps { max_bytes, max_inflation: 200 }, 0)?;
    let mut rest = body;
    for step in steps.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let wanted = unpacking.step(rest.len()).min(rest.len());
        let (now, later) = rest.split_at(if *step == 0 { wanted } else { wanted.min(*step) });
        if let Some(read) = unpacking.take(now)? {
            return Ok((read.bytes, read.is_truncated));
        }
        rest = later;
    }
    unpacking.finish().map(|read| (read.bytes, read.is_truncated))
}

/// Where a refresh value leads, as in a `Refresh` header.
pub fn refresh_target(value: &str) -> Option<String> {
    refresh::target(value)
}

/// Where a page's refresh tag leads.
pub fn refresh_in(page: &[u8]) -> Option<String> {
    refresh::in_markup(page)
}

/// What a page's robots tag asks for; at most 1,000 characters.
pub fn robots_in(page: &[u8]) -> Option<String> {
    refresh::robots_of(page)
}

/// True where a page of this status has the title of a challenge.
pub fn is_challenge(status: u16, page: &[u8]) -> bool {
    challenge::is_titled(status, page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;
    use std::io::Write;

    fn brotli(text: &[u8], window: i32) -> Vec<u8> {
        let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 3, window as u32);
        encoder.write_all(text).unwrap();
        encoder.into_inner()
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    proptest! {
        #[test]
        fn any_bytes_under_any_coding_split_anyhow_give_the_same_under_the_cap(
            body in proptest::collection::vec(any::<u8>(), 0..5_000),
            encoding in prop_oneof!["gzip", "br", "deflate", "identity", "\\PC{0,8}"],
            steps in proptest::collection::vec(1..2_000_usize, 1..6),
        ) {
            let whole = unpacked(encoding.as_bytes(), &body, &[0], 64);
            prop_assert!(whole.as_ref().is_ok_and(|(bytes, _)| bytes.len() <= 64) || whole.is_err());
            prop_assert_eq!(whole, unpacked(encoding.as_bytes(), &body, &steps, 64));
        }

        #[test]
        fn whole_bodies_split_anyhow_come_out_whole(
            text in proptest::collection::vec(any::<u8>(), 0..9_000),
            steps in proptest::collection::vec(1..3_000_usize, 1..6),
        ) {
            for (encoding, body) in [("gzip", gzip(&text)), ("br", brotli(&text, 16))] {
                prop_assert_eq!(unpacked(encoding.as_bytes(), &body, &steps, 1 << 20), Ok((text.clone(), false)));
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn a_window_of_any_width_gives_the_first_bytes(
            window in 10..=24,
            length in 0..300_000_usize,
            cap in 1..400_000_usize,
        ) {
            let words = (0..2_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_string().into_bytes());
            let text: Vec<u8> = words.cycle().take(length).collect();
            // Text that repeats itself for long is a bomb by its ratio, and may be called one.
            match unpacked(b"br", &brotli(&text, window), &[0], cap) {
                Ok(read) => prop_assert_eq!(read, (text[..length.min(cap)].to_vec(), length > cap)),
                Err(reason) => prop_assert!(reason == ReasonCode::BodyBomb && length > cap),
            }
        }
    }
}
