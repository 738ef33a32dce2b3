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

/// A frame from a parent, which is trusted; nothing at the end of the stream.
pub(crate) fn read(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; HEAD];
    match input.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let length = u64::from_le_bytes(length);
    let mut bytes = Vec::new();
    input.take(length).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// A frame to a parent.
pub(crate) fn write(output: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    output.write_all(&head(bytes.len() as u64))?;
    output.write_all(bytes)?;
    output.flush()
}
