//! How are stored pages read, one file of page bytes after the other?

use crate::ending::NoPaperReader;
use crate::reading_tools::ReadingTools;
use crate::select::filter_text;
use deklaro_detect::{RoundReadings, read_round};
use deklaro_schemas::codes::ReasonCode;
use deklaro_schemas::tables::{Body, Fetch, Target};
use deklaro_schemas::{Row, Selection, Sha256, batch};
use deklaro_store::{Store, StoreError};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;
use tokio_util::task::AbortOnDropHandle;

/// A file of page bytes, and the groups of fetches whose pages lie in it.
pub(super) struct BodyFile {
    pub store: Store,
    pub path: String,
    /// The bodies to take from it; nothing for all.
    pub wanted: Option<Arc<HashSet<Sha256>>>,
    /// The groups, by their position.
    pub groups: Range<usize>,
}

impl BodyFile {
    /// Its bodies, on their way from this moment on; given up when nobody waits for them any more.
    fn load(self) -> Loading {
        AbortOnDropHandle::new(tokio::spawn(async move {
            let bodies = Body::table();
            let read = match self.store.read_parquet_file(&bodies, &self.path, &Selection::all()).await {
                Err(StoreError::Missing { .. }) if self.wanted.is_none() => Vec::new(),
                read => read?,
            };
            let mut loaded = HashMap::new();
            for rows in read {
                let rows = match &self.wanted {
                    Some(wanted) => filter_text(&rows, "body_sha256", |text| is_among(text, wanted))?,
                    None => rows,
                };
                let rows: Vec<Body> = batch::all_rows(&[rows])?;
                loaded.extend(rows.into_iter().map(|body| (body.body_sha256.clone(), body)));
            }
            Ok((loaded, self.groups))
        }))
    }
}

fn is_among(text: Option<&str>, wanted: &HashSet<Sha256>) -> bool {
    text.and_then(|text| Sha256::parse(text).ok()).is_some_and(|sha256| wanted.contains(&sha256))
}

/// Bodies by their hash, and the groups they are for.
type Loading = AbortOnDropHandle<anyhow::Result<(HashMap<Sha256, Body>, Range<usize>)>>;

/// Fetches that are read together, and what was read of them so far.
struct Group {
    fetches: Arc<[Fetch]>,
    files_left: usize,
    read: RoundReadings,
}

/// What became of the next group of fetches.
pub(super) enum NextGroup {
    /// Its pages say this.
    Read(RoundReadings),
    /// The reader was stopped before its last page.
    Stopped,
    /// The one before was the last.
    Over,
}

/// Reads the pages of groups of fetches, on threads that nothing else waits for. Two files of bodies are in memory at
/// a time: the one that is read, and the next.
pub(super) struct PageReader {
    targets: Arc<[Target]>,
    tools: ReadingTools,
    groups: std::vec::IntoIter<Group>,
    /// Groups given back so far.
    given: usize,
    files: std::vec::IntoIter<BodyFile>,
    next: Option<Loading>,
}

impl PageReader {
    /// Begins to load the first file. A body that several groups want lies in one file, or in a file of each group.
    pub(super) fn new(
        targets: Arc<[Target]>,
        groups: Vec<Vec<Fetch>>,
        files: Vec<BodyFile>,
        tools: ReadingTools,
    ) -> Self {
        let files_of = |group| files.iter().filter(|file| file.groups.contains(&group)).count();
        let group = |(index, fetches): (usize, Vec<Fetch>)| Group {
            fetches: fetches.into(),
            files_left: files_of(index),
            read: RoundReadings::default(),
        };
        let groups: Vec<Group> = groups.into_iter().enumerate().map(group).collect();
        let mut files = files.into_iter();
        let next = files.next().map(BodyFile::load);
        Self { targets, tools, groups: groups.into_iter(), given: 0, files, next }
    }

    /// What the pages of the next group say, once all files with pages of it are read.
    pub(super) async fn next_group(&mut self) -> anyhow::Result<NextGroup> {
        if self.tools.stop().is_cancelled() {
            return Ok(NextGroup::Stopped);
        }
        while self.groups.as_slice().first().is_some_and(|group| group.files_left > 0) {
            let Some(loading) = self.next.take() else { break };
            let (bodies, of) = loading.await??;
            self.next = self.files.next().map(BodyFile::load);
            let waiting = of.start.saturating_sub(self.given)..of.end.saturating_sub(self.given);
            let fetches =
                self.groups.as_slice()[waiting.clone()].iter().map(|group| Arc::clone(&group.fetches));
            let Some(read) = self.read(fetches.collect(), bodies).await? else {
                return Ok(NextGroup::Stopped);
            };
            for (group, read) in self.groups.as_mut_slice()[waiting].iter_mut().zip(read) {
                group.read.readings.extend(read.readings);
                group.read.candidates.extend(read.candidates);
                group.files_left -= 1;
            }
        }
        self.given += 1;
        Ok(self.groups.next().map_or(NextGroup::Over, |group| NextGroup::Read(group.read)))
    }

    /// The pages of these groups that are among the bodies; nothing, when it was stopped on the way.
    async fn read(
        &self,
        groups: Vec<Arc<[Fetch]>>,
        bodies: HashMap<Sha256, Body>,
    ) -> anyhow::Result<Option<Vec<RoundReadings>>> {
        let stop = self.tools.stop().child_token();
        // Pages that nobody waits for any more are not read either.
        let _stopped_with_this = stop.clone().drop_guard();
        let (targets, tools) = (Arc::clone(&self.targets), self.tools.clone().stopped_by(stop));
        let read = tokio::task::spawn_blocking(move || {
            let reader = tools.reader();
            let read = groups.iter().map(|fetches| read_round(&targets, fetches, &bodies, &reader));
            (read.collect::<Option<Vec<_>>>(), reader.fault())
        });
        let (read, fault) = read.await?;
        if let Some(message) = fault {
            return Err(NoPaperReader { message }.into());
        }
        read.iter().flatten().for_each(name_the_costly);
        Ok(read)
    }
}

/// Says which pages were given up: somebody may want to see what they are made of.
fn name_the_costly(read: &RoundReadings) {
    let costly = read.readings.iter().filter(|row| row.reason_codes.contains(&ReasonCode::DocumentTooCostly));
    for row in costly {
        tracing::warn!(
            country = %row.country_code,
            host = %row.canonical_hostname,
            body_sha256 = %row.body_sha256,
            "a page was given up: reading it costs too much"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_detect::{Fault, Paper, Papers, Unread};
    use deklaro_schemas::tables::testing;
    use deklaro_schemas::{Bytes, parquet_file};
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
    use tokio_util::sync::CancellationToken;

    const HOSTS: [&str; 3] = ["a.example", "b.example", "c.example"];

    fn body(text: &str) -> Body {
        let html = format!("<html><body><p>{text}</p></body></html>");
        Body {
            body_sha256: Sha256::of(html.as_bytes()),
            content_type: None,
            charset: None,
            body_bytes: html.len() as i64,
            body: Bytes(html.into_bytes()),
        }
    }

    /// A store with a file of page bytes for each of these lists.
    async fn store(folder: &std::path::Path, files: &[Vec<Body>]) -> Store {
        let store = Store::open(folder).await.unwrap();
        for (number, bodies) in files.iter().enumerate() {
            let bytes =
                parquet_file::encode(&Body::table(), &batch::from_rows(bodies).unwrap(), &[]).unwrap();
            store.replace(&path(number), bytes.into()).await.unwrap();
        }
        store
    }

    fn path(number: usize) -> String {
        format!("staging/{number}.parquet")
    }

    fn fetch(hostname: &str, body: &Body) -> Fetch {
        Fetch { body_sha256: Some(body.body_sha256.clone()), ..testing::fetch(hostname) }
    }

    fn targets() -> Arc<[Target]> {
        Arc::new(HOSTS.map(testing::target))
    }

    /// The hosts read in each group, in the order they are given back.
    async fn read(groups: Vec<Vec<Fetch>>, files: Vec<BodyFile>) -> Vec<Vec<String>> {
        let mut reader = PageReader::new(targets(), groups, files, ReadingTools::new(None));
        let mut read = Vec::new();
        while let NextGroup::Read(group) = reader.next_group().await.unwrap() {
            read.push(group.readings.iter().map(|reading| reading.canonical_hostname.to_string()).collect());
        }
        read
    }

    #[tokio::test]
    async fn a_body_that_lies_beside_several_groups_is_read_once_in_each() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (body("one"), body("other"));
        let store =
            store(folder.path(), &[vec![one.clone()], vec![], vec![one.clone(), other.clone()]]).await;
        let groups = vec![
            vec![fetch(HOSTS[0], &one)],
            vec![testing::fetch(HOSTS[1])],
            vec![fetch(HOSTS[1], &one), fetch(HOSTS[2], &other)],
        ];
        let beside = |index| BodyFile {
            store: store.clone(),
            path: path(index),
            wanted: None,
            groups: index..index + 1,
        };
        let read = read(groups, (0..3).map(beside).collect()).await;
        assert_eq!(read, [vec!["a.example"], vec![], vec!["b.example", "c.example"]]);
    }

    #[tokio::test]
    async fn a_group_is_given_back_once_every_file_is_read_and_only_what_is_wanted_is() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other, third) = (body("one"), body("other"), body("third"));
        let store = store(folder.path(), &[vec![one.clone(), third.clone()], vec![other.clone()]]).await;
        let groups = vec![
            vec![fetch(HOSTS[0], &other), fetch(HOSTS[1], &one)],
            vec![fetch(HOSTS[2], &third), fetch(HOSTS[0], &one)],
        ];
        let wanted = Arc::new(HashSet::from([one.body_sha256, other.body_sha256]));
        let file = |number| BodyFile {
            store: store.clone(),
            path: path(number),
            wanted: Some(Arc::clone(&wanted)),
            groups: 0..2,
        };
        let read = read(groups.clone(), (0..2).map(file).collect()).await;
        assert_eq!(
            read,
            [["b.example", "a.example"].as_slice(), &["a.example"]],
            "in the order of the files"
        );
        assert_eq!(
            self::read(groups, Vec::new()).await,
            [Vec::<String>::new(), Vec::new()],
            "no file is left"
        );
    }

    /// Reads each document by asking everything to stop.
    #[derive(Debug)]
    struct Stops(CancellationToken);

    impl Papers for Stops {
        fn read(&self, _bytes: &[u8]) -> Result<Paper, Unread> {
            self.0.cancel();
            Err(Unread::Scanned)
        }
    }

    /// Cannot read any document.
    #[derive(Debug)]
    struct Broken(AtomicU64);

    impl Papers for Broken {
        fn read(&self, _bytes: &[u8]) -> Result<Paper, Unread> {
            self.0.fetch_add(1, Relaxed);
            Err(Unread::Damaged)
        }

        fn fault(&self) -> Fault {
            Fault { times: self.0.load(Relaxed), message: "out of processes".to_owned() }
        }
    }

    #[tokio::test]
    async fn documents_that_nobody_can_read_are_no_unreadable_documents() {
        static BROKEN: Broken = Broken(AtomicU64::new(7));
        let folder = tempfile::tempdir().unwrap();
        let document = Body { body: Bytes(b"%PDF-1.7".to_vec()), ..body("a document") };
        let store = store(folder.path(), &[vec![document.clone()]]).await;
        let file = BodyFile { store: store.clone(), path: path(0), wanted: None, groups: 0..1 };
        let groups = vec![vec![fetch(HOSTS[0], &document)]];
        let tools = ReadingTools::new(None).papers(&BROKEN);
        let mut reader = PageReader::new(targets(), groups, vec![file], tools);
        let Err(error) = reader.next_group().await else { panic!("it went on") };
        assert_eq!(error.to_string(), "no document can be read: out of processes");
    }

    #[tokio::test]
    async fn a_stop_is_heeded_between_two_pages_and_nothing_half_is_given() {
        let folder = tempfile::tempdir().unwrap();
        // One page more than are read at once: the last begins after the stop.
        let document = |number: usize| Body {
            body: Bytes(format!("%PDF-{number}").into_bytes()),
            ..body(&number.to_string())
        };
        let documents: Vec<Body> = (0..=rayon::current_num_threads()).map(document).collect();
        let store = store(folder.path(), std::slice::from_ref(&documents)).await;
        let stop = CancellationToken::new();
        let tools = ReadingTools::new(None).papers(Box::leak(Box::new(Stops(stop.clone())))).stopped_by(stop);
        let groups = vec![documents.iter().map(|document| fetch(HOSTS[0], document)).collect(), Vec::new()];
        let file = BodyFile { store: store.clone(), path: path(0), wanted: None, groups: 0..1 };
        let mut reader = PageReader::new(targets(), groups, vec![file], tools);
        assert!(matches!(reader.next_group().await.unwrap(), NextGroup::Stopped));
        assert!(matches!(reader.next_group().await.unwrap(), NextGroup::Stopped), "it stays stopped");
    }
}
