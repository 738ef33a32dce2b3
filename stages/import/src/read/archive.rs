//! The directory of a zip file (APPNOTE.TXT section 4.3), read before anything is unpacked.

/// Unpacked bytes a workbook may declare; a sheet with a million rows of nine cells has about 700 MB.
pub(crate) const MAX_UNPACKED: u64 = 2 << 30;
/// Unpacked bytes of an entry that calamine holds whole, such as the shared strings; a list of a million rows has about 60 MB.
pub(crate) const MAX_HELD: u64 = 256 << 20;
const MAX_ENTRIES: usize = 10_000;

/// What a zip file says it holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Listing {
    pub names: Vec<String>,
    pub unpacked: u64,
    /// The largest entry that is no sheet, in unpacked bytes: sheets are read as a stream.
    pub largest_held: u64,
    /// The largest sheet of an Excel file, in unpacked bytes.
    pub largest_sheet: u64,
}

/// The entries of a zip file; nothing when it has no readable directory.
pub(crate) fn list(bytes: &[u8]) -> Option<Listing> {
    // The end record is 22 bytes and a comment of at most 65,535.
    let from = bytes.len().saturating_sub(22 + 0xffff);
    let end = from + bytes[from..].windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let mut at = number(bytes, end + 16, 4)? as usize;
    let mut listing = Listing { names: Vec::new(), unpacked: 0, largest_held: 0, largest_sheet: 0 };
    while bytes.get(at..at + 4) == Some(b"PK\x01\x02") && listing.names.len() < MAX_ENTRIES {
        // 0xffffffff, the mark of a size above 4 GiB, is above our cap too.
        let unpacked = number(bytes, at + 24, 4)?;
        listing.unpacked += unpacked;
        let [name, extra, comment] = [28, 30, 32].map(|offset| number(bytes, at + offset, 2));
        let name = name? as usize;
        let text = String::from_utf8_lossy(bytes.get(at + 46..at + 46 + name)?).into_owned();
        if text.starts_with("xl/worksheets/") {
            listing.largest_sheet = listing.largest_sheet.max(unpacked);
        } else if text != "content.xml" {
            listing.largest_held = listing.largest_held.max(unpacked);
        }
        listing.names.push(text);
        at += 46 + name + extra? as usize + comment? as usize;
    }
    (!listing.names.is_empty()).then_some(listing)
}

/// A little-endian number.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_workbook_lists_its_parts() {
        let mut workbook = rust_xlsxwriter::Workbook::new();
        workbook.add_worksheet();
        let listing = list(&workbook.save_to_buffer().unwrap()).unwrap();
        assert!(listing.names.iter().any(|name| name == "xl/workbook.xml"));
        assert!(listing.unpacked > 1_000);
        assert_eq!(list(b"PK\x03\x04"), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0usize..200) {
            let at = at.min(bytes.len());
            bytes.splice(at..at, *b"PK\x05\x06");
            let _ = list(&bytes);
        }
    }
}
