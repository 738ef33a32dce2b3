//! With what does a run read its pages: which terms, who reads documents, how long may a page take, and who stops it?

use crate::tools::Tools;
use deklaro_detect::{Glossary, Here, Papers, Patience, Reader};
use rustix::time::{ClockId, clock_gettime};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A page is given up after so much time of the processor. It is a net: what a page may cost is counted, and no page comes near it.
/// The load of the machine does not count. A build that is not optimised takes some thirty times as long for all.
const PAGE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 300 } else { 10 });

/// With what pages are read; a clone shares all of it.
#[derive(Clone)]
pub struct ReadingTools {
    /// The shipped terms with the user's own; nothing for the shipped ones alone.
    own: Option<Arc<Glossary>>,
    papers: &'static dyn Papers,
    stop: CancellationToken,
}

impl ReadingTools {
    /// With these terms, or with the shipped ones. Documents are read in this process, and nobody stops it.
    pub fn new(own: Option<Arc<Glossary>>) -> Self {
        Self { own, papers: &Here, stop: CancellationToken::new() }
    }

    /// For a run with these tools: its stop signal ends the reading between two pages.
    pub(crate) fn of(tools: Tools<'_>, own: Option<Arc<Glossary>>) -> Self {
        Self::new(own).papers(tools.papers).stopped_by(tools.shutdown.token.clone())
    }

    /// The same, with documents read by others.
    #[must_use]
    pub fn papers(self, papers: &'static dyn Papers) -> Self {
        Self { papers, ..self }
    }

    /// The same, stopped by this token between two pages.
    #[must_use]
    pub fn stopped_by(self, stop: CancellationToken) -> Self {
        Self { stop, ..self }
    }

    /// What stops it.
    pub(crate) fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// The terms.
    pub(crate) fn glossary(&self) -> &Glossary {
        self.own.as_deref().unwrap_or_else(|| Glossary::builtin())
    }

    /// Reads pages here; whoever reads many does it on a thread that may be blocked.
    pub(crate) fn reader(&self) -> Reader<'_> {
        Reader::new(self.glossary()).papers(self.papers).patience(self)
    }
}

/// What this thread has taken of a processor.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

impl Patience for ReadingTools {
    fn begin(&self) -> Option<deklaro_schemas::budget::IsOver> {
        // A page is read on one thread from its beginning to its end.
        let begun = processor_time();
        Some(Arc::new(move || processor_time().saturating_sub(begun) > PAGE))
    }

    fn is_stopped(&self) -> bool {
        self.stop.is_cancelled()
    }
}

impl std::fmt::Debug for ReadingTools {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReadingTools").field("glossary", &self.glossary().version()).finish_non_exhaustive()
    }
}
