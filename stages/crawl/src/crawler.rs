use crate::config::{CrawlConfig, CrawlError};
use crate::session::{Session, Web};
use crate::visit::visit;
use crate::work::{HostWork, plan};
use deklaro_schemas::tables::{Body, Fetch, FrontierUrl, Robots};
use deklaro_schemas::{HostId, RunMonth, ScanId, SnapshotId};
use futures::{Stream, StreamExt};
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

    /// Fetches a round of the run that makes `snapshot`: one outcome per host, as each is done, in no particular order. Needs a tokio runtime.
    ///
    /// At most `max_open_hosts` are worked on at a time, and no more are begun while outcomes wait to be taken, so memory
    /// does not grow with the round. Dropping the stream drops the requests in flight. When `stop` is cancelled no new
    /// request is made and every host that is not done comes back incomplete.
    pub fn round(
        &self,
        snapshot: &SnapshotId,
        frontier: impl IntoIterator<Item = FrontierUrl>,
        stop: CancellationToken,
    ) -> impl Stream<Item = HostOutcome> + Send + 'static {
        let web = self.web.clone();
        let snapshot = snapshot.clone();
        let open = web.config.max_open_hosts.max(1);
        // The one concurrent line of the crawl: everything below it is one host, one request after the other.
        futures::stream::iter(plan(frontier))
            .map(move |work| {
                let host_id = work.first().host_id.clone();
                let task = AbortOnDropHandle::new(tokio::spawn(host(
                    web.clone(),
                    snapshot.clone(),
                    work,
                    stop.clone(),
                )));
                // A task that panics is a host that is not done.
                async move { task.await.unwrap_or_else(|_| HostOutcome::incomplete(host_id)) }
            })
            .buffer_unordered(open)
    }
}

impl HostOutcome {
    fn incomplete(host_id: HostId) -> Self {
        Self { host_id, fetches: Vec::new(), robots: Vec::new(), bodies: Vec::new(), is_complete: false }
    }
}

/// One host's URLs of a round. Every log line below it says which scan, country and host it is about.
async fn host(web: Arc<Web>, snapshot: SnapshotId, work: HostWork, stop: CancellationToken) -> HostOutcome {
    let item = work.first();
    let host_id = item.host_id.clone();
    let span = tracing::info_span!(
        "host",
        scan_id = %ScanId::of(&snapshot, item.country_code),
        country_code = %item.country_code,
        hostname = %item.canonical_hostname,
        round = item.round
    );
    let done = stop.run_until_cancelled(fetch_all(web, snapshot.month(), &work)).instrument(span).await;
    done.unwrap_or_else(|| HostOutcome::incomplete(host_id))
}

async fn fetch_all(web: Arc<Web>, month: RunMonth, work: &HostWork) -> HostOutcome {
    let session = Session::new(web);
    let mut fetches = Vec::with_capacity(work.urls().len());
    for item in work.urls() {
        visit(&session, month, item, &mut fetches).await;
    }
    let found = session.into_found();
    HostOutcome {
        host_id: work.first().host_id.clone(),
        fetches,
        robots: found.robots,
        bodies: found.bodies.into_values().collect(),
        is_complete: true,
    }
}
