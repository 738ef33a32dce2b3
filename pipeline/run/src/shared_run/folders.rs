//! Where the rounds and partitions of a shared run lie.

use deklaro_schemas::RunId;
use deklaro_schemas::stored::RunFile;

/// The folder of a round.
pub(super) fn round_folder(run: &RunId, round: i32) -> String {
    format!("{}/round={round}", RunFile::shared_folder(run))
}

/// The folder of a partition.
pub(super) fn partition_folder(run: &RunId, round: i32, partition: u32) -> String {
    format!("{}/part-{partition:05}", round_folder(run, round))
}
