//! What a worker needs of whoever does the runs.

use deklaro_record::{Announced, Answer};
use deklaro_schemas::{CountryCode, RunMonth, SnapshotId};

/// A run to be done.
#[derive(Debug, Clone)]
pub struct ToRun {
    /// Its names.
    pub announced: Announced,
    /// Its month.
    pub month: RunMonth,
    /// Its countries; empty for all on the lists.
    pub countries: Vec<CountryCode>,
    /// Who runs it, where its snapshot waits for the gate instead of becoming current.
    pub held_by: Option<String>,
}

/// What a run came to.
#[derive(Debug, Clone)]
pub struct Ran {
    /// The snapshot it made.
    pub snapshot: SnapshotId,
    /// True for a snapshot that waits for the gate.
    pub is_held: bool,
}

/// Says whether the run is still to be done; it is asked once the run's countries are held.
pub type IsWanted<'a> = &'a (dyn Fn() -> Answer<'a, bool> + Send + Sync);

/// Does runs. The binary hands it in: a run needs DuckDB and Polars, and the service links neither.
pub trait Runner: Send + Sync {
    /// Sees a run through, from where a stopped process left it. Nothing comes back where it is not wanted any more.
    fn take_up<'a>(&'a self, run: ToRun, is_wanted: IsWanted<'a>) -> Answer<'a, Option<Ran>>;
}
