//! How do bytes go from one process to another? Their number first, in eight bytes, little endian.

use std::io::{self, Read, Write};

/// Bytes of the number.
pub(crate) const HEAD: usize = 8;
/// What a child says first: it is ready.
pub(crate) const READY: u8 = b'R';

/// The bytes that stand before this many.
pub(crate) fn head(length: u64) -> [u8; HEAD] {
    length.to_le_bytes()
}

/// How many bytes a parent sends next; nothing at the end of the stream.
pub(crate) fn read_head(input: &mut impl Read) -> io::Result<Option<u64>> {
    let mut length = [0; HEAD];
    match input.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    Ok(Some(u64::from_le_bytes(length)))
}

/// The bytes behind a head.
pub(crate) fn read_body(input: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A frame to a parent, of these parts.
pub(crate) fn write(output: &mut impl Write, parts: &[&[u8]]) -> io::Result<()> {
    output.write_all(&head(parts.iter().map(|part| part.len() as u64).sum()))?;
    parts.iter().try_for_each(|part| output.write_all(part))?;
    output.flush()
}
