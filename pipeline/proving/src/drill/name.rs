//! The drills there are.

use clap::ValueEnum;

/// The drills, each a fault of its own.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, strum::IntoStaticStr, strum::EnumIter,
)]
#[strum(serialize_all = "kebab-case")]
pub enum DrillName {
    /// A worker's process is killed in mid-scan; another worker takes the scan over.
    WorkerCrash,
    /// Every host of a country answers 5xx; its hosts keep their verdicts until it is back.
    UpstreamFailure,
    /// No host answers for a while in mid-crawl; what was asked meanwhile is asked again.
    TimeoutBurst,
    /// The disk of the store goes away in mid-run and comes back; the run is resumed.
    StoreOutage,
    /// Connections to the store drop in mid-commit, before and after a write took effect; the commit is finished.
    DroppedCommit,
    /// Tables of an earlier version are carried over, those of a later one are refused and rolled back.
    TableMigration,
    /// A published file is damaged; consumers get the snapshot before it.
    ReleaseRollback,
}

impl DrillName {
    /// As it is typed and recorded.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}
