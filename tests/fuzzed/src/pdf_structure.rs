//! Any objects as a PDF: read without a panic, the same every time, and what is read can be believed.
//!
//! The input says what the objects are; the table, lengths and packing are made here, so that a changed input is
//! still a PDF. An object begins with `@` at the beginning of a line:
//!
//! - `@ OBJECT` is one that stands in the file itself;
//! - `@stream KEYS`, `@flate KEYS` are streams of the lines below, as they are or packed;
//! - `@members NUMBER` is an object stream, a line for each member, the first of this number;
//! - `@again NUMBER` is one more entry of the table for that object.

use deklaro_detect::{Glossary, Here, PageInput, Papers, inspect};
use deklaro_schemas::codes::ReasonCode;
use deklaro_schemas::{CountryCode, PageUrl};
use std::sync::LazyLock;

static URL: LazyLock<PageUrl> =
    LazyLock::new(|| PageUrl::parse("https://www.body.example/x.pdf").expect("a URL"));

/// Checks one input.
pub fn check(data: &[u8]) {
    let pdf = if data.starts_with(b"%PDF-") { data.to_vec() } else { made(data) };
    let read = Here.read(&pdf);
    assert_eq!(read, Here.read(&pdf), "the same bytes, the same document");
    let host = URL.host();
    let input = PageInput {
        url: &URL,
        bytes: &pdf,
        content_type: Some("application/pdf"),
        charset: None,
        host: &host,
        aliases: &[],
        country: CountryCode::parse("AT").expect("two letters"),
    };
    let page = inspect(&input, Glossary::builtin());
    let is_read = page.reason_codes.contains(&ReasonCode::DocumentRead);
    assert_eq!(is_read, read.is_ok(), "what was read is believed");
    assert!(page.links.len() <= 40 && page.evidence.len() <= 12);
}

/// The file that the input describes.
fn made(data: &[u8]) -> Vec<u8> {
    let (mut file, mut places) = (b"%PDF-1.5\n".to_vec(), Vec::new());
    for object in objects(data) {
        let line = object.iter().position(|byte| *byte == b'\n').unwrap_or(object.len());
        let (head, body) = (&object[..line], object.get(line + 1..).unwrap_or_default());
        let word = head.iter().position(|byte| *byte == b' ').unwrap_or(head.len());
        let (word, keys) = head.split_at(word);
        let made = match word {
            b"stream" => stream(keys, body),
            b"flate" => stream(&[keys, b" /Filter /FlateDecode"].concat(), &stored(body)),
            b"members" => members(number(keys), body),
            b"again" => {
                let place = places.get(number(keys).saturating_sub(1)).copied();
                places.extend(place);
                continue;
            }
            _ => object.to_vec(),
        };
        places.push(file.len());
        file.extend_from_slice(format!("{} 0 obj\n", places.len()).as_bytes());
        file.extend_from_slice(&made);
        file.extend_from_slice(b"\nendobj\n");
    }
    let (table, size) = (file.len(), places.len() + 1);
    file.extend_from_slice(format!("xref\n0 {size}\n0000000000 65535 f \n").as_bytes());
    file.extend(places.iter().flat_map(|place| format!("{place:010} 00000 n \n").into_bytes()));
    let end = format!("trailer\n<< /Size {size} /Root 1 0 R /Info 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
    [file, end.into_bytes()].concat()
}

/// What stands behind each `@` at the beginning of a line.
fn objects(data: &[u8]) -> Vec<&[u8]> {
    let starts = (0..data.len()).filter(|at| data[*at] == b'@' && (*at == 0 || data[*at - 1] == b'\n'));
    let starts: Vec<usize> = starts.collect();
    let ends = starts.iter().skip(1).map(|next| next - 1).chain([data.len()]);
    starts.iter().zip(ends).map(|(start, end)| &data[start + 1..end.max(start + 1)]).collect()
}

fn stream(keys: &[u8], body: &[u8]) -> Vec<u8> {
    let length = format!(" /Length {} >>\nstream\n", body.len());
    [b"<<".as_slice(), keys, length.as_bytes(), body, b"\nendstream"].concat()
}

/// An object stream: its index, and the members as they stand.
fn members(first: usize, body: &[u8]) -> Vec<u8> {
    let (mut index, mut place, mut count) = (String::new(), 0, 0);
    for member in body.split(|byte| *byte == b'\n') {
        index += &format!("{} {place} ", first.saturating_add(count));
        place += member.len() + 1;
        count += 1;
    }
    let keys = format!(" /Type /ObjStm /N {count} /First {} /Filter /FlateDecode", index.len());
    stream(keys.as_bytes(), &stored(&[index.as_bytes(), body].concat()))
}

/// The bytes as a zlib stream that packs nothing (RFC 1950, RFC 1951 section 3.2.4).
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut packed = vec![0x78, 0x01];
    for block in bytes.chunks(0xFFFF) {
        let length = block.len() as u16;
        packed.push(0);
        packed.extend(length.to_le_bytes());
        packed.extend((!length).to_le_bytes());
        packed.extend_from_slice(block);
    }
    packed.extend([1, 0, 0, 0xFF, 0xFF]);
    let (low, high) = bytes.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    packed.extend((high << 16 | low).to_be_bytes());
    packed
}

/// The digits of a text as a number below 100,000; 0 where there are none.
fn number(text: &[u8]) -> usize {
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).take(5);
    digits.fold(0, |number, digit| 10 * number + usize::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kept_inputs_are_documents() {
        let inputs: [&[u8]; 4] = [
            include_bytes!("../../../fuzz/corpus/pdf_structure/text"),
            include_bytes!("../../../fuzz/corpus/pdf_structure/form"),
            include_bytes!("../../../fuzz/corpus/pdf_structure/map"),
            include_bytes!("../../../fuzz/corpus/pdf_structure/members"),
        ];
        for input in inputs {
            assert!(Here.read(&made(input)).is_ok(), "{}", String::from_utf8_lossy(input));
        }
    }
}
