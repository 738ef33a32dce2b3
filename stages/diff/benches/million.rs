//! This month against the last, beside a bare Polars full join of the same two frames; run by hand:
//!
//! `cargo bench --profile release -p deklaro-diff --bench million -- 100000 1000000`
//!
//! Each number is so many hosts in both months. Each measurement is a process of its own, so that its peak
//! memory (`VmHWM`) is its alone. The two tables as Arrow batches are part of it. The join gets its frames
//! ready-made: only the stage pays for the crossing from Arrow.

#![expect(clippy::print_stdout, reason = "the table is what this is for")]

use arrow::array::RecordBatch;
use deklaro_diff::{DiffInput, diff};
use deklaro_schemas::tables::made_up::{batches, state, verdict};
use deklaro_schemas::{RunMonth, SnapshotId};
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
    let (statements, last_hosts) = (batches(0..hosts, verdict), batches(0..hosts, state));
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

/// Most memory this process has held, where the system says.
fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("");
    line.trim().trim_end_matches("kB").trim().parse::<f64>().map_or(f64::NAN, |kib| kib / 1024.0)
}
