use super::area::{Part, WorkArea};
use super::carry::last_rows;
use super::chunks::{Chunks, HOSTS_PER_CHUNK};
use super::select::texts;
use super::{Work, import, lists, redetect};
use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use deklaro_console::UsageError;
use deklaro_schemas::tables::{Host, Seed, Target};
use deklaro_schemas::{CountryCode, Row, Selection};
use std::collections::BTreeSet;

/// Imports the lists and makes the targets, where that is not done yet.
pub(super) async fn targets(work: &Work<'_>) -> anyhow::Result<Chunks> {
    if !work.area.is_marked("targets").await? {
        if let Some(from) = &work.run.redetect {
            redetect::take_over(work, from).await?;
        } else {
            let imported = async {
                let lists = lists::read_lists(&work.run.lists, work.store).await?;
                import::import_all(&work.area, lists, &work.run.countries, work.progress).await
            };
            work.stage("import", None, imported).await?;
            make_targets(work).await?;
        }
        work.area.mark("targets").await?;
    }
    dealt(&work.area).await
}

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

/// Country after country, in the table's order; whole chunks are written as soon as they are full.
async fn make_targets(work: &Work<'_>) -> anyhow::Result<()> {
    let mut dealer = Dealer::new(work);
    for country in listed_countries(work).await? {
        let wanted =
            Selection::columns(&deklaro_frontier::SEED_COLUMNS).only("country_code", country.as_str());
        let seeds = work.area.select(&Seed::table(), 0, &wanted).await?;
        let last_hosts = last_rows(work, &Host::table(), country).await?;
        dealer.take(deklaro_frontier::targets(&seeds, &last_hosts)?).await?;
    }
    dealer.finish().await?;
    if dealer.hosts == 0 {
        let hint = "`deklaro import --dry-run` shows why rows were rejected";
        return Err(UsageError::new("the lists hold no host to visit", hint).into());
    }
    work.progress.say(&format!("   targets  {} hosts", dealer.hosts));
    Ok(())
}

async fn listed_countries(work: &Work<'_>) -> anyhow::Result<BTreeSet<CountryCode>> {
    let column = "country_code";
    let rows = work.area.select(&Seed::table(), 0, &Selection::columns(&[column])).await?;
    let codes: BTreeSet<String> = texts(&rows, column)?.into_iter().collect();
    Ok(codes.iter().map(|code| CountryCode::parse(code)).collect::<Result<_, _>>()?)
}

/// Deals targets out to chunks of one size.
pub(super) struct Dealer<'a> {
    work: &'a Work<'a>,
    waiting: Vec<RecordBatch>,
    chunk: u32,
    hosts: usize,
}

impl<'a> Dealer<'a> {
    pub(super) fn new(work: &'a Work<'a>) -> Self {
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
            let part = Part { chunk: self.chunk, round: 0, number: 0 };
            self.work.area.write(&table, part, &waiting.slice(0, length)).await?;
            waiting = waiting.slice(length, waiting.num_rows() - length);
            self.chunk += 1;
        }
        self.waiting = vec![waiting];
        Ok(())
    }
}
