//! From bytes to rows: the format is told by content, never by the file's name.

mod archive;
mod format;
mod streamed;
mod text;
mod workbook;

use crate::ImportError;
use crate::sheet::{File, Sheets};
use format::Format;

/// Feeds every sheet of a file to `sheets`.
pub(crate) fn read<'a>(file: &'a File<'a>, bytes: &[u8], sheets: &mut Sheets<'a>) -> Result<(), ImportError> {
    match format::detect(file.name, bytes)? {
        Format::Xlsx => workbook::xlsx(file, bytes, sheets),
        Format::Xlsb => workbook::xlsb(file, bytes, sheets),
        Format::Ods => workbook::ods(file, bytes, sheets),
        Format::Xls => workbook::xls(file, bytes, sheets),
        Format::Text => text::read(file, bytes, sheets),
    }
}
