//! From bytes to rows: the format is told by content, never by the file's name.

mod archive;
mod damaged;
mod extras;
mod format;
mod held;
mod links;
mod metered;
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
use archive::Listing;
use deklaro_schemas::budget::Cost;
use format::Format;
use metered::Packed;

/// Archives within archives that are opened.
const MAX_DEPTH: u32 = 2;

/// Names and unpacked sizes of a zip file's entries; nothing where it is not opened.
pub(crate) fn listed(bytes: &[u8]) -> Option<Vec<(String, u64)>> {
    let listing = archive::list(bytes).ok()?;
    Some(listing.entries.into_iter().map(|entry| (entry.name, entry.unpacked)).collect())
}

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
        Format::Xlsx(listing) => workbook::xlsx(file, opened(file, bytes, &listing)?, sheets),
        Format::Xlsb(listing) => workbook::xlsb(file, opened(file, bytes, &listing)?, sheets),
        Format::Ods(listing) => workbook::ods(file, opened(file, bytes, &listing)?, sheets),
        Format::Xls => workbook::xls(file, bytes, sheets),
        Format::Text => text::read(file, bytes, sheets),
        Format::Json => seed_file::read(file, bytes, sheets),
        Format::Gzip | Format::Zip(_) if depth == MAX_DEPTH => Err(ImportError::NotAWorkbook {
            file: file.name.to_owned(),
            found: "an archive within an archive within an archive".into(),
        }),
        Format::Gzip => read_at(file, &unpack::gunzip(file, bytes)?, sheets, depth + 1),
        Format::Zip(listing) => read_parts(file, Packed::new(bytes, &listing, file.budget), sheets, depth),
    }
}

/// A workbook of several files, for whose unpacking the file pays at once.
fn opened<'b>(file: &'b File<'_>, bytes: &'b [u8], listing: &'b Listing) -> Result<Packed<'b>, ImportError> {
    file.charge(Cost::Unpacked, listing.unpacked())?;
    Ok(Packed::new(bytes, listing, file.budget))
}

/// Every file of an archive that is a list; the others are noted.
fn read_parts<'a>(
    file: &'a File<'a>,
    packed: Packed<'_>,
    sheets: &mut Sheets<'a>,
    depth: u32,
) -> Result<(), ImportError> {
    let mut parts = unpack::Parts::open(file, packed)?;
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
