//! Workbooks through calamine. New Excel formats are streamed cell by cell, the others come as whole sheets.

use super::damaged::damaged;
use super::extras::{Extras, literal_link};
use super::metered::{Metered, Packed};
use super::{held, links, ods_content, streamed, xls_records};
use crate::ImportError;
use crate::cell::MAX_COLUMNS;
use crate::file::File;
use crate::sheet::Sheets;
use crate::value::Value;
use calamine::{
    Ods, Range, Reader, Sheet, SheetType, SheetVisible, Xls, XlsError, Xlsb, XlsbError, Xlsx, XlsxError,
    XlsxFormulaMetadata,
};
use std::collections::HashMap;
use std::io::Cursor;

/// Unpacked bytes of a sheet up to which its links and merged cells are read: calamine holds them whole.
const MAX_WITH_EXTRAS: u64 = 64 << 20;

pub(super) fn xlsx<'a>(
    file: &'a File<'a>,
    packed: Packed<'_>,
    sheets: &mut Sheets<'a>,
) -> Result<(), ImportError> {
    held::charge(file, packed)?;
    let mut workbook: Xlsx<Metered> = Xlsx::new(packed.reader()).map_err(|error| match error {
        XlsxError::Password => locked(file),
        error => damaged(file, None, &error),
    })?;
    let mut has_links = None;
    let has_extras = packed.listing.largest_sheet() <= MAX_WITH_EXTRAS;
    for name in visible(workbook.sheets_metadata().to_vec(), sheets) {
        let problem = |error: XlsxError| damaged(file, Some(&name), &error);
        let read = |workbook: &mut Xlsx<Metered>, sheet, extras| {
            let mut cells = workbook.worksheet_cells_reader(&name).map_err(problem)?;
            streamed::read(file, sheet, extras, || cells.next_cell().map_err(problem))
        };
        let mut sheet = read(&mut workbook, sheets.sheet(&name), Extras::default())?;
        if has_extras && sheet.has_gaps() {
            let has_links = *has_links.get_or_insert_with(|| links::are_few(packed));
            let extras = xlsx_extras(&mut workbook, &name, has_links).map_err(problem)?;
            if !extras.is_empty() {
                sheet = read(&mut workbook, sheets.sheet(&name), extras)?;
            }
        }
        sheets.end(sheet)?;
    }
    Ok(())
}

/// Links, link formulas and merged cells: a reading of the sheet each, so only for sheets that leave gaps.
fn xlsx_extras(workbook: &mut Xlsx<Metered<'_>>, name: &str, has_links: bool) -> Result<Extras, XlsxError> {
    let mut extras = Extras::default();
    let mut cells = workbook.worksheet_cells_reader(name)?;
    // Calamine would make room for a shared formula by its number, and write it out for each of its cells.
    let mut shared: HashMap<usize, String> = HashMap::new();
    while let Some(cell) = cells.next_cell_with_formula_metadata()? {
        match cell.formula {
            Some(XlsxFormulaMetadata::Normal { formula }) => extras.formula(cell.pos, &formula),
            Some(XlsxFormulaMetadata::Shared { shared_index, formula, .. }) => {
                if let Some(target) = literal_link(&formula) {
                    extras.cell_link(cell.pos, target.clone());
                    shared.insert(shared_index, target);
                }
            }
            Some(XlsxFormulaMetadata::SharedDerived { shared_index }) => {
                if let Some(target) = shared.get(&shared_index) {
                    extras.cell_link(cell.pos, target.clone());
                }
            }
            _ => {}
        }
    }
    drop(cells);
    let links = if has_links { workbook.hyperlinks_by_sheet_name(name)? } else { Vec::new() };
    for link in links {
        if let Some(target) = link.target {
            extras.link(link.range, target);
        }
    }
    extras.merge(workbook.merge_cells_by_sheet_name(name)?);
    Ok(extras)
}

pub(super) fn xlsb<'a>(
    file: &'a File<'a>,
    packed: Packed<'_>,
    sheets: &mut Sheets<'a>,
) -> Result<(), ImportError> {
    held::charge(file, packed)?;
    let mut workbook: Xlsb<Metered> = Xlsb::new(packed.reader()).map_err(|error| match error {
        XlsbError::Password => locked(file),
        error => damaged(file, None, &error),
    })?;
    for name in visible(workbook.sheets_metadata().to_vec(), sheets) {
        let problem = |error: XlsbError| damaged(file, Some(&name), &error);
        let mut cells = workbook.worksheet_cells_reader(&name).map_err(problem)?;
        let sheet = streamed::read(file, sheets.sheet(&name), Extras::default(), || {
            cells.next_cell().map_err(problem)
        })?;
        sheets.end(sheet)?;
    }
    Ok(())
}

pub(super) fn ods<'a>(
    file: &'a File<'a>,
    packed: Packed<'_>,
    sheets: &mut Sheets<'a>,
) -> Result<(), ImportError> {
    let mut by_sheet = ods_content::extras(file, packed)?;
    let mut workbook: Ods<Metered> = Ods::new(packed.reader()).map_err(|error| match error {
        calamine::OdsError::Password => locked(file),
        error => damaged(file, None, &error),
    })?;
    for name in visible(workbook.sheets_metadata().to_vec(), sheets) {
        let problem = |error: calamine::OdsError| damaged(file, Some(&name), &error);
        let range = workbook.worksheet_range(&name).map_err(problem)?;
        let mut extras = by_sheet.remove(&name).unwrap_or_default();
        extras.formulas(&workbook.worksheet_formula(&name).map_err(problem)?);
        whole(&range, &name, extras, sheets)?;
    }
    Ok(())
}

pub(crate) fn xls<'a>(file: &'a File<'a>, bytes: &[u8], sheets: &mut Sheets<'a>) -> Result<(), ImportError> {
    let links = xls_records::links(file, bytes)?;
    let mut workbook: Xls<Cursor<&[u8]>> = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsError::Password => locked(file),
        error => damaged(file, None, &error),
    })?;
    let mut links: HashMap<String, Extras> = workbook.sheet_names().into_iter().zip(links).collect();
    for name in visible(workbook.sheets_metadata().to_vec(), sheets) {
        let problem = |error: XlsError| damaged(file, Some(&name), &error);
        let range = workbook.worksheet_range(&name).map_err(problem)?;
        let mut extras = links.remove(&name).unwrap_or_default();
        extras.formulas(&workbook.worksheet_formula(&name).map_err(problem)?);
        extras.merge(workbook.merge_cells_by_sheet_name(&name).map_err(problem)?);
        whole(&range, &name, extras, sheets)?;
    }
    Ok(())
}

/// The names of the sheets to read; hidden ones are noted, charts and macros are no sheets of rows.
fn visible(metadata: Vec<Sheet>, sheets: &mut Sheets<'_>) -> Vec<String> {
    let mut names = Vec::new();
    for sheet in metadata.into_iter().filter(|sheet| sheet.typ == SheetType::WorkSheet) {
        if sheet.visible == SheetVisible::Visible {
            names.push(sheet.name);
        } else {
            sheets.skip_hidden(&sheet.name);
        }
    }
    names
}

/// Feeds a sheet that calamine holds whole; its range may start below row 1 and right of column A.
fn whole(
    range: &Range<calamine::Data>,
    name: &str,
    mut extras: Extras,
    sheets: &mut Sheets<'_>,
) -> Result<(), ImportError> {
    let (first_row, first_column) = range.start().unwrap_or_default();
    let margin = (first_column as usize).min(MAX_COLUMNS);
    let mut sheet = sheets.sheet(name);
    for (number, cells) in (i64::from(first_row) + 1..).zip(range.rows()) {
        let mut row = vec![Value::Empty; margin];
        row.extend(cells.iter().take(MAX_COLUMNS - margin).map(Value::of_data));
        extras.apply((number - 1) as u32, &mut row);
        if !sheet.row(number, &row)? {
            break;
        }
    }
    sheets.end(sheet)
}

fn locked(file: &File<'_>) -> ImportError {
    ImportError::Locked { file: file.name.to_owned() }
}
