//! How does a run read its pages: as a round of the crawl left them, or as a snapshot keeps them?

use crate::active_run::ActiveRun;
use crate::area::Part;
use crate::chunks::Chunks;
use crate::reading::{BodyFile, PageReader};
use crate::stored_bodies::{StoredBodies, hashes};
use deklaro_console::Stopped;
use deklaro_schemas::Row;
use deklaro_schemas::steps::DETECT;
use deklaro_schemas::tables::{Body, Fetch, Reading, Target};

/// Where the bytes of a run's pages lie.
#[derive(Clone, Copy)]
pub(super) enum PageBytes<'a> {
    /// Beside the fetches of this round: each file of fetches has one of bodies.
    Crawled { round: i32 },
    /// In the files of a snapshot, for all rounds at once.
    Stored(&'a StoredBodies),
}

/// Reads the pages chunk by chunk. What an earlier process read is kept; a stop is heeded before each part.
pub(super) async fn detect(
    work: &ActiveRun<'_>,
    chunks: &Chunks,
    bytes: PageBytes<'_>,
) -> anyhow::Result<()> {
    let (title, again) = match bytes {
        PageBytes::Crawled { round } => (format!("{} {round}", DETECT.name), ""),
        PageBytes::Stored(_) => (DETECT.name.to_owned(), " again"),
    };
    let step = work.progress.step(&title, chunks.host_count() as u64);
    let (mut pages, mut links) = (0, 0);
    for chunk in chunks.numbers() {
        let targets: Vec<Target> = work.area.rows(chunk).await?;
        let (parts, fetches) = unread(work, chunk, bytes).await?;
        let files = bytes.files(work, &parts, &fetches)?;
        let mut reader = PageReader::new(&targets, fetches, files, work.glossary());
        for part in parts {
            if work.shutdown.token.is_cancelled() {
                return Err(Stopped { run: work.run.run_id.clone(), exit: work.shutdown.exit() }.into());
            }
            let Some(read) = reader.next_group().await? else { break };
            metrics::counter!("deklaro_pages_read_total").increment(read.readings.len() as u64);
            (pages, links) = (pages + read.readings.len(), links + read.candidates.len());
            work.area.write_rows(part, &read.candidates).await?;
            work.area.write_rows(part, &read.readings).await?;
        }
        step.advance(targets.len() as u64);
    }
    step.done(&format!("{pages} pages read{again}, {links} links considered"));
    Ok(())
}

/// The parts of a chunk that are not read yet, and the fetches of each.
async fn unread(
    work: &ActiveRun<'_>,
    chunk: u32,
    bytes: PageBytes<'_>,
) -> anyhow::Result<(Vec<Part>, Vec<Vec<Fetch>>)> {
    let (mut parts, mut fetches) = (Vec::new(), Vec::new());
    for part in work.area.parts(&Fetch::table(), chunk).await? {
        if bytes.has(part) && !work.area.has(&Reading::table(), part).await? {
            parts.push(part);
            fetches.push(work.area.rows_of(part).await?);
        }
    }
    Ok((parts, fetches))
}

impl PageBytes<'_> {
    /// True where these bytes are those of the part.
    fn has(self, part: Part) -> bool {
        match self {
            Self::Crawled { round } => part.round == round,
            Self::Stored(_) => true,
        }
    }

    /// The files to load for these parts.
    fn files(
        self,
        work: &ActiveRun<'_>,
        parts: &[Part],
        fetches: &[Vec<Fetch>],
    ) -> anyhow::Result<Vec<BodyFile>> {
        let beside = |(index, part): (usize, &Part)| BodyFile {
            store: work.store.clone(),
            path: work.area.path(&Body::table(), *part),
            wanted: None,
            groups: index..index + 1,
        };
        match self {
            Self::Crawled { .. } => Ok(parts.iter().enumerate().map(beside).collect()),
            Self::Stored(stored) => {
                let wanted = hashes(fetches.iter().flatten());
                let files = stored.files_of(&wanted)?;
                Ok(stored.body_files(work.store, files, &wanted, fetches.len()))
            }
        }
    }
}
