//! What is read in a process of its own, how many read at once, and what may one reading take?

use std::time::Duration;

/// The first argument of a child; no command of the program is called so.
pub const WORD: &str = "read-apart";

/// A kind of document, and what reading one may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    /// The child's second argument.
    pub(crate) word: &'static str,
    /// Processes at once, whatever the number of processors: each may take its memory.
    pub(crate) at_once: usize,
    /// Bytes of an answer at most.
    pub(crate) most_answer: u64,
    /// Bytes of address space beyond what the program itself takes, for a request of so many bytes.
    pub(crate) memory: fn(u64) -> u64,
    /// Seconds of processor time for a request of so many bytes. The load of the machine does not change it.
    pub(crate) processor: fn(u64) -> u64,
    /// Time by the clock for a request of so many bytes: a net for what neither budget nor processor time ends.
    pub(crate) deadline: fn(u64) -> Duration,
}

const MIB: u64 = 1 << 20;

/// Documents on paper: a page has at most 2 MiB of bytes, and an honest one is read in milliseconds.
pub(crate) const PAPERS: Kind = Kind {
    word: "papers",
    at_once: 2,
    most_answer: 16 * MIB,
    memory: |_| 256 * MIB,
    processor: |_| 2,
    deadline: |_| Duration::from_secs(20),
};

/// Workbooks: the larger the file, the more its rows may take. Tables grow by doubling, so they ask for more address space than
/// they take of memory.
pub(crate) const WORKBOOKS: Kind = Kind {
    word: "workbooks",
    at_once: 1,
    most_answer: 1 << 30,
    memory: |bytes| if bytes <= 16 * MIB { 1_024 * MIB } else { 2_048 * MIB },
    processor: |bytes| 3 + bytes / (4 * MIB),
    deadline: |bytes| Duration::from_secs(120 + bytes / MIB),
};

impl Kind {
    /// The kind of this word.
    pub(crate) fn of(word: &str) -> Option<Self> {
        [PAPERS, WORKBOOKS].into_iter().find(|kind| kind.word == word)
    }
}
