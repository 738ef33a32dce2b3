//! Drills run in a simulated Europe, with its lists and a store of one month; each drill gets its own copy of
//! the store.

use crate::demo::demo_crawl;
use crate::demo_web::{SEED, demo_web};
use crate::setup::Setup;
use anyhow::Context;
use deklaro_console::{Progress, Shutdown};
use deklaro_crawl::CrawlConfig;
use deklaro_run::{self, RunOutcome, RunRequest, Tools};
use deklaro_schemas::stored::Lists;
use deklaro_schemas::{CountryCode, RunMonth, SnapshotId};
use deklaro_simweb::{Fault, Simweb};
use deklaro_store::Store;
use futures::future::BoxFuture;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// The month that is there before a drill begins.
const BEFORE: &str = "2026-10";
/// The month a drill is about.
pub(super) const MONTH: &str = "2026-11";

/// A place for drills. Dropping it deletes everything in it.
pub struct DrillGround<'a> {
    pub(super) config: &'a Setup,
    progress: &'a Progress,
    shutdown: &'a Shutdown,
    pub(super) web: Simweb,
    pub(super) crawl: CrawlConfig,
    sources: PathBuf,
    folder: TempDir,
    /// The snapshot that is current before a drill begins.
    pub(super) before: SnapshotId,
    /// Hosts on the lists.
    pub(super) hosts: usize,
    _stop: tokio_util::sync::DropGuard,
}

impl<'a> DrillGround<'a> {
    /// Starts the web, writes the lists and does the first month.
    pub fn build(
        config: &'a Setup,
        progress: &'a Progress,
        shutdown: &'a Shutdown,
    ) -> BoxFuture<'a, anyhow::Result<Self>> {
        Box::pin(async move {
            let stop = CancellationToken::new();
            let web = demo_web(SEED, &stop).await?;
            let folder = tempfile::tempdir().context("making a folder for the drills")?;
            let sources = crate::demo_data::write(folder.path())?;
            let crawl = demo_crawl(config, &web);
            let mut europe = Self {
                config,
                progress,
                shutdown,
                web,
                crawl,
                sources,
                folder,
                before: SnapshotId::new(RunMonth::parse(BEFORE)?, 0),
                hosts: 0,
                _stop: stop.drop_guard(),
            };
            europe.write_settings()?;
            let store = Store::open(&europe.base()).await?;
            let RunOutcome { snapshot, summary, .. } = europe.run(&store, &europe.crawl, BEFORE, &[]).await?;
            (europe.before, europe.hosts) = (snapshot, usize::try_from(summary.all.known)?);
            Ok(europe)
        })
    }

    /// What processes of our own are run with: no gap, short timeouts, a look every few milliseconds.
    fn write_settings(&self) -> anyhow::Result<()> {
        let settings = "[crawl]\ngap_ms = 0\nretries = 1\nbackoff_ms = 100\nmax_retry_after_ms = 1000\nmax_crawl_delay_ms = 0\n\
            connect_timeout_ms = 3000\nheaders_timeout_ms = 3000\nbody_timeout_ms = 5000\n\
            [serve]\npoll_ms = 50\nheartbeat_ms = 100\nretry_ms = 50\ndrain_delay_ms = 0\n";
        std::fs::write(self.path("deklaro.toml"), settings).context("writing the settings")?;
        std::fs::write(self.path("ca.pem"), self.web.ca_pem()).context("writing the certificate")
    }

    /// A path in the folder of the drills.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn base(&self) -> PathBuf {
        self.path("before")
    }

    /// The list of the workbooks.
    pub(super) fn sources(&self) -> &Path {
        &self.sources
    }

    /// A store with one published month, for one drill alone.
    pub(super) async fn store(&self, name: &str) -> anyhow::Result<(PathBuf, Store)> {
        let folder = self.path(name);
        copy(&self.base(), &folder).with_context(|| format!("copying `{}`", self.base().display()))?;
        let store = Store::open(&folder).await?;
        Ok((folder, store))
    }

    /// A month's work in this process, as `deklaro run` does it.
    pub(super) async fn run(
        &self,
        store: &Store,
        crawl: &CrawlConfig,
        month: &str,
        countries: &[CountryCode],
    ) -> anyhow::Result<RunOutcome> {
        let request = RunRequest {
            month: RunMonth::parse(month)?,
            countries: countries.to_vec(),
            lists: Lists::File(self.sources.clone()),
            max_rounds: self.config.max_rounds,
            coverage_reason: None,
            glossary: None,
        };
        Box::pin(deklaro_run::start(self.tools(store, crawl), request)).await
    }

    /// What runs of this process are done with.
    pub(super) fn tools<'t>(&'t self, store: &'t Store, crawl: &'t CrawlConfig) -> Tools<'t> {
        self.config.tools(store, crawl, (self.progress, self.shutdown))
    }

    /// No fault, and nothing was asked yet.
    pub(super) fn calm(&self) {
        self.web.set_fault(None);
        self.web.forget();
    }

    /// Begins a fault of the web.
    pub(super) fn strike(&self, fault: Fault) {
        self.web.set_fault(Some(fault));
    }

    /// Waits until the web was asked so often.
    pub(super) async fn asked(&self, count: usize) -> anyhow::Result<()> {
        let seen = || self.web.seen().len();
        super::waiting::until("the crawl is under way", async || Ok((seen() >= count).then_some(()))).await
    }
}

/// A folder with everything in it.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
