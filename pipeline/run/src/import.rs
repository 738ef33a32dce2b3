//! The import step: every workbook of a run into the work area.

use super::area::{WorkArea, WorkFile};
use super::listed_source::ListedSource;
use deklaro_console::{BadFiles, Progress};
use deklaro_import::{ImportError, Imported, Workbook, Workbooks};
use deklaro_schemas::steps::IMPORT;
use deklaro_schemas::tables::Seed;
use deklaro_schemas::{CountryCode, Row};

/// What importing came to.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub struct ImportCounts {
    /// Sheets read.
    pub sheets: i64,
    /// Rows below the headers.
    pub rows: i64,
    /// Rows that gave a seed.
    pub accepted: i64,
    /// Rows rejected.
    pub rejected: i64,
}

impl ImportCounts {
    /// Adds a workbook.
    pub fn add(&mut self, imported: &Imported) {
        self.sheets += imported.sources.len() as i64;
        for source in &imported.sources {
            self.rows += source.rows_total;
            self.accepted += source.rows_accepted;
            self.rejected += source.rows_rejected;
        }
    }
}

/// Reads one workbook with its own map, where it has one, before the built-in maps.
pub fn import_one(list: &ListedSource, workbooks: &dyn Workbooks) -> Result<Imported, ImportError> {
    let workbook = Workbook { file_name: &list.file_name, bytes: &list.bytes, origin: list.origin.clone() };
    workbooks.import(&workbook, list.map.as_deref())
}

/// Imports every list into the work area: one file per workbook. A file that cannot be read is named and the others go on;
/// the run does not start on an incomplete list.
pub async fn import_all(
    area: &WorkArea,
    lists: Vec<ListedSource>,
    countries: &[CountryCode],
    workbooks: &dyn Workbooks,
    progress: &Progress,
) -> anyhow::Result<ImportCounts> {
    let step = progress.step(IMPORT.name, lists.len() as u64);
    let mut counts = ImportCounts::default();
    let mut failed = 0;
    for (number, list) in lists.into_iter().enumerate() {
        match import_one(&list, workbooks) {
            Ok(imported) => {
                counts.add(&imported);
                write(area, number as u32, only(imported, countries)?).await?;
            }
            // It is no fault of the list, and the next list would meet the same.
            Err(error @ ImportError::NoReader { .. }) => return Err(error.into()),
            Err(error) => {
                failed += 1;
                progress.problem(&anyhow::Error::new(error));
            }
        }
        step.advance(1);
    }
    step.done(&format!("{} rows: {} accepted, {} rejected", counts.rows, counts.accepted, counts.rejected));
    if failed > 0 { Err(BadFiles { count: failed }.into()) } else { Ok(counts) }
}

/// Drops what other countries own when the run is for some only.
pub fn only(mut imported: Imported, countries: &[CountryCode]) -> anyhow::Result<Imported> {
    if countries.is_empty() {
        return Ok(imported);
    }
    imported.seeds = imported.seeds.of_countries(countries)?;
    imported.rejects.retain(|reject| reject.country_code.is_none_or(|country| countries.contains(&country)));
    Ok(imported)
}

async fn write(area: &WorkArea, number: u32, imported: Imported) -> anyhow::Result<()> {
    let file = WorkFile { chunk: 0, round: 0, number };
    area.write_rows(file, &imported.sources).await?;
    area.write_batches(&Seed::table(), file, imported.seeds.batches()).await?;
    area.write_rows(file, &imported.rejects).await
}
