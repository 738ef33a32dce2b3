//! Stages over tables of up to many millions of hosts (`deklaro exec STAGE --tables`), made up here; run by hand:
//!
//! `cargo bench --profile release -p deklaro-run --bench tables -- /path/with/space diff 1000000 5000000 10000000`
//!
//! Also `frontier`, its first round. The tables are made once, a file per million hosts, for the largest number;
//! smaller ones take the first files. A million hosts' verdicts and states take some 150 MB. Each measurement is a process of its own, so that its
//! peak memory (`VmHWM`) is its alone.

#![expect(clippy::print_stdout, reason = "the table is what this is for")]

use deklaro_run::exec::{StreamStage, TablesMode, over_tables};
use deklaro_schemas::parquet_file::TableFile;
use deklaro_schemas::tables::made_up::{batches, listed, state, verdict};
use deklaro_schemas::tables::{Host, Statement, Target};
use deklaro_schemas::{Row, RunMonth, SnapshotId};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Hosts in a file.
const FILE: u32 = 1_000_000;
/// The default of `--rows-at-once`.
const ROWS_AT_ONCE: u32 = 250_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["one", stage, folder] => one(stage, Path::new(folder)),
        [folder, stage, sizes @ ..] if !sizes.is_empty() => measure(Path::new(folder), stage, sizes),
        _ => println!(
            "give a folder, a stage and numbers of hosts, as in `-- /tmp/sized diff 1000000 5000000`"
        ),
    }
}

fn measure(folder: &Path, stage: &str, sizes: &[&str]) {
    let sizes: Vec<u32> = sizes.iter().map(|size| size.parse().expect("a number of hosts")).collect();
    let all = folder.join("all");
    for number in 0..sizes.iter().max().map_or(0, |most| most.div_ceil(FILE)) {
        let hosts = number * FILE..(number + 1) * FILE;
        match stage {
            "diff" => {
                make::<Statement>(&all, number, hosts.clone(), verdict);
                make::<Host>(&all, number, hosts, state);
            }
            _ => make::<Target>(&all, number, hosts, listed),
        }
    }
    for size in sizes {
        let some = folder.join("some");
        first_files(&all, &some, size.div_ceil(FILE));
        let [seconds, busy, mib] = figures(stage, &some);
        let hosts = f64::from(size.next_multiple_of(FILE));
        let each = busy * 1e6 / hosts;
        println!(
            "{hosts:>9} hosts  {stage:<9} {seconds:>7.1} s  {busy:>7.1} s of processors  {each:>5.2} µs a host  {mib:>6.0} MiB"
        );
    }
}

/// One file of a table, where it is not there yet.
fn make<R: Row>(all: &Path, number: u32, hosts: std::ops::Range<u32>, row: impl Fn(u32) -> Option<R> + Copy) {
    let path = all.join(R::TABLE).join(format!("part-{number:05}.parquet"));
    if path.exists() {
        return;
    }
    let mut file = TableFile::new(R::table(), &[]).expect("a table");
    for start in hosts.clone().step_by(100_000) {
        for batch in batches(start..(start + 100_000).min(hosts.end), row) {
            file.append(&batch).expect("sound rows");
        }
    }
    std::fs::create_dir_all(all.join(R::TABLE)).expect("a folder");
    std::fs::write(path, file.finish().expect("a file").0).expect("space on the disk");
}

/// A folder with the first files of each table.
fn first_files(all: &Path, some: &Path, count: u32) {
    let _none = std::fs::remove_dir_all(some);
    for table in std::fs::read_dir(all).expect("tables").flatten() {
        let folder = some.join(table.file_name());
        std::fs::create_dir_all(&folder).expect("a folder");
        for number in 0..count {
            let name = format!("part-{number:05}.parquet");
            // Tables of another stage may be shorter.
            let _short = std::fs::hard_link(table.path().join(&name), folder.join(&name));
        }
    }
}

/// Seconds, seconds of processors and peak MiB of a process of its own.
fn figures(stage: &str, folder: &Path) -> [f64; 3] {
    let program = std::env::current_exe().expect("the path of this program");
    let output = Command::new(&program).args(["one", stage]).arg(folder).output().expect("a process");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let line = String::from_utf8(output.stdout).expect("figures");
    let figures: Vec<f64> = line.split_whitespace().map(|text| text.parse().expect("a figure")).collect();
    [figures[0], figures[1], figures[2]]
}

/// Prints seconds, seconds of processors and peak MiB.
fn one(stage: &str, folder: &Path) {
    let stage = match stage {
        "diff" => {
            let month = RunMonth::parse("2026-11").expect("a month");
            StreamStage::Diff { snapshot: SnapshotId::new(month, 0) }
        }
        _ => StreamStage::Frontier { round: 1 },
    };
    let out: PathBuf = folder.with_file_name("out");
    let _none = std::fs::remove_dir_all(&out);
    let mode = TablesMode {
        tables: folder.to_owned(),
        last: Some(folder.to_owned()),
        out: out.clone(),
        rows_at_once: ROWS_AT_ONCE,
    };
    let start = Instant::now();
    let done = over_tables(&stage, &mode).expect("sound tables");
    let seconds = start.elapsed().as_secs_f64();
    assert!(done.rows_out.values().all(|rows| *rows > 0), "{done:?}");
    println!("{seconds} {} {}", processor_seconds(), peak_mib());
    let _out = std::fs::remove_dir_all(&out);
}

/// What all threads of this process have worked, where the system says; ticks are hundredths on Linux.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name, which may hold spaces: state, and from the twelfth on the ticks in user mode and in the kernel.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks: f64 =
        fields.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
    ticks / 100.0
}

/// Most memory this process has held, where the system says.
fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("");
    line.trim().trim_end_matches("kB").trim().parse::<f64>().map_or(f64::NAN, |kib| kib / 1024.0)
}
