//! `deklaro exec --arrow-ipc` sends one Arrow IPC stream through a stage, batch by batch.

use super::error::ExecError;
use super::rows::{result_schema, results};
use super::stage::StreamStage;
use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use std::io::{Read, Write};

/// Rows of a table written at once.
const ROWS_AT_ONCE: usize = 8_192;

/// What went through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Streamed {
    /// Batches that came in.
    pub batches: usize,
    /// Their rows.
    pub rows_in: usize,
    /// Rows that went out, of all tables.
    pub rows_out: usize,
}

/// Sends an Arrow IPC stream through a stage. One batch is in memory at a time, and what a slice of it gives.
pub fn stream(stage: &StreamStage, input: impl Read, output: impl Write) -> Result<Streamed, ExecError> {
    let name = stage.name();
    let closed = |source| ExecError::Closed { stage: name, source };
    let reader = StreamReader::try_new(input, None).map_err(|error| no_stream(stage, &error))?;
    let missing: Vec<String> =
        stage.takes().into_iter().filter(|column| reader.schema().index_of(column).is_err()).collect();
    if !missing.is_empty() {
        let problem = format!("columns are missing: {}", missing.join(", "));
        return Err(ExecError::Input { stage: name, problem, expected: stage.takes().join(", ") });
    }
    let tables = stage.writes();
    let schema = result_schema(&tables);
    let mut writer = StreamWriter::try_new(output, &schema).map_err(closed)?;
    let mut streamed = Streamed::default();
    for (number, read) in reader.enumerate() {
        let rows = read.map_err(|error| no_stream(stage, &error))?;
        streamed.batches += 1;
        streamed.rows_in += rows.num_rows();
        for slice in slices(&rows, stage.at_once()) {
            let broken = |source: Box<dyn std::error::Error + Send + Sync>| ExecError::Batch {
                stage: name,
                batch: number,
                source,
            };
            for (table, written) in stage.work(&slice).map_err(broken)? {
                streamed.rows_out += written.num_rows();
                for slice in slices(&written, ROWS_AT_ONCE) {
                    let result = results(&schema, &table, &slice).map_err(|error| broken(Box::new(error)))?;
                    writer.write(&result).map_err(closed)?;
                }
            }
        }
        writer.flush().map_err(closed)?;
    }
    writer.finish().map_err(closed)?;
    Ok(streamed)
}

fn no_stream(stage: &StreamStage, error: &ArrowError) -> ExecError {
    let expected = format!("an Arrow IPC stream with the columns {}", stage.takes().join(", "));
    ExecError::Input { stage: stage.name(), problem: format!("stdin: {error}"), expected }
}

/// The rows in pieces of at most so many.
fn slices(rows: &RecordBatch, at_once: usize) -> impl Iterator<Item = RecordBatch> {
    let count = rows.num_rows();
    (0..count).step_by(at_once.max(1)).map(move |start| rows.slice(start, at_once.min(count - start)))
}
