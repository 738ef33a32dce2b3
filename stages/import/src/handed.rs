//! How does an import, or its error, get from one process to another?
//!
//! A head in JSON says how long the two Arrow streams behind it are. All of it is checked when it comes back:
//! the process that made it may have been broken by what it read.

use crate::{ImportError, Imported, Layout, Seeds, SkippedSheet};
use arrow::array::RecordBatch;
use arrow::buffer::Buffer;
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamDecoder;
use arrow::ipc::writer::StreamWriter;
use deklaro_schemas::batch::{self, BatchError};
use deklaro_schemas::tables::{Seed, SeedReject, Source};
use deklaro_schemas::{Row, SourceId};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Rejects of a batch.
const BATCH_ROWS: usize = 8_192;
/// The streams begin on such borders, so that their columns need not be copied.
const BORDER: usize = 64;

/// Why handed bytes are no import.
#[derive(Debug, thiserror::Error)]
pub enum HandedError {
    /// They end early, or hold more than their head says.
    #[error("{found} bytes, expected {expected}")]
    Length {
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: u64,
    },
    /// The head is no JSON of ours.
    #[error("the head of an import")]
    Head(#[from] serde_json::Error),
    /// A stream is no Arrow.
    #[error("the rows of an import")]
    Arrow(#[from] ArrowError),
    /// They cannot be written.
    #[error("writing an import")]
    Write(#[from] std::io::Error),
    /// Rows are none of their table.
    #[error("the rows of an import")]
    Rows(#[from] BatchError),
    /// The parts do not fit together.
    #[error("an import contradicts itself: {0}")]
    Contradiction(&'static str),
}

/// What stands before the streams.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    sources: Vec<Source>,
    layouts: Vec<Layout>,
    skipped: Vec<SkippedSheet>,
    /// Bytes of the stream of seeds.
    seeds: u64,
    /// Bytes of the stream of rejects.
    rejects: u64,
}

/// An import on its way to another process. It is written straight from its columns: they are large, and no copy of them is made.
#[derive(Debug)]
pub struct Handing<'i> {
    imported: &'i Imported,
    head: Vec<u8>,
    /// Bytes of the streams.
    streams: [u64; 2],
}

impl Imported {
    /// What [`Imported::from_bytes`] reads, before it is written.
    ///
    /// # Errors
    ///
    /// Rows that their table cannot hold, which no import makes.
    pub fn handing(&self) -> Result<Handing<'_>, HandedError> {
        let [mut seeds, mut rejects] = [Counted::default(), Counted::default()];
        self.write_seeds(&mut seeds)?;
        self.write_rejects(&mut rejects)?;
        let streams = [seeds.0, rejects.0];
        let head = serde_json::to_vec(&Head {
            sources: self.sources.clone(),
            layouts: self.layouts.clone(),
            skipped: self.skipped.clone(),
            seeds: streams[0],
            rejects: streams[1],
        })?;
        Ok(Handing { imported: self, head, streams })
    }

    /// The same, written into memory.
    ///
    /// # Errors
    ///
    /// As for [`Imported::handing`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, HandedError> {
        let mut bytes = Vec::new();
        self.handing()?.write(&mut bytes)?;
        Ok(bytes)
    }

    fn write_seeds(&self, out: impl Write) -> Result<(), HandedError> {
        write_stream::<Seed>(out, self.seeds.batches().iter().cloned().map(Ok))
    }

    fn write_rejects(&self, out: impl Write) -> Result<(), HandedError> {
        write_stream::<SeedReject>(out, self.rejects.chunks(BATCH_ROWS).map(batch::from_rows))
    }

    /// What another process handed over; its columns stay in these bytes.
    ///
    /// # Errors
    ///
    /// Anything that an import could not have given.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, HandedError> {
        // The decoder trusts some numbers of a message.
        let read = catch_unwind(AssertUnwindSafe(|| Self::read(Buffer::from_vec(bytes))));
        read.unwrap_or(Err(HandedError::Contradiction("its streams cannot be read")))
    }

    fn read(mut bytes: Buffer) -> Result<Self, HandedError> {
        let length = taken(&mut bytes, 8)?;
        let length = length.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
        let head: Head = serde_json::from_slice(&taken(&mut bytes, length)?)?;
        let mut at = 8 + length;
        let mut part = |length: u64| {
            taken(&mut bytes, at.next_multiple_of(BORDER as u64) - at)?;
            at = at.next_multiple_of(BORDER as u64).saturating_add(length);
            taken(&mut bytes, length)
        };
        let (seeds, rejects) = (part(head.seeds)?, part(head.rejects)?);
        if !bytes.is_empty() {
            return Err(HandedError::Length { found: bytes.len(), expected: 0 });
        }
        let seeds = batches::<Seed>(seeds)?;
        let rejects = batch::all_rows(&batches::<SeedReject>(rejects)?)?;
        let imported = Self {
            sources: head.sources,
            seeds: Seeds::of(seeds),
            rejects,
            layouts: head.layouts,
            skipped: head.skipped,
        };
        imported.check()?;
        Ok(imported)
    }

    /// Counts and ids fit together, and every seed is one.
    fn check(&self) -> Result<(), HandedError> {
        let ids: HashSet<&SourceId> = self.sources.iter().map(|source| &source.source_id).collect();
        let total = |count: fn(&Source) -> i64| {
            self.sources.iter().fold(0_i64, |total, source| total.saturating_add(count(source)))
        };
        for batch in self.seeds.batches() {
            let rows: Vec<Seed> = batch::to_rows(batch)?;
            let Some(first) = rows.first() else {
                return Err(HandedError::Contradiction("a batch without a row"));
            };
            if !ids.contains(&first.source_id) || rows.iter().any(|row| row.source_id != first.source_id) {
                return Err(HandedError::Contradiction("a batch of seeds is of no one source"));
            }
        }
        if self.rejects.iter().any(|reject| !ids.contains(&reject.source_id)) {
            return Err(HandedError::Contradiction("a reject is of no source"));
        }
        let is_counted = self.layouts.len() == self.sources.len()
            && total(|source| source.rows_rejected) == self.rejects.len() as i64
            && total(|source| source.rows_accepted) <= self.seeds.len() as i64;
        if is_counted {
            Ok(())
        } else {
            Err(HandedError::Contradiction("its counts are not those of its rows"))
        }
    }
}

impl Handing<'_> {
    /// Bytes that will be written.
    pub fn length(&self) -> u64 {
        let at = 8 + self.head.len() as u64;
        self.streams.iter().fold(at, |at, stream| at.next_multiple_of(BORDER as u64) + stream)
    }

    /// Writes them.
    ///
    /// # Errors
    ///
    /// Whatever the writer says.
    pub fn write(&self, out: &mut impl Write) -> Result<(), HandedError> {
        out.write_all(&(self.head.len() as u64).to_le_bytes())?;
        out.write_all(&self.head)?;
        let at = 8 + self.head.len() as u64;
        pad(&mut *out, at)?;
        self.imported.write_seeds(&mut *out)?;
        pad(&mut *out, self.streams[0])?;
        self.imported.write_rejects(out)
    }
}

/// Fills up to the next border.
fn pad(out: &mut impl Write, length: u64) -> std::io::Result<()> {
    let missing = length.next_multiple_of(BORDER as u64) - length;
    std::io::copy(&mut std::io::repeat(0).take(missing), out).map(|_| ())
}

/// Counts what is written, and keeps nothing.
#[derive(Default)]
struct Counted(u64);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl ImportError {
    /// The bytes that [`ImportError::from_bytes`] reads.
    ///
    /// # Errors
    ///
    /// None that is known: every text has a form in JSON.
    pub fn to_bytes(&self) -> Result<Vec<u8>, HandedError> {
        Ok(serde_json::to_vec(self)?)
    }

    /// The error another process handed over.
    ///
    /// # Errors
    ///
    /// Bytes that are no error of an import.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, HandedError> {
        Ok(serde_json::from_slice(bytes)?)
    }
}

/// Writes an Arrow stream of these batches.
fn write_stream<R: Row>(
    out: impl Write,
    batches: impl Iterator<Item = Result<RecordBatch, BatchError>>,
) -> Result<(), HandedError> {
    let mut writer = StreamWriter::try_new(out, &batch::schema_of::<R>())?;
    for batch in batches {
        writer.write(&batch?)?;
    }
    Ok(writer.finish()?)
}

/// The batches of a stream, which must be of exactly this table.
fn batches<R: Row>(mut stream: Buffer) -> Result<Vec<RecordBatch>, HandedError> {
    let mut decoder = StreamDecoder::new();
    let mut batches = Vec::new();
    while let Some(batch) = decoder.decode(&mut stream)? {
        batches.push(batch);
    }
    decoder.finish()?;
    let schema = batch::schema_of::<R>();
    let is_table = decoder.schema().is_some_and(|found| found == schema);
    if is_table {
        Ok(batches)
    } else {
        Err(HandedError::Contradiction("its columns are not those of their table"))
    }
}

/// The next bytes.
fn taken(bytes: &mut Buffer, length: u64) -> Result<Buffer, HandedError> {
    let wanted = usize::try_from(length).ok().filter(|length| *length <= bytes.len());
    let Some(length) = wanted else {
        return Err(HandedError::Length { found: bytes.len(), expected: length });
    };
    let taken = bytes.slice_with_length(0, length);
    bytes.advance(length);
    Ok(taken)
}
