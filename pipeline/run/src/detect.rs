//! How does a run read its pages: as a round of the crawl left them, or as a snapshot keeps them?

use crate::active_run::ActiveRun;
use crate::area::WorkFile;
use crate::chunks::Chunks;
use crate::reading::{BodyFile, NextGroup, PageReader};
use crate::stored_bodies::{StoredBodies, hashes};
use deklaro_console::Stopped;
use deklaro_schemas::Row;
use deklaro_schemas::steps::DETECT;
use deklaro_schemas::tables::{Body, Fetch, Reading, Target};
use std::sync::Arc;

/// Where the bytes of a run's pages lie.
#[derive(Clone, Copy)]
pub(super) enum PageBytes<'a> {
    /// Beside the fetches of this round: each file of fetches has one of bodies.
    Crawled { round: i32 },
    /// In the files of a snapshot, for all rounds at once.
    Stored(&'a StoredBodies),
}

/// Reads the pages chunk by chunk. What an earlier process read is kept; a stop is heeded between two pages, and the file they
/// are of is read again.
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
        let targets: Arc<[Target]> = work.area.rows(chunk).await?.into();
        let (work_files, fetches) = unread(work, chunk, bytes).await?;
        let files = bytes.body_files(work, &work_files, &fetches)?;
        let mut reader = PageReader::new(Arc::clone(&targets), fetches, files, work.reading.clone());
        for file in work_files {
            let read = match reader.next_group().await? {
                NextGroup::Read(read) => read,
                NextGroup::Stopped => {
                    return Err(Stopped { run: work.run.run_id.clone(), exit: work.shutdown.exit() }.into());
                }
                NextGroup::Over => break,
            };
            metrics::counter!("deklaro_pages_read_total").increment(read.readings.len() as u64);
            (pages, links) = (pages + read.readings.len(), links + read.candidates.len());
            work.area.write_rows(file, &read.candidates).await?;
            work.area.write_rows(file, &read.readings).await?;
        }
        step.advance(targets.len() as u64);
    }
    step.done(&format!("{pages} pages read{again}, {links} links considered"));
    Ok(())
}

/// The files of a chunk that are not read yet, and the fetches of each.
async fn unread(
    work: &ActiveRun<'_>,
    chunk: u32,
    bytes: PageBytes<'_>,
) -> anyhow::Result<(Vec<WorkFile>, Vec<Vec<Fetch>>)> {
    let (mut unread, mut fetches) = (Vec::new(), Vec::new());
    for file in work.area.chunk_files(&Fetch::table(), chunk).await? {
        if bytes.has(file) && !work.area.has(&Reading::table(), file).await? {
            unread.push(file);
            fetches.push(work.area.rows_of(file).await?);
        }
    }
    Ok((unread, fetches))
}

impl PageBytes<'_> {
    /// True where these bytes are those of the file.
    fn has(self, file: WorkFile) -> bool {
        match self {
            Self::Crawled { round } => file.round == round,
            Self::Stored(_) => true,
        }
    }

    /// The files to load for these.
    fn body_files(
        self,
        work: &ActiveRun<'_>,
        work_files: &[WorkFile],
        fetches: &[Vec<Fetch>],
    ) -> anyhow::Result<Vec<BodyFile>> {
        let beside = |(index, file): (usize, &WorkFile)| BodyFile {
            store: work.store.clone(),
            path: work.area.path(&Body::table(), *file),
            wanted: None,
            groups: index..index + 1,
        };
        match self {
            Self::Crawled { .. } => Ok(work_files.iter().enumerate().map(beside).collect()),
            Self::Stored(stored) => {
                let wanted = hashes(fetches.iter().flatten());
                let files = stored.files_of(&wanted)?;
                Ok(stored.body_files(work.store, files, &wanted, fetches.len()))
            }
        }
    }
}
