//! Seeds in the making: the cells of a row are written straight into Arrow columns.

use super::Seeds;
use crate::cell;
use crate::clean::Repairs;
use crate::field::Field;
use crate::header::Header;
use crate::value::Value;
use crate::words::Words;
use arrow::array::{
    Array, ArrayBuilder, ArrayRef, AsArray, BooleanBuilder, Float64Builder, Int64Builder, ListArray,
    RecordBatch, StringArray, StringBuilder, StructArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, FieldRef, Fields, SchemaRef};
use arrow::error::ArrowError;
use deklaro_schemas::tables::Seed;
use deklaro_schemas::{CountryCode, HostKey, PageUrl, Row, SeedIds, Sha256, SourceId};
use std::fmt::Write;
use std::sync::Arc;

/// Bytes of a row besides its texts: ids, numbers, offsets.
const ROW_BYTES: usize = 200;
/// Rows of a batch.
const BATCH_ROWS: usize = 8_192;

/// What is told of an accepted row besides its cells.
pub(crate) struct Accepted<'r> {
    pub row_number: i64,
    /// Counts the addresses of one row from 0.
    pub part: usize,
    pub country_code: CountryCode,
    pub host: &'r HostKey,
    pub page_url: Option<&'r PageUrl>,
    pub repairs: Repairs,
}

/// The columns of one sheet in the making.
pub(crate) struct SeedColumns {
    ids: SeedIds,
    source_id: SourceId,
    sheet: String,
    /// Columns the map knows, left to right, with their header texts.
    mapped: Vec<(usize, String)>,
    schema: SchemaRef,
    open: Open,
    full: Vec<RecordBatch>,
    /// Countries of all rows so far: none yet, one, or several.
    pub(crate) countries: Countries,
}

/// Whether all rows so far are of one country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Countries {
    None,
    One(CountryCode),
    Several,
}

/// The batch that is being filled.
#[derive(Default)]
struct Open {
    rows: usize,
    seed_id: StringBuilder,
    country_code: StringBuilder,
    canonical_hostname: StringBuilder,
    row_number: Int64Builder,
    raw: Lists,
    raw_column: StringBuilder,
    raw_text: StringBuilder,
    subnational: StringBuilder,
    organisation: StringBuilder,
    organisation_type: StringBuilder,
    page_url: StringBuilder,
    is_root_page: BooleanBuilder,
    scores: [Float64Builder; 4],
    repairs: Lists,
    repair: StringBuilder,
}

/// Where the lists of a list column end.
struct Lists(Vec<i32>);

impl Default for Lists {
    fn default() -> Self {
        Self(vec![0])
    }
}

impl SeedColumns {
    pub(crate) fn new(file_sha256: &Sha256, source_id: &SourceId, sheet: &str, header: &Header) -> Self {
        let mut columns: Vec<usize> = header.columns.iter().flatten().copied().collect();
        columns.sort_unstable();
        let mapped = columns.into_iter().map(|column| (column, header.texts[column].clone())).collect();
        Self {
            ids: SeedIds::new(file_sha256, sheet),
            source_id: source_id.clone(),
            sheet: sheet.to_owned(),
            mapped,
            schema: Seed::table().schema(),
            open: Open::default(),
            full: Vec::new(),
            countries: Countries::None,
        }
    }

    /// The columns that are kept, left to right.
    pub(crate) fn mapped(&self) -> impl Iterator<Item = usize> {
        self.mapped.iter().map(|(column, _)| *column)
    }

    /// Bytes of text that a row adds: its cells as they stood and by field, and what is told of it.
    pub(crate) fn size(&self, row: &Accepted<'_>, cells: &[Value<'_>]) -> u64 {
        let kept = self.mapped.iter().filter_map(|(column, name)| {
            let cell = cells.get(*column).filter(|cell| **cell != Value::Empty)?;
            Some(name.len() as u64 + 2 * cell.size())
        });
        let page = row.page_url.map_or(0, |page| page.as_str().len());
        kept.sum::<u64>() + (self.sheet.len() + row.host.as_str().len() + page + ROW_BYTES) as u64
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, row: &Accepted<'_>, header: &Header, words: &Words, cells: &[Value<'_>]) {
        let Accepted { row_number, part, country_code, .. } = *row;
        self.countries = match self.countries {
            Countries::None => Countries::One(country_code),
            Countries::One(one) if one == country_code => Countries::One(one),
            _ => Countries::Several,
        };
        let open = &mut self.open;
        open.seed_id.append_value(self.ids.seed_id(row_number, part).as_str());
        open.address(row);
        open.cells(&self.mapped, cells);
        open.fields(header, words, cells);
        open.rows += 1;
        if open.rows == BATCH_ROWS {
            self.close();
        }
    }

    /// All rows, in order.
    pub(crate) fn finish(mut self) -> Seeds {
        if self.open.rows > 0 {
            self.close();
        }
        Seeds { batches: self.full }
    }

    fn close(&mut self) {
        let next = self.open.next();
        let open = std::mem::replace(&mut self.open, next);
        let batch = open.finish(&self.schema, &self.source_id, &self.sheet, self.full.last());
        self.full.push(batch.expect("columns as the table declares them, which a test compares"));
    }
}

impl Open {
    /// Columns for as much again, so that they need not grow piece by piece.
    fn next(&self) -> Self {
        let like = |full: &StringBuilder| {
            let bytes = full.values_slice().len();
            StringBuilder::with_capacity(full.len(), bytes + bytes / 16)
        };
        Self {
            seed_id: like(&self.seed_id),
            country_code: like(&self.country_code),
            canonical_hostname: like(&self.canonical_hostname),
            raw_column: like(&self.raw_column),
            raw_text: like(&self.raw_text),
            subnational: like(&self.subnational),
            organisation: like(&self.organisation),
            organisation_type: like(&self.organisation_type),
            page_url: like(&self.page_url),
            ..Self::default()
        }
    }

    fn address(&mut self, row: &Accepted<'_>) {
        self.country_code.append_value(row.country_code.as_str());
        self.canonical_hostname.append_value(row.host.as_str());
        self.row_number.append_value(row.row_number);
        self.page_url.append_option(row.page_url.map(PageUrl::as_str));
        for code in row.repairs.codes() {
            self.repair.append_value(code.as_str());
        }
        self.repairs.0.push(self.repair.len() as i32);
    }

    /// The mapped cells that hold something, as they stood.
    fn cells(&mut self, mapped: &[(usize, String)], cells: &[Value<'_>]) {
        for (column, name) in mapped {
            match cells.get(*column) {
                None | Some(Value::Empty) => {}
                Some(cell) => {
                    self.raw_column.append_value(name);
                    append(&mut self.raw_text, cell);
                }
            }
        }
        self.raw.0.push(self.raw_text.len() as i32);
    }

    /// What the cells say, read by field.
    fn fields(&mut self, header: &Header, words: &Words, cells: &[Value<'_>]) {
        let texts = [
            (&mut self.subnational, Field::Subnational),
            (&mut self.organisation, Field::Organisation),
            (&mut self.organisation_type, Field::OrganisationType),
        ];
        for (builder, field) in texts {
            let text = cell::text(cells, header.column(field));
            builder.append_option(Some(text.trim()).filter(|text| !text.is_empty()));
        }
        self.is_root_page.append_option(cell::truth(cells, header.column(Field::IsRootPage), words));
        let scores =
            [Field::PerformanceScore, Field::AccessibilityScore, Field::BestPracticesScore, Field::SeoScore];
        for (builder, field) in self.scores.iter_mut().zip(scores) {
            builder.append_option(cell::score(cells, header.column(field)));
        }
    }

    /// The batch; the columns stand in the order of the table.
    fn finish(
        mut self,
        schema: &SchemaRef,
        source_id: &SourceId,
        sheet: &str,
        before: Option<&RecordBatch>,
    ) -> Result<RecordBatch, ArrowError> {
        let same = |text: &str| StringArray::from_iter_values(std::iter::repeat_n(text, self.rows));
        let (source_ids, sheets) = (same(source_id.as_str()), same(sheet));
        let names = shared(text(&mut self.raw_column), before.and_then(raw_names));
        let pairs = vec![names, text(&mut self.raw_text)];
        let pairs = StructArray::try_new(fields_of(&item(schema, "raw")?)?.clone(), pairs, None)?;
        let mut columns: Vec<ArrayRef> = vec![
            text(&mut self.seed_id),
            Arc::new(source_ids),
            text(&mut self.country_code),
            text(&mut self.canonical_hostname),
            Arc::new(sheets),
            Arc::new(self.row_number.finish()),
            self.raw.close(item(schema, "raw")?, Arc::new(pairs))?,
            text(&mut self.subnational),
            text(&mut self.organisation),
            text(&mut self.organisation_type),
            text(&mut self.page_url),
            Arc::new(self.is_root_page.finish()),
        ];
        columns.extend(self.scores.iter_mut().map(|score| Arc::new(score.finish()) as ArrayRef));
        columns.push(self.repairs.close(item(schema, "repairs")?, text(&mut self.repair))?);
        let columns = columns
            .into_iter()
            .enumerate()
            .map(|(index, column)| shared(column, before.map(|before| before.column(index))));
        RecordBatch::try_new(schema.clone(), columns.collect())
    }
}

/// The column of the batch before, where it is the same: sheets, countries and header texts repeat for a whole list.
fn shared(mut column: ArrayRef, before: Option<&ArrayRef>) -> ArrayRef {
    match before {
        Some(before) if before == &column => before.clone(),
        _ => {
            // A builder takes up to twice what it holds.
            Array::shrink_to_fit(&mut column);
            column
        }
    }
}

/// The header texts of a batch's raw cells.
fn raw_names(batch: &RecordBatch) -> Option<&ArrayRef> {
    let raw = batch.column_by_name("raw")?.as_list_opt::<i32>()?;
    Some(raw.values().as_struct_opt()?.column(0))
}

impl Lists {
    fn close(self, item: FieldRef, values: ArrayRef) -> Result<ArrayRef, ArrowError> {
        Ok(Arc::new(ListArray::try_new(item, OffsetBuffer::new(self.0.into()), values, None)?))
    }
}

/// A cell's text, written in place.
fn append(builder: &mut StringBuilder, cell: &Value<'_>) {
    match cell {
        Value::Number(number) => {
            write!(builder, "{number}").expect("memory does not refuse");
            builder.append_value("");
        }
        cell => builder.append_value(cell.text()),
    }
}

fn text(builder: &mut StringBuilder) -> ArrayRef {
    Arc::new(builder.finish())
}

/// What the lists of a list column hold, as the table declares it.
fn item(schema: &SchemaRef, name: &str) -> Result<FieldRef, ArrowError> {
    match schema.field_with_name(name)?.data_type() {
        DataType::List(item) => Ok(item.clone()),
        other => Err(ArrowError::SchemaError(format!("`{name}` is {other}, not a list"))),
    }
}

fn fields_of(item: &FieldRef) -> Result<&Fields, ArrowError> {
    match item.data_type() {
        DataType::Struct(fields) => Ok(fields),
        other => Err(ArrowError::SchemaError(format!("`{}` is {other}, not a struct", item.name()))),
    }
}
