//! A country's artifact becomes an Excel workbook.

use crate::artifact::CountryArtifact;
use crate::spreadsheet::{HEADER, Kind, cells, kind};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

/// Most characters of a cell; a longer text would make the workbook unreadable.
const CELL: usize = 32_767;

/// The artifact as a workbook: a row per host with the columns of the CSV, and a sheet that says what it is.
///
/// Texts are written as texts, never as formulas or links, whatever they begin with.
pub(crate) fn artifact_xlsx(artifact: &CountryArtifact) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let title = format!("Accessibility statements, {}, {}", artifact.country_code, artifact.run_month);
    let mut properties = DocProperties::new().set_title(&title).set_author("Deklaro");
    // The moment the content was settled: the same rows give the same bytes.
    let made = artifact.generated_at.to_string();
    if let Ok(moment) = ExcelDateTime::parse_from_str(made.get(..19).unwrap_or_default()) {
        properties = properties.set_creation_datetime(&moment);
    }
    workbook.set_properties(&properties);
    hosts(workbook.add_worksheet(), artifact)?;
    about(workbook.add_worksheet(), artifact, &title)?;
    workbook.save_to_buffer()
}

fn hosts(sheet: &mut Worksheet, artifact: &CountryArtifact) -> Result<(), XlsxError> {
    sheet.set_name("Websites")?;
    let head = Format::new().set_bold().set_align(FormatAlign::Top).set_text_wrap();
    for (column, name) in (0u16..).zip(HEADER) {
        sheet.write_string_with_format(0, column, name, &head)?;
        sheet.set_column_width(column, width(name))?;
    }
    for (row, domain) in (1u32..).zip(&artifact.domains) {
        for ((column, name), cell) in (0u16..).zip(HEADER).zip(cells(artifact, domain)) {
            write(sheet, row, column, kind(name), &cell)?;
        }
    }
    let last = HEADER.len() as u16 - 1;
    sheet.set_freeze_panes(1, 3)?;
    sheet.autofilter(0, 0, artifact.domains.len() as u32, last)?;
    sheet.set_landscape().set_repeat_rows(0, 0)?.set_print_fit_to_pages(1, 0);
    Ok(())
}

fn write(sheet: &mut Worksheet, row: u32, column: u16, kind: Kind, cell: &str) -> Result<(), XlsxError> {
    match (kind, cell.parse::<i64>()) {
        (_, _) if cell.is_empty() => {}
        (Kind::Flag, _) => {
            sheet.write_boolean(row, column, cell == "true")?;
        }
        (Kind::Number, Ok(number)) => {
            sheet.write_number(row, column, number as f64)?;
        }
        _ => {
            let text: String = cell.chars().take(CELL).collect();
            sheet.write_string(row, column, text)?;
        }
    }
    Ok(())
}

fn about(sheet: &mut Worksheet, artifact: &CountryArtifact, title: &str) -> Result<(), XlsxError> {
    sheet.set_name("About")?.set_column_width(0, 20)?.set_column_width(1, 90)?;
    let lines = [
        ("Title", title.to_owned()),
        ("Scan", artifact.scan_id.to_string()),
        ("Made", artifact.generated_at.to_string()),
        ("Websites", artifact.domains.len().to_string()),
        (
            "Where a row is from",
            "sourceReferenceUrl, sourceFile, sourceSheet and sourceRow name the list and its row.".to_owned(),
        ),
        (
            "What it rests on",
            "verdictSnapshot and proofFetchId name the page that was read; `deklaro trace HOST` shows it."
                .to_owned(),
        ),
        ("Columns", "The same as in the CSV and the Parquet file beside this workbook.".to_owned()),
    ];
    for (row, (name, text)) in (0u32..).zip(lines) {
        sheet.write_string(row, 0, name)?.write_string(row, 1, text)?;
    }
    Ok(())
}

fn width(column: &str) -> f64 {
    match column {
        "canonicalHostname" | "sourceReferenceUrl" => 34.0,
        "statementUrl" | "sampledUrls" | "redirectChain" => 48.0,
        _ => 15.0,
    }
}
