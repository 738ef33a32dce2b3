//! What a run is done with, whichever run it is.

use deklaro_console::{Progress, Shutdown};
use deklaro_crawl::CrawlConfig;
use deklaro_detect::Papers;
use deklaro_import::Workbooks;
use deklaro_report::Publication;
use deklaro_store::Store;

/// What a run is done with, whichever run it is.
#[derive(Debug, Clone, Copy)]
pub struct Tools<'a> {
    /// Where everything is kept.
    pub store: &'a Store,
    /// How to crawl.
    pub crawl: &'a CrawlConfig,
    /// Who imports workbooks.
    pub workbooks: &'a dyn Workbooks,
    /// Who reads documents.
    pub papers: &'static dyn Papers,
    /// What people see.
    pub progress: &'a Progress,
    /// Who may stop it.
    pub shutdown: &'a Shutdown,
    /// Who publishes the report's pages.
    pub publication: &'a Publication,
    /// Who runs it, where its snapshot waits for the gate instead of becoming current.
    pub held_by: Option<&'a str>,
}
