//! From bytes to rows: the format is told by content, never by the file's name.

mod archive;
mod damaged;
mod extras;
mod format;
mod ods_content;
mod seed_file;
mod streamed;
mod text;
mod unpack;
mod workbook;
mod xls_records;

use crate::ImportError;
use crate::file::File;
use crate::sheet::Sheets;
use format::Format;

/// Archives within archives that are opened.
const MAX_DEPTH: u32 = 2;

/// Feeds every sheet of a file to `sheets`.
pub(crate) fn read<'a>(file: &'a File<'a>, bytes: &[u8], sheets: &mut Sheets<'a>) -> Result<(), ImportError> {
    read_at(file, bytes, sheets, 0)
}

fn read_at<'a>(
    file: &'a File<'a>,
    bytes: &[u8],
    sheets: &mut Sheets<'a>,
    depth: u32,
) -> Result<(), ImportError> {
    match format::detect(file.name, bytes)? {
        Format::Xlsx => workbook::xlsx(file, bytes, sheets),
        Format::Xlsb => workbook::xlsb(file, bytes, sheets),
        Format::Ods => workbook::ods(file, bytes, sheets),
        Format::Xls => workbook::xls(file, bytes, sheets),
        Format::Text => text::read(file, bytes, sheets),
        Format::Json => seed_file::read(file, bytes, sheets),
        Format::Gzip | Format::Zip if depth == MAX_DEPTH => Err(ImportError::NotAWorkbook {
            file: file.name.to_owned(),
            found: "an archive within an archive within an archive".into(),
        }),
        Format::Gzip => read_at(file, &unpack::gunzip(file, bytes)?, sheets, depth + 1),
        Format::Zip => read_parts(file, bytes, sheets, depth),
    }
}

/// Every file of an archive that is a list; the others are noted.
fn read_parts<'a>(
    file: &'a File<'a>,
    bytes: &[u8],
    sheets: &mut Sheets<'a>,
    depth: u32,
) -> Result<(), ImportError> {
    let mut parts = unpack::Parts::open(file, bytes)?;
    while let Some((name, bytes)) = parts.next(file)? {
        sheets.set_part(Some(&name));
        match read_at(file, &bytes, sheets, depth + 1) {
            Err(ImportError::NotAWorkbook { .. } | ImportError::Empty { .. }) => sheets.skip_part(&name),
            read => read?,
        }
    }
    sheets.set_part(None);
    Ok(())
}
