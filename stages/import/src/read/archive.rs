//! What does a zip file say it holds (APPNOTE.TXT section 4.3), before anything is unpacked?
//!
//! The zip crate reads the directory, as calamine has it read: no second reading may see other entries.

use std::io::{Cursor, Read, Seek};
use std::ops::Range;
use zip::ZipArchive;
use zip::result::ZipResult;

/// Unpacked bytes a workbook may declare; a sheet with a million rows of nine cells has about 700 MB.
pub(crate) const MAX_UNPACKED: u64 = 2 << 30;
/// Unpacked bytes of an entry that calamine holds whole, such as the shared strings; a list of a million rows has about 60 MB.
pub(crate) const MAX_HELD: u64 = 256 << 20;
/// Entries of a directory; a workbook has a few dozen.
pub(crate) const MAX_ENTRIES: usize = 10_000;
/// What each record of a directory begins with.
const RECORD: &[u8] = b"PK\x01\x02";

/// One file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub name: String,
    /// Bytes it says it unpacks to; the zip crate gives no more of it.
    pub unpacked: u64,
    /// Where its packed bytes lie.
    pub packed: Range<u64>,
}

/// What a zip file says it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listing {
    /// By the place of their bytes.
    pub entries: Vec<Entry>,
}

/// Why a zip file is not opened.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Its directory has more entries than are looked at: so many.
    TooMany(usize),
    /// Entries share bytes, so that it unpacks to more than its size can hold.
    Overlapping,
    /// Its directory cannot be read: why.
    Unreadable(String),
}

/// The entries of a zip file; of those with one name the last.
pub(crate) fn list(bytes: &[u8]) -> Result<Listing, Refused> {
    // Whatever directory is read, each of its records begins with this mark.
    let records = bytes.windows(RECORD.len()).filter(|window| *window == RECORD).count();
    if records > MAX_ENTRIES {
        return Err(Refused::TooMany(records));
    }
    let unreadable = |error: zip::result::ZipError| Refused::Unreadable(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    if archive.has_overlapping_files().map_err(unreadable)? {
        return Err(Refused::Overlapping);
    }
    let entries: ZipResult<Vec<Entry>> = (0..archive.len()).map(|index| entry(&mut archive, index)).collect();
    let mut entries = entries.map_err(unreadable)?;
    entries.sort_by_key(|entry| entry.packed.start);
    Ok(Listing { entries })
}

fn entry<R: Read + Seek>(archive: &mut ZipArchive<R>, index: usize) -> ZipResult<Entry> {
    let file = archive.by_index_raw(index)?;
    let start = file.data_start().unwrap_or(0);
    Ok(Entry {
        name: file.name()?.into_owned(),
        unpacked: file.size(),
        packed: start..start.saturating_add(file.compressed_size()),
    })
}

impl Entry {
    /// True for a sheet of an Excel file, which is read as a stream; calamine holds all else that it reads.
    pub(crate) fn is_sheet(&self) -> bool {
        let name = self.name.replace('\\', "/").to_ascii_lowercase();
        let Some((folder, file)) = name.rsplit_once('/') else { return false };
        // A workbook that lies in the folder of its sheets has its parts there too.
        let is_part = ["workbook.", "sharedstrings.", "styles."].iter().any(|part| file.starts_with(part));
        folder.ends_with("worksheets") && !is_part
    }
}

impl Listing {
    /// Unpacked bytes of all entries.
    pub(crate) fn unpacked(&self) -> u64 {
        self.entries.iter().fold(0, |sum, entry| sum.saturating_add(entry.unpacked))
    }

    /// The largest entry that is no sheet, in unpacked bytes.
    pub(crate) fn largest_held(&self) -> u64 {
        let held = self.entries.iter().filter(|entry| !entry.is_sheet() && entry.name != "content.xml");
        held.map(|entry| entry.unpacked).max().unwrap_or(0)
    }

    /// The largest sheet of an Excel file, in unpacked bytes.
    pub(crate) fn largest_sheet(&self) -> u64 {
        self.entries.iter().filter(|entry| entry.is_sheet()).map(|entry| entry.unpacked).max().unwrap_or(0)
    }

    /// True where an entry has this name, in any case.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// True where a folder of this name holds an entry.
    pub(crate) fn has_folder(&self, folder: &str) -> bool {
        let is_within =
            |name: &str| name.get(..folder.len()).is_some_and(|start| start.eq_ignore_ascii_case(folder));
        self.entries.iter().any(|entry| is_within(&entry.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn archive(names: impl IntoIterator<Item = String>) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            writer.start_file(name, SimpleFileOptions::default()).unwrap();
            writer.write_all(b"x").unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn a_workbook_lists_its_parts() {
        let mut workbook = rust_xlsxwriter::Workbook::new();
        workbook.add_worksheet();
        let listing = list(&workbook.save_to_buffer().unwrap()).unwrap();
        assert!(listing.has("XL/workbook.xml") && listing.has_folder("xl/") && !listing.has("xl/"));
        assert!(listing.unpacked() > 1_000);
        assert!(listing.largest_sheet() > 0 && listing.largest_sheet() < listing.unpacked());
        assert!(matches!(list(b"PK\x03\x04"), Err(Refused::Unreadable(_))));
    }

    #[test]
    fn the_entry_behind_the_last_that_is_looked_at_refuses_the_file() {
        let entries = |count: usize| archive((0..count).map(|number| format!("docProps/{number}")));
        assert_eq!(list(&entries(MAX_ENTRIES)).unwrap().entries.len(), MAX_ENTRIES);
        assert_eq!(list(&entries(MAX_ENTRIES + 1)), Err(Refused::TooMany(MAX_ENTRIES + 1)));
    }

    #[test]
    fn entries_that_share_bytes_refuse_the_file() {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("a", SimpleFileOptions::default()).unwrap();
        writer.write_all(b"x").unwrap();
        writer.shallow_copy_file("a", "b").unwrap();
        assert_eq!(list(&writer.finish().unwrap().into_inner()), Err(Refused::Overlapping));
    }

    #[test]
    fn parts_in_the_folder_of_the_sheets_are_held() {
        let is_sheet = |name: &str| Entry { name: name.to_owned(), unpacked: 1, packed: 0..1 }.is_sheet();
        assert!(is_sheet("xl/worksheets/sheet1.xml") && is_sheet("XL\\Worksheets\\a.bin"));
        for held in [
            "xl/worksheets/sharedStrings.xml",
            "xl/worksheets/theme/theme1.xml",
            "xl/worksheets/_rels/a.rels",
            "xl/styles.xml",
        ] {
            assert!(!is_sheet(held), "{held}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0usize..200) {
            let at = at.min(bytes.len());
            bytes.splice(at..at, *b"PK\x05\x06");
            let _ = list(&bytes);
        }

        #[test]
        fn what_is_listed_lies_within_the_file(names in prop::collection::hash_set("[a-z/]{1,9}", 0..20)) {
            let bytes = archive(names.iter().cloned());
            let listing = list(&bytes).unwrap();
            prop_assert_eq!(listing.entries.len(), names.len());
            prop_assert!(listing.entries.iter().all(|entry| entry.packed.end <= bytes.len() as u64));
        }
    }
}
