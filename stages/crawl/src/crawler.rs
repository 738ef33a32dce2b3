//! The crawler fetches rounds of URLs, many hosts at once and each host one request at a time.

use crate::config::{CrawlConfig, CrawlError};
use crate::feed::Feed;
use crate::patience::Together;
use crate::session::{Session, Web};
use crate::visit::visit;
use crate::work::HostWork;
use deklaro_schemas::tables::{Body, Fetch, FrontierUrl, Robots};
use deklaro_schemas::{HostId, HostKey, RunMonth, ScanId, SnapshotId};
use futures::future::{BoxFuture, FutureExt};
use futures::stream::{BoxStream, FuturesUnordered, Stream, StreamExt};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument;

/// Fetches rounds of URLs. One is made per run: it remembers each robots.txt and each host's pace across rounds.
#[derive(Debug, Clone)]
pub struct Crawler {
    web: Arc<Web>,
}

/// All that one host's URLs of a round gave.
#[derive(Debug)]
pub struct HostOutcome {
    /// The host.
    pub host_id: HostId,
    /// One row per attempt at each URL, in order.
    pub fetches: Vec<Fetch>,
    /// The robots.txt files this host was the first to ask for; other hosts' decisions may rest on them too.
    pub robots: Vec<Robots>,
    /// The distinct bodies, by hash.
    pub bodies: Vec<Body>,
    /// False when the round was stopped before the host was done. All rows are missing then: the host is to be repeated.
    pub is_complete: bool,
}

impl Crawler {
    /// A crawler with this behaviour; an error names the setting that cannot work.
    pub fn new(config: CrawlConfig) -> Result<Self, CrawlError> {
        Ok(Self { web: Arc::new(Web::new(config)?) })
    }

    /// Requests under way at this moment, over all hosts.
    pub fn in_flight(&self) -> usize {
        self.web.politeness.in_flight()
    }

    /// [`Crawler::round_of_batches`] over one batch that is at hand.
    pub fn round(
        &self,
        snapshot: &SnapshotId,
        frontier: impl IntoIterator<Item = FrontierUrl>,
        stop: CancellationToken,
    ) -> BoxStream<'static, HostOutcome> {
        let batch: Vec<FrontierUrl> = frontier.into_iter().collect();
        self.round_of_batches(snapshot, futures::stream::iter([batch]), stop)
    }

    /// Fetches a round of the run that makes `snapshot`: one outcome per host, as each is done, in no
    /// particular order. Needs a tokio runtime. All rows of a host stand in one batch.
    ///
    /// At most `max_open_hosts` are worked on at a time. While outcomes wait to be taken, no further host is
    /// begun and no further batch taken, so memory does not grow with the round. Dropping the stream drops
    /// the requests in flight. After `stop` no new request is made and no further batch taken. The requests
    /// in flight may end within `drain`; every host that is not done by then comes back incomplete.
    pub fn round_of_batches(
        &self,
        snapshot: &SnapshotId,
        frontier: impl Stream<Item = Vec<FrontierUrl>> + Send + 'static,
        stop: CancellationToken,
    ) -> BoxStream<'static, HostOutcome> {
        let feed = Feed::new(frontier, stop.clone());
        let round = Round {
            together: Arc::new(Together::new(self.web.config.host_budget)),
            web: self.web.clone(),
            snapshot: snapshot.clone(),
            feed,
            running: FuturesUnordered::new(),
            stop,
        };
        futures::stream::unfold(round, async |mut round| Some((round.next().await?, round))).boxed()
    }
}

/// A host's work, and the crowd it is of.
type Running = BoxFuture<'static, (HostOutcome, Option<HostKey>)>;

/// A round under way.
struct Round {
    web: Arc<Web>,
    together: Arc<Together>,
    snapshot: SnapshotId,
    feed: Feed,
    running: FuturesUnordered<Running>,
    stop: CancellationToken,
}

impl Round {
    /// The next outcome, as many hosts being worked on as may be.
    async fn next(&mut self) -> Option<HostOutcome> {
        let places = self.web.config.max_open_hosts.max(1);
        while self.running.len() < places {
            let Some((work, crowd)) = self.feed.next().await else { break };
            self.running.push(self.begin(work, crowd));
        }
        let (outcome, crowd) = self.running.next().await?;
        if let Some(crowd) = crowd {
            self.feed.ended(crowd);
        }
        Some(outcome)
    }

    /// The one concurrent line of the crawl: everything below it is one host, one request after the other.
    fn begin(&self, work: HostWork, crowd: Option<HostKey>) -> Running {
        let host_id = work.first().host_id.clone();
        let session = Session::new(self.web.clone(), self.together.clone(), self.stop.clone());
        let work = host(session, self.snapshot.clone(), work, self.stop.clone());
        let task = AbortOnDropHandle::new(tokio::spawn(work));
        // A task that panics is a host that is not done.
        async move { (task.await.unwrap_or_else(|_| HostOutcome::incomplete(host_id)), crowd) }.boxed()
    }
}

impl HostOutcome {
    fn incomplete(host_id: HostId) -> Self {
        Self { host_id, fetches: Vec::new(), robots: Vec::new(), bodies: Vec::new(), is_complete: false }
    }
}

/// One host's URLs of a round. Every log line below it says which scan, country and host it is about.
async fn host(
    session: Session,
    snapshot: SnapshotId,
    work: HostWork,
    stop: CancellationToken,
) -> HostOutcome {
    let item = work.first();
    let host_id = item.host_id.clone();
    let span = tracing::info_span!(
        "host",
        scan_id = %ScanId::of(&snapshot, item.country_code),
        country_code = %item.country_code,
        hostname = %item.canonical_hostname,
        round = item.round
    );
    let drained = {
        let drain = session.web.config.drain;
        async move {
            stop.cancelled().await;
            tokio::time::sleep(drain).await;
        }
    };
    let done = async {
        tokio::select! {
            done = fetch_all(session, snapshot.month(), &work) => done,
            () = drained => None,
        }
    };
    done.instrument(span).await.unwrap_or_else(|| HostOutcome::incomplete(host_id))
}

/// All of a host's URLs; none where a stop came between.
async fn fetch_all(session: Session, month: RunMonth, work: &HostWork) -> Option<HostOutcome> {
    let mut fetches = Vec::with_capacity(work.urls().len());
    for item in work.urls() {
        visit(&session, month, item, &mut fetches).await;
        if session.is_cut_short() {
            return None;
        }
    }
    let found = session.into_found();
    Some(HostOutcome {
        host_id: work.first().host_id.clone(),
        fetches,
        robots: found.robots,
        bodies: found.bodies.into_values().collect(),
        is_complete: true,
    })
}
