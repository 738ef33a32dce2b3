//! Workbooks put together part by part, so that they can hold what no spreadsheet program writes.

use std::fmt::Display;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// A zip file of parts; the caller decides what each part says.
pub(crate) struct Parts(ZipWriter<Cursor<Vec<u8>>>);

impl Parts {
    /// An archive of nothing.
    pub(crate) fn empty() -> Self {
        Self(ZipWriter::new(Cursor::new(Vec::new())))
    }

    /// An xlsx without sheet: a workbook of one sheet, `sheet1.xml`, which the caller adds.
    pub(crate) fn xlsx() -> Self {
        Self::xlsx_of(["Liste"])
    }

    /// The same, with its one sheet under these names.
    pub(crate) fn xlsx_of(names: impl IntoIterator<Item = impl Display>) -> Self {
        let sheet = |name| format!("<sheet name=\"{name}\" sheetId=\"1\" r:id=\"r1\"/>");
        let sheets: String = names.into_iter().map(sheet).collect();
        let workbook =
            format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{sheets}</sheets></workbook>");
        let relations = format!(
            "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"r1\" \
             Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
        );
        let root = format!(
            "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"r1\" \
             Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        );
        Self::empty()
            .with("_rels/.rels", &root)
            .with("xl/_rels/workbook.xml.rels", &relations)
            .with("xl/workbook.xml", &workbook)
    }

    /// An ods with these rows of XML.
    pub(crate) fn ods(rows: &str) -> Vec<u8> {
        let content = format!(
            "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
             xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
             xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet>\
             <table:table table:name=\"Liste\">{rows}</table:table></office:spreadsheet></office:body>\
             </office:document-content>"
        );
        let manifest =
            "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
        Self::empty()
            .with("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            .with("META-INF/manifest.xml", manifest)
            .with("content.xml", &content)
            .bytes()
    }

    /// Adds a part.
    pub(crate) fn with(self, name: &str, text: &str) -> Self {
        self.with_repeated(name, "", text, 1, "")
    }

    /// Adds a part that holds `block` many times over, without ever holding it whole.
    pub(crate) fn with_repeated(
        mut self,
        name: &str,
        start: &str,
        block: &str,
        times: usize,
        end: &str,
    ) -> Self {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(1));
        self.0.start_file(name, options).unwrap();
        self.0.write_all(start.as_bytes()).unwrap();
        for _ in 0..times {
            self.0.write_all(block.as_bytes()).unwrap();
        }
        self.0.write_all(end.as_bytes()).unwrap();
        self
    }

    /// Adds the sheet: `before` its data, then its rows.
    pub(crate) fn with_sheet(self, before: &str, rows: &str) -> Self {
        let sheet = format!(
            "<worksheet xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\">{before}<sheetData>{rows}</sheetData></worksheet>"
        );
        self.with("xl/worksheets/sheet1.xml", &sheet)
    }

    /// The file.
    pub(crate) fn bytes(self) -> Vec<u8> {
        self.0.finish().unwrap().into_inner()
    }
}

/// A row of text cells.
pub(crate) fn row(number: u32, texts: &[&str]) -> String {
    let cell = |(column, text): (u8, &&str)| {
        let column = char::from(b'A' + column);
        format!("<c r=\"{column}{number}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
    };
    let cells: String = (0..).zip(texts).map(cell).collect();
    format!("<row r=\"{number}\">{cells}</row>")
}

/// The unpacked size of a part, in its own header and in the archive's directory, replaced by `size`.
pub(crate) fn lie_about_size(bytes: &mut [u8], name: &str, size: u32) {
    for (mark, size_at, name_at) in [(b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)] {
        let is_header = |at: &usize| {
            bytes[*at..].starts_with(mark)
                && bytes[(at + name_at).min(bytes.len())..].starts_with(name.as_bytes())
        };
        let at = (0..bytes.len()).find(is_header).expect("the part is there");
        bytes[at + size_at..at + size_at + 4].copy_from_slice(&size.to_le_bytes());
    }
}
