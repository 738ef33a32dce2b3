//! A run under way: everything its steps need.

use crate::area::WorkArea;
use crate::reading_tools::ReadingTools;
use crate::run_lease::RunLease;
use crate::terms::own_glossary;
use crate::tools::Tools;
use deklaro_console::{Progress, Shutdown};
use deklaro_crawl::CrawlConfig;
use deklaro_import::Workbooks;
use deklaro_report::Publication;
use deklaro_schemas::steps::Step;
use deklaro_schemas::stored::RunFile;
use deklaro_store::Store;
use deklaro_watch::{StageOf, Watch, stage};
use std::sync::Arc;
use tracing::Span;
use tracing::field::Empty;

/// A run under way: everything its steps need.
pub(crate) struct ActiveRun<'a> {
    /// Where everything is kept.
    pub store: &'a Store,
    /// Its work area in the store.
    pub area: WorkArea,
    /// How to crawl.
    pub crawl: &'a CrawlConfig,
    /// Who imports workbooks.
    pub workbooks: &'a dyn Workbooks,
    /// What people see.
    pub progress: &'a Progress,
    /// Who may stop it.
    pub shutdown: &'a Shutdown,
    /// The run, as its file says.
    pub run: RunFile,
    /// Who publishes the report's pages.
    pub publication: &'a Publication,
    /// Who runs it, where its snapshot waits for the gate.
    pub held_by: Option<&'a str>,
    /// The lease it holds.
    pub lease: &'a RunLease,
    /// The spans of this run.
    pub watch: Watch,
    /// With what its pages are read.
    pub reading: ReadingTools,
}

impl<'a> ActiveRun<'a> {
    /// A run with its work area, under its lease. Comes with the span that its steps run in.
    pub(crate) fn begin(
        tools: Tools<'a>,
        run: RunFile,
        area: String,
        lease: &'a RunLease,
    ) -> anyhow::Result<(Self, Span)> {
        let Tools { store, crawl, workbooks, progress, shutdown, publication, held_by, .. } = tools;
        let own_glossary = run.glossary.as_deref().map(own_glossary).transpose()?;
        let reading = ReadingTools::of(tools, own_glossary.map(Arc::new));
        let span = run_span(&run);
        let (watch, area) = (watch(&run, &span), WorkArea::new(store, area));
        let active = Self {
            store,
            area,
            crawl,
            workbooks,
            progress,
            shutdown,
            run,
            publication,
            held_by,
            lease,
            watch,
            reading,
        };
        Ok((active, span))
    }

    /// Does the work of a step in a span of its own; what ended by then is kept with the run.
    pub(crate) fn stage<T>(
        &self,
        step: &'static Step,
        round: Option<i32>,
        work: impl Future<Output = anyhow::Result<T>>,
    ) -> impl Future<Output = anyhow::Result<T>> {
        // A stage's future is large; all stages in one would not fit a thread's stack.
        let work = Box::pin(work);
        async move {
            let result = stage(step.name, StageOf { round, country: None }, work).await;
            deklaro_watch::write_spans(&self.watch, self.store, &self.run.home()).await;
            result
        }
    }

    /// True when the run is about this country. Rows without one belong to every run.
    pub(crate) fn is_run(&self, country: Option<&str>) -> bool {
        let named = |country: &str| self.run.countries.iter().any(|run| run.as_str() == country);
        self.run.countries.is_empty() || country.is_none_or(named)
    }

    /// Key-value metadata of every Parquet file of the run.
    pub(crate) fn footer(&self) -> [(String, String); 2] {
        [
            ("snapshot".to_owned(), self.run.snapshot.to_string()),
            ("run_id".to_owned(), self.run.run_id.to_string()),
        ]
    }
}

fn run_span(run: &RunFile) -> Span {
    tracing::info_span!(
        "run",
        run_id = %run.run_id,
        snapshot = %run.snapshot,
        outcome = Empty,
        otel.status_code = Empty,
        otel.status_description = Empty
    )
}

/// Keeps the spans of the run, whatever job or request it belongs to.
fn watch(run: &RunFile, span: &Span) -> Watch {
    let named = [("run_id", run.run_id.to_string()), ("snapshot", run.snapshot.to_string())];
    Watch::of(span, &named).under(&Span::current())
}
