//! Accepted rows, held as Arrow batches from the start: a list of a million rows takes half of what row structs would.

mod columns;

use arrow::array::{AsArray, RecordBatch, StringArray};
use arrow::compute::filter_record_batch;
use arrow::datatypes::Int64Type;
use arrow::error::ArrowError;
use deklaro_schemas::batch::to_rows;
use deklaro_schemas::tables::Seed;
use deklaro_schemas::{CountryCode, SourceId};

pub(crate) use columns::{Accepted, Countries, SeedColumns};

/// The seeds of a file: batches in the schema of the table `seeds`, each of one sheet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seeds {
    batches: Vec<RecordBatch>,
}

impl Seeds {
    pub(crate) fn of(batches: Vec<RecordBatch>) -> Self {
        Self { batches }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// True when no row was accepted.
    pub fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// The batches, in the order of the rows.
    pub fn batches(&self) -> &[RecordBatch] {
        &self.batches
    }

    /// The seeds as row structs, made a batch at a time.
    pub fn rows(&self) -> impl Iterator<Item = Seed> {
        self.batches.iter().flat_map(rows)
    }

    /// The seeds of one sheet as row structs.
    pub fn rows_of(&self, source: &SourceId) -> impl Iterator<Item = Seed> {
        let id = |batch: &RecordBatch| texts(batch, "source_id").value(0) == source.as_str();
        self.batches.iter().filter(move |batch| id(batch)).flat_map(rows)
    }

    /// Country, host and page of each seed, without making row structs; the page is empty where there is none.
    pub fn places(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.batches.iter().flat_map(|batch| {
            let column = |name| texts(batch, name);
            let (countries, hosts) = (column("country_code"), column("canonical_hostname"));
            // A missing value's text is empty.
            let pages = column("page_url");
            (0..batch.num_rows()).map(|row| (countries.value(row), hosts.value(row), pages.value(row)))
        })
    }

    /// Sheet and row of each seed, in the same order.
    pub fn sheet_rows(&self) -> impl Iterator<Item = (&str, i64)> {
        self.batches.iter().flat_map(|batch| {
            let rows = batch.column_by_name("row_number").expect("a column of the table's schema");
            let rows = rows.as_primitive::<Int64Type>().values().iter().copied();
            let sheets = texts(batch, "sheet");
            (0..).map(|row| sheets.value(row)).zip(rows)
        })
    }

    /// Those of these countries.
    pub fn of_countries(&self, countries: &[CountryCode]) -> Result<Self, ArrowError> {
        let mut kept = Vec::with_capacity(self.batches.len());
        for batch in &self.batches {
            let wanted = texts(batch, "country_code")
                .iter()
                .map(|code| Some(countries.iter().any(|country| Some(country.as_str()) == code)));
            kept.push(filter_record_batch(batch, &wanted.collect())?);
        }
        kept.retain(|batch| batch.num_rows() > 0);
        Ok(Self { batches: kept })
    }

    pub(crate) fn append(&mut self, mut other: Seeds) {
        self.batches.append(&mut other.batches);
    }
}

fn rows(batch: &RecordBatch) -> Vec<Seed> {
    to_rows(batch).expect("batches of the table's own schema and of keys written as keys")
}

fn texts<'b>(batch: &'b RecordBatch, name: &str) -> &'b StringArray {
    let column = batch.column_by_name(name).and_then(|column| column.as_any().downcast_ref());
    column.expect("a text column of the table's schema")
}
