//! Deals targets out to chunks of one size, and finds the chunks again.

use crate::active_run::ActiveRun;
use crate::area::{WorkArea, WorkFile};
use crate::chunks::{Chunks, HOSTS_PER_CHUNK};
use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use deklaro_schemas::Row;
use deklaro_schemas::tables::Target;

/// The chunks as they lie in a work area.
pub(super) async fn dealt(area: &WorkArea) -> anyhow::Result<Chunks> {
    let mut chunks = Chunks::default();
    for chunk in 0.. {
        let targets: Vec<Target> = area.rows(chunk).await?;
        if targets.is_empty() {
            break;
        }
        chunks.deal(&targets);
    }
    Ok(chunks)
}

/// Deals targets out to chunks of one size.
pub(super) struct Dealer<'a> {
    work: &'a ActiveRun<'a>,
    waiting: Vec<RecordBatch>,
    chunk: u32,
    pub(crate) hosts: usize,
}

impl<'a> Dealer<'a> {
    pub(super) fn new(work: &'a ActiveRun<'a>) -> Self {
        Self { work, waiting: Vec::new(), chunk: 0, hosts: 0 }
    }

    pub(super) async fn take(&mut self, targets: RecordBatch) -> anyhow::Result<()> {
        self.hosts += targets.num_rows();
        self.waiting.push(targets);
        self.deal(HOSTS_PER_CHUNK).await
    }

    pub(super) async fn finish(&mut self) -> anyhow::Result<()> {
        self.deal(1).await
    }

    /// Writes chunks while at least so many rows wait.
    async fn deal(&mut self, at_least: usize) -> anyhow::Result<()> {
        let table = Target::table();
        let mut waiting = concat_batches(&table.schema(), &self.waiting)?;
        while waiting.num_rows() >= at_least {
            let length = HOSTS_PER_CHUNK.min(waiting.num_rows());
            let file = WorkFile { chunk: self.chunk, round: 0, number: 0 };
            self.work.area.write(&table, file, &waiting.slice(0, length)).await?;
            waiting = waiting.slice(length, waiting.num_rows() - length);
            self.chunk += 1;
        }
        self.waiting = vec![waiting];
        Ok(())
    }
}
