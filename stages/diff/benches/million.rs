//! This month against the last, beside a bare Polars full join of the same two frames; run by hand:
//!
//! `cargo bench --profile release -p deklaro-diff --bench million -- 100000 1000000`
//!
//! `… -- buckets 1000000 5000000 10000000` compares as an engine does: hosts in buckets of 500,000, one after the other, so that memory
//! stays where it is whatever the number of hosts.
//!
//! Each number is so many hosts in both months. Each measurement is a process of its own, so that its peak memory
//! (`VmHWM`) is its alone; the two tables as Arrow batches are part of it. The join gets its frames ready-made: the
//! crossing from Arrow counts against the stage only.

#![expect(clippy::print_stdout, reason = "the table is what this is for")]

use arrow::array::RecordBatch;
use deklaro_diff::{DiffInput, diff};
use deklaro_schemas::codes::{Confidence, Conformance, DetectionStatus, Lifecycle, PolicyMention};
use deklaro_schemas::tables::testing::{statement, url};
use deklaro_schemas::tables::{Evidence, Host, Statement};
use deklaro_schemas::{Date, RunMonth, SnapshotId, batch};
use polars::prelude::{IntoLazy, JoinArgs, JoinCoalesce, JoinType, col};
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

/// The allocator of the binary, for both sides of the comparison.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Times each is measured; the middle one counts.
const TURNS: usize = 3;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["one", what, hosts] => one(what, hosts.parse().expect("a number of hosts")),
        ["buckets", sizes @ ..] => sizes.iter().for_each(|size| measure_buckets(size)),
        [] => println!("give numbers of hosts, as in `-- 100000 1000000`"),
        sizes => sizes.iter().for_each(|size| measure(size)),
    }
}

fn measure(hosts: &str) {
    let [join, stage] = ["join", "diff"].map(|what| median(what, hosts));
    println!("{hosts:>9} hosts  {:<14} {:>7.2} s {:>6.0} MiB", "bare full join", join[0], join[1]);
    println!(
        "{hosts:>9} hosts  {:<14} {:>7.2} s {:>6.0} MiB  {:.2} × the time, {:.2} × the memory",
        "diff",
        stage[0],
        stage[1],
        stage[0] / join[0],
        stage[1] / join[1]
    );
}

/// Once each: ten million take minutes to make up.
fn measure_buckets(hosts: &str) {
    let [seconds, mib] = figures("buckets", hosts);
    let count: f64 = hosts.parse().expect("a number of hosts");
    println!(
        "{hosts:>9} hosts  {:<14} {seconds:>7.2} s {mib:>6.0} MiB  {:.2} µs a host",
        "in buckets",
        seconds * 1e6 / count
    );
}

/// Hosts compared at once.
const BUCKET: u32 = 500_000;

/// Bucket after bucket; making up the rows is not counted.
fn buckets(hosts: u32) -> f64 {
    let starts = (0..hosts).step_by(BUCKET as usize);
    starts
        .map(|start| {
            let range = start..(start + BUCKET).min(hosts);
            stage(&months_of(range.clone(), now), &months_of(range, last))
        })
        .sum()
}

/// Seconds and peak MiB of the middle turn.
fn median(what: &str, hosts: &str) -> [f64; 2] {
    let mut turns: Vec<[f64; 2]> = (0..TURNS).map(|_| figures(what, hosts)).collect();
    turns.sort_by(|a, b| a[0].total_cmp(&b[0]));
    turns[TURNS / 2]
}

/// Seconds and peak MiB of a process of its own.
fn figures(what: &str, hosts: &str) -> [f64; 2] {
    let program = std::env::current_exe().expect("the path of this program");
    let output = Command::new(&program).args(["one", what, hosts]).output().expect("a process");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let line = String::from_utf8(output.stdout).expect("figures");
    let figures: Vec<f64> = line.split_whitespace().map(|text| text.parse().expect("a figure")).collect();
    [figures[0], figures[1]]
}

/// Prints seconds and peak MiB.
fn one(what: &str, hosts: u32) {
    if what == "buckets" {
        println!("{} {}", buckets(hosts), peak_mib());
        return;
    }
    let (statements, last_hosts) = (months_of(0..hosts, now), months_of(0..hosts, last));
    let seconds =
        if what == "join" { join(&statements, &last_hosts) } else { stage(&statements, &last_hosts) };
    println!("{seconds} {}", peak_mib());
}

fn stage(statements: &[RecordBatch], last_hosts: &[RecordBatch]) -> f64 {
    let snapshot = SnapshotId::new(RunMonth::parse("2026-11").expect("a month"), 0);
    let start = Instant::now();
    let result = diff(&DiffInput { snapshot: &snapshot, statements, last_hosts }).expect("two sound tables");
    let seconds = start.elapsed().as_secs_f64();
    assert!(black_box(&result).changes.num_rows() > 0);
    seconds
}

fn join(statements: &[RecordBatch], last_hosts: &[RecordBatch]) -> f64 {
    let frame = |batches| deklaro_frames::frame(batches).expect("a frame").lazy();
    let (now, last) = (frame(statements), frame(last_hosts));
    let start = Instant::now();
    let full = JoinArgs::new(JoinType::Full).with_coalesce(JoinCoalesce::CoalesceColumns);
    let joined = now.join(last, [col("host_id")], [col("host_id")], full).collect().expect("a join");
    assert!(black_box(&joined).height() > 0);
    start.elapsed().as_secs_f64()
}

/// The rows of so many hosts in batches as Parquet gives them.
fn months_of<R: deklaro_schemas::Row>(
    hosts: std::ops::Range<u32>,
    row: impl Fn(u32) -> Option<R>,
) -> Vec<RecordBatch> {
    let numbers: Vec<u32> = hosts.collect();
    let batch_of = |numbers: &[u32]| {
        let rows: Vec<R> = numbers.iter().filter_map(|number| row(*number)).collect();
        batch::from_rows(&rows).expect("sound rows")
    };
    numbers.chunks(8_192).map(batch_of).collect()
}

/// Most hosts are as they were; of a hundred one is new, one gone, one unreachable, two have changed.
fn now(number: u32) -> Option<Statement> {
    let turn = number % 100;
    if turn == 1 {
        return None;
    }
    let mut row = statement(&format!("h{number:08}.example.at"));
    let address = format!("https://{}/barrierefreiheit/erklaerung-{turn}", row.canonical_hostname);
    row.detection_status = DetectionStatus::Found;
    row.confidence = Confidence::High;
    row.statement_url = Some(url(&address));
    row.conformance_status = Some(if turn == 3 { Conformance::Full } else { Conformance::Partial });
    row.prepared_on = Date::new(2020, 9, 23);
    row.policy_mentions = vec![PolicyMention::Wcag, PolicyMention::En301549];
    row.evidence = ["heading", "body"]
        .map(|place| Evidence {
            term: "barrierefreiheitserklarung".to_owned(),
            place: place.to_owned(),
            snippet: "Diese Erklärung zur Barrierefreiheit gilt für die Website".to_owned(),
        })
        .to_vec();
    match turn {
        2 => {
            row.is_reachable = false;
            row.is_read = false;
        }
        4 => row.statement_url = Some(url(&format!("{address}-neu"))),
        _ => {}
    }
    Some(row)
}

fn last(number: u32) -> Option<Host> {
    let row = now(50)?;
    if number.is_multiple_of(100) {
        return None;
    }
    let name = statement(&format!("h{number:08}.example.at"));
    let address = format!("https://{}/barrierefreiheit/erklaerung-{}", name.canonical_hostname, number % 100);
    let month = RunMonth::parse("2026-10").expect("a month");
    Some(Host {
        host_id: name.host_id,
        country_code: name.country_code,
        canonical_hostname: name.canonical_hostname,
        lifecycle: Lifecycle::Active,
        is_stale: false,
        unreachable_streak: 0,
        retired_reason: None,
        first_seen_month: month,
        last_seen_month: month,
        last_reached_month: Some(month),
        verdict_snapshot: SnapshotId::new(month, 0),
        detection_status: row.detection_status,
        confidence: row.confidence,
        statement_url: Some(url(&address)),
        detected_language: row.detected_language,
        conformance_status: row.conformance_status,
        prepared_on: row.prepared_on,
        reviewed_on: row.reviewed_on,
        policy_mentions: row.policy_mentions,
        reason_codes: row.reason_codes,
        is_read: true,
        proof_fetch_id: row.proof_fetch_id,
        answering_hostname: None,
        successor_hostname: None,
    })
}

/// Most memory this process has held, where the system says.
fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("");
    line.trim().trim_end_matches("kB").trim().parse::<f64>().map_or(f64::NAN, |kib| kib / 1024.0)
}
