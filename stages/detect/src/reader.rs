//! With which terms are pages read, who reads documents, and how long may one take?

use crate::glossary::Glossary;
use crate::paper::Papers;
use crate::pdf::Here;
use deklaro_schemas::budget::IsOver;

/// How long pages may take, and whether anybody still wants them. `run` measures; a stage does not.
pub trait Patience: Sync {
    /// A page begins; what is given says when its time is over.
    fn begin(&self) -> Option<IsOver>;
    /// True when nobody wants the rest.
    fn is_stopped(&self) -> bool;
}

/// Never in a hurry: tests, benches and libraries.
#[derive(Debug, Clone, Copy, Default)]
pub struct Patient;

impl Patience for Patient {
    fn begin(&self) -> Option<IsOver> {
        None
    }

    fn is_stopped(&self) -> bool {
        false
    }
}

/// Reads pages: with which terms, who reads documents, and how long one may take.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    pub(crate) glossary: &'a Glossary,
    pub(crate) papers: &'a dyn Papers,
    /// How often nobody could be had to read a document when this reader was made.
    faults: u64,
    pub(crate) patience: &'a dyn Patience,
}

impl<'a> Reader<'a> {
    /// A reader that reads documents in this process, and takes as long as it takes.
    pub fn new(glossary: &'a Glossary) -> Self {
        Self { glossary, papers: &Here, faults: 0, patience: &Patient }
    }

    /// The same, with documents read by others.
    #[must_use]
    pub fn papers(self, papers: &'a dyn Papers) -> Self {
        Self { papers, faults: papers.fault().times, ..self }
    }

    /// The same, with a limit of time.
    #[must_use]
    pub fn patience(self, patience: &'a dyn Patience) -> Self {
        Self { patience, ..self }
    }

    /// Why a document could not be read that may be a good one: nobody was there to read it.
    pub fn fault(&self) -> Option<String> {
        let fault = self.papers.fault();
        (fault.times > self.faults).then_some(fault.message)
    }

    /// True when nobody wants the rest, or nobody can read it.
    pub(crate) fn is_stopped(&self) -> bool {
        self.patience.is_stopped() || self.fault().is_some()
    }
}

/// The time of a page is over when it is asked for the first time: a long page is given up, a short one is not.
#[cfg(test)]
pub(crate) struct Hasty;

#[cfg(test)]
impl Patience for Hasty {
    fn begin(&self) -> Option<IsOver> {
        Some(std::sync::Arc::new(|| true))
    }

    fn is_stopped(&self) -> bool {
        false
    }
}
