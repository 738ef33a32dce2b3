//! What do the fuzz targets reach that nobody else may?

use crate::read;

/// Names and unpacked sizes of a zip file's entries; nothing where it is not opened.
pub fn archive(bytes: &[u8]) -> Option<Vec<(String, u64)>> {
    read::listed(bytes)
}
