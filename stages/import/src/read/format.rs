//! A file's first bytes say which format it has.

use super::archive::{self, Listing, Refused};
use crate::ImportError;

/// The formats read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Format {
    Xlsx(Listing),
    Xlsb(Listing),
    Ods(Listing),
    Xls,
    Text,
    Json,
    Gzip,
    Zip(Listing),
}

/// First bytes that are none of ours, and what they say.
const OTHERS: [(&[u8], &str); 11] = [
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"{\\rtf", "a text document"),
    (b"\xfd7zXZ", "an xz file"),
];

/// The format of a file by its content.
pub(crate) fn detect(file: &str, bytes: &[u8]) -> Result<Format, ImportError> {
    let no_workbook =
        |found: &'static str| ImportError::NotAWorkbook { file: file.to_owned(), found: found.into() };
    if bytes.is_empty() {
        return Err(ImportError::Empty { file: file.to_owned() });
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return of_archive(file, bytes);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return of_compound(file, bytes);
    }
    if bytes.starts_with(b"\x1f\x8b") {
        return Ok(Format::Gzip);
    }
    if let Some((_, found)) = OTHERS.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(no_workbook(found));
    }
    let start = &bytes[..bytes.len().min(4_096)];
    let has_bom = encoding_rs::Encoding::for_bom(start).is_some();
    if start.contains(&0) && !has_bom && super::text::wide_encoding(start).is_none() {
        return Err(no_workbook("binary data"));
    }
    let text: Vec<u8> = start.iter().copied().skip_while(u8::is_ascii_whitespace).take(9).collect();
    match text.to_ascii_lowercase().as_slice() {
        [b'<', ..] => Err(no_workbook("an HTML or XML page")),
        [b'{' | b'[', b'"' | b'{' | b'\n' | b'\r' | b' ', ..] => Ok(Format::Json),
        _ => Ok(Format::Text),
    }
}

/// Which of the zipped formats it is, after a look at what it unpacks to.
fn of_archive(file: &str, bytes: &[u8]) -> Result<Format, ImportError> {
    let listing = archive::list(bytes).map_err(|refused| not_opened(file, refused))?;
    let too_large = |found, limit| ImportError::TooLarge {
        file: file.to_owned(),
        what: "unpacked bytes".into(),
        found,
        limit,
    };
    if listing.unpacked() > archive::MAX_UNPACKED {
        return Err(too_large(listing.unpacked(), archive::MAX_UNPACKED));
    }
    let is_excel = listing.has_folder("xl/");
    if (is_excel || listing.has("content.xml")) && listing.largest_held() > archive::MAX_HELD {
        return Err(too_large(listing.largest_held(), archive::MAX_HELD));
    }
    if listing.has("xl/workbook.bin") {
        Ok(Format::Xlsb(listing))
    } else if is_excel {
        Ok(Format::Xlsx(listing))
    } else if listing.has("content.xml") && listing.has("mimetype") {
        Ok(Format::Ods(listing))
    } else {
        Ok(Format::Zip(listing))
    }
}

/// The error of an archive whose directory is refused.
fn not_opened(file: &str, refused: Refused) -> ImportError {
    let damaged = |message: String| ImportError::Damaged { file: file.to_owned(), sheet: None, message };
    match refused {
        Refused::TooMany(found) => ImportError::TooLarge {
            file: file.to_owned(),
            what: "files in the archive".into(),
            found: found as u64,
            limit: archive::MAX_ENTRIES as u64,
        },
        Refused::Overlapping => damaged("files of the archive share their bytes".to_owned()),
        Refused::Unreadable(why) => damaged(format!("the archive's directory cannot be read: {why}")),
    }
}

/// Old Excel files and encrypted new ones share a container.
fn of_compound(file: &str, bytes: &[u8]) -> Result<Format, ImportError> {
    let wide = |name: &str| name.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let has = |name: &str| contains(bytes, &wide(name));
    if has("EncryptedPackage") {
        return Err(ImportError::Locked { file: file.to_owned() });
    }
    if has("Workbook") || has("Book") {
        return Ok(Format::Xls);
    }
    let found = if has("WordDocument") { "a Word document" } else { "an Office file that is no workbook" };
    Err(ImportError::NotAWorkbook { file: file.to_owned(), found: found.into() })
}

/// Directory names stand on 128-byte borders, so looking there is enough.
fn contains(bytes: &[u8], name: &[u8]) -> bool {
    bytes.chunks(128).any(|entry| entry.starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_files_are_named() {
        let found = |bytes: &[u8]| detect("x.xlsx", bytes).unwrap_err().to_string();
        assert!(found(b"%PDF-1.7").contains("found a PDF"));
        assert!(found(b"  <!doctype html>").contains("found an HTML or XML page"));
        assert!(found(b"\x00\x01\x02\x00\x00\x00").contains("found binary data"));
        assert!(found(b"PK\x03\x04 and no more").contains("damaged"));
        assert_eq!(found(b""), "`x.xlsx`: empty, expected a sheet with a header row");
    }

    #[test]
    fn shared_strings_have_a_cap_of_their_own() {
        let mut writer = rust_xlsxwriter::Workbook::new();
        writer.add_worksheet().write(0, 0, "host").unwrap();
        let mut bytes = writer.save_to_buffer().unwrap();
        // The last mention of the name is in the directory, 46 bytes behind its record's start.
        let name = b"xl/sharedStrings.xml";
        let at = bytes.windows(name.len()).rposition(|window| window == name).unwrap() - 46;
        bytes[at + 24..at + 28].copy_from_slice(&(300_u32 << 20).to_le_bytes());
        let error = detect("x.xlsx", &bytes).unwrap_err().to_string();
        assert_eq!(error, "`x.xlsx`: unpacked bytes 314572800, at most 268435456 are read");
    }

    #[test]
    fn an_encrypted_workbook_is_locked() {
        let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
        bytes.resize(512, 0);
        bytes.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(
            detect("x.xlsx", &bytes).unwrap_err().to_string(),
            "`x.xlsx`: locked, the workbook is protected by a password"
        );
    }

    #[test]
    fn text_in_any_encoding_is_text() {
        assert_eq!(detect("x.csv", b"url\na.at\n").unwrap(), Format::Text);
        assert_eq!(detect("x.csv", b"\xff\xfeu\0r\0l\0").unwrap(), Format::Text);
        assert_eq!(detect("x.csv", b"u\0r\0l\0\n\0a\0.\0a\0t\0").unwrap(), Format::Text);
    }
}
