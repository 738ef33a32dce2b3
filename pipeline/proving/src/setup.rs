//! What trials are run with, as the configuration has it.

use deklaro_console::{Progress, Shutdown};
use deklaro_crawl::CrawlConfig;
use deklaro_detect::Papers;
use deklaro_import::Workbooks;
use deklaro_record::release::Gate;
use deklaro_report::Publication;
use deklaro_run::Tools;
use deklaro_store::{Remote, Store, StoreLocation};

/// What trials are run with.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Where everything is kept.
    pub store: StoreLocation,
    /// What a store in a bucket needs.
    pub remote: Remote,
    /// Rounds of a run at most.
    pub max_rounds: i32,
    /// How to crawl.
    pub crawl: CrawlConfig,
    /// Who imports workbooks.
    pub workbooks: &'static dyn Workbooks,
    /// Who reads documents.
    pub papers: &'static dyn Papers,
    /// Who publishes the report's pages.
    pub publication: Publication,
    /// Who is at work.
    pub operator: String,
    /// What a release needs before it goes out.
    pub gate: Gate,
}

impl Setup {
    /// The tools of a run whose snapshot becomes current at once.
    pub(crate) fn tools<'a>(
        &'a self,
        store: &'a Store,
        crawl: &'a CrawlConfig,
        (progress, shutdown): (&'a Progress, &'a Shutdown),
    ) -> Tools<'a> {
        let (workbooks, publication) = (self.workbooks, &self.publication);
        Tools { store, crawl, workbooks, papers: self.papers, progress, shutdown, publication, held_by: None }
    }
}
