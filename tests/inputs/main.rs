//! Which promises need more than a clone to be tested? They need lists beside the project, an S3 server, `openssl`, own disks, or many
//! descriptors.

/// Keys and a server of somebody who signs when something was there.
mod authority;
/// A bucket holds the same record as a folder.
mod buckets;
/// The detector's figures that we publish.
mod detector;
/// Full and read-only disks.
mod disks;
/// A bucket that goes away in mid-commit, and comes back.
mod outage;
/// More slow readers than the service has places.
mod readers;
/// The 26 real lists.
mod real_lists;
#[path = "../../pipeline/store/tests/support/s3.rs"]
mod s3;
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "`promises.rs` uses the rest")]
mod support;
/// When a manifest was there, signed by a stranger.
mod timestamp;

use deklaro_needs::{Need, Tests};
use std::process::ExitCode;

fn main() -> ExitCode {
    let bucket = [s3::NEED];
    let openssl = [Need::Program("openssl")];
    let mounts = [Need::OwnMounts];
    let lists = [Need::Shared(real_lists::FOLDER)];
    let samples = detector::FILES.map(Need::Shared);
    Tests::default()
        .with(&bucket, buckets::a_bucket_holds_the_same_record_as_a_folder_and_answers_every_command)
        .with(&bucket, buckets::a_run_in_a_bucket_is_resumed_after_a_kill)
        .with(&bucket, buckets::a_second_run_in_a_bucket_is_told_who_is_at_work)
        .with(&bucket, buckets::a_bucket_is_shared_by_processes_with_nothing_else_in_common)
        .with(&bucket, outage::a_bucket_that_goes_away_in_mid_commit_and_comes_back_has_all_of_the_month_once)
        .with(&openssl, timestamp::a_stamped_snapshot_is_verified_with_its_time_and_keeps_the_first_stamp)
        .with(&openssl, timestamp::a_stamp_that_does_not_hold_is_named)
        .with(
            &openssl,
            timestamp::whatever_the_authority_does_the_publication_stands_and_the_failure_is_on_record,
        )
        .with(&openssl, timestamp::a_run_is_published_whether_the_authority_answers_or_hangs)
        .with(&mounts, disks::a_full_disk_is_named_and_the_run_goes_on_when_there_is_room)
        .with(&mounts, disks::a_read_only_disk_answers_questions_and_takes_nothing)
        .with(&[readers::NEED], readers::more_readers_than_places_leave_the_probes_alone)
        .with(&lists, real_lists::all_rows_of_the_real_lists_are_accounted_for)
        .with(&samples, detector::the_detectors_figures_are_no_better_than_what_is_measured)
        .run()
}
