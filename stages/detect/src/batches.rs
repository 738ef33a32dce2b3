//! Detection reads and writes Arrow batches in place of rows.

use crate::reader::Reader;
use crate::round::{read_pages, read_round};
use crate::verdict::verdicts;
use arrow::array::RecordBatch;
use deklaro_schemas::batch::{BatchError, all_rows, from_rows};
use deklaro_schemas::tables::{Body, Candidate, Fetch, Page, Reading, Target};
use deklaro_schemas::{RunMonth, Sha256};
use std::collections::HashMap;

/// Why the stage could not work on a batch.
#[derive(Debug, thiserror::Error)]
pub enum DetectError {
    /// A batch is not of the table it should be.
    #[error("detect: a batch does not fit its table")]
    Batch(#[from] BatchError),
    /// Nobody could be had to read a document.
    #[error("no document can be read: {0}")]
    NoPaperReader(String),
    /// The reader was stopped on the way.
    #[error("detect: stopped before the last page")]
    Stopped,
}

/// [`read_round`] over Arrow batches: targets, fetches, bodies in; readings and candidates out.
pub fn read_round_batches(
    targets: &[RecordBatch],
    fetches: &[RecordBatch],
    bodies: &[RecordBatch],
    reader: &Reader<'_>,
) -> Result<(RecordBatch, RecordBatch), DetectError> {
    let bodies: HashMap<Sha256, Body> =
        all_rows::<Body>(bodies)?.into_iter().map(|body| (body.body_sha256.clone(), body)).collect();
    let round = read_round(&all_rows::<Target>(targets)?, &all_rows::<Fetch>(fetches)?, &bodies, reader)
        .ok_or_else(|| stopped(reader))?;
    Ok((from_rows(&round.readings)?, from_rows(&round.candidates)?))
}

fn stopped(reader: &Reader<'_>) -> DetectError {
    reader.fault().map_or(DetectError::Stopped, DetectError::NoPaperReader)
}

/// [`read_pages`] over an Arrow batch of `pages`; readings and candidates out.
pub fn read_page_batches(
    pages: &RecordBatch,
    reader: &Reader<'_>,
) -> Result<(RecordBatch, RecordBatch), DetectError> {
    let read =
        read_pages(&all_rows::<Page>(std::slice::from_ref(pages))?, reader).ok_or_else(|| stopped(reader))?;
    Ok((from_rows(&read.readings)?, from_rows(&read.candidates)?))
}

/// [`verdicts`] over Arrow batches: targets, fetches, readings, candidates of all rounds in; statements out.
pub fn verdict_batches(
    month: RunMonth,
    targets: &[RecordBatch],
    fetches: &[RecordBatch],
    readings: &[RecordBatch],
    candidates: &[RecordBatch],
) -> Result<RecordBatch, DetectError> {
    let statements = verdicts(
        month,
        &all_rows::<Target>(targets)?,
        &all_rows::<Fetch>(fetches)?,
        &all_rows::<Reading>(readings)?,
        &all_rows::<Candidate>(candidates)?,
    );
    Ok(from_rows(&statements)?)
}
