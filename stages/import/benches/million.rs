//! How the import grows with its list, against calamine reading the same cells; run by hand, for it takes
//! minutes:
//!
//! `cargo bench --profile release -p deklaro-import --bench million -- 10000 1000000`
//!
//! Each number is a list of so many rows, made in a temporary folder. Its shape is that of the country sheets
//! of the EU-plus collection: nine columns, two pages a host, texts shared. Each reading is a process of its
//! own, so that its peak memory (`VmHWM`) is its alone. The file's bytes, which every reader is handed, are
//! part of it.

#![expect(clippy::print_stdout, reason = "the table is what this is for")]

use calamine::{Reader, Xlsx};
use deklaro_import::{ColumnMaps, Countries, Origin, Workbook, import};
use deklaro_schemas::codes::SourceType;
use rust_xlsxwriter::XlsxError;
use std::hint::black_box;
use std::io::Cursor;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

const HEADER: [&str; 9] = [
    "country",
    "subnational",
    "gov_domain",
    "page",
    "is_root_page",
    "performance_score",
    "accessibility_score",
    "best_practices_score",
    "seo_score",
];

/// The allocator of the binary, for both sides of the comparison.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// What is measured, and on which file.
const READINGS: [(&str, &str); 4] = [
    ("calamine range", "list.xlsx"),
    ("calamine cells", "list.xlsx"),
    ("import xlsx", "list.xlsx"),
    ("import csv", "list.csv"),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["make", rows, folder] => make(rows.parse().expect("a number of rows"), Path::new(folder)),
        ["read", reading, file] => read(reading, Path::new(file)),
        sizes => measure_all(&sizes.iter().filter_map(|size| size.parse().ok()).collect::<Vec<_>>()),
    }
}

fn measure_all(sizes: &[u32]) {
    if sizes.is_empty() {
        println!("give numbers of rows, as in `-- 10000 1000000`");
        return;
    }
    println!(
        "{:>9}  {:<14} {:>8} {:>10} {:>8} {:>7} {:>7}",
        "rows", "reading", "seconds", "rows/s", "MiB", "× time", "× MiB"
    );
    for &rows in sizes {
        let folder = tempfile::tempdir().expect("a temporary folder");
        run(&["make", &rows.to_string(), &folder.path().to_string_lossy()]);
        let mut yardstick = None;
        for (reading, file) in READINGS {
            let line = run(&["read", reading, &folder.path().join(file).to_string_lossy()]);
            let figures: Vec<f64> =
                line.split_whitespace().map(|figure| figure.parse().expect("a figure")).collect();
            let [seen, seconds, peak] = figures[..] else { panic!("{line}") };
            assert!((seen - f64::from(rows)).abs() < 1.0, "{reading} saw {seen} rows");
            let (of_seconds, of_peak) = *yardstick.get_or_insert((seconds, peak));
            println!(
                "{rows:>9}  {reading:<14} {seconds:>8.3} {:>10.0} {peak:>8.0} {:>7.2} {:>7.2}",
                f64::from(rows) / seconds,
                seconds / of_seconds,
                peak / of_peak
            );
        }
    }
}

/// What this program prints when started with other arguments.
fn run(arguments: &[&str]) -> String {
    let program = std::env::current_exe().expect("the path of this program");
    let output = Command::new(program).args(arguments).output().expect("a process");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("figures")
}

/// One row; two running are of one host, as in the real lists.
fn row(number: u32) -> ([String; 5], [f64; 4]) {
    let (body, is_root) = (number / 2, number.is_multiple_of(2));
    let host = format!("www.gemeinde-{body}.bezirk-{}.example.at", body % 97);
    let path = if is_root { String::new() } else { format!("buergerservice/amtstafel-{number}") };
    let page = format!("https://{host}/{path}");
    let truth = if is_root { "TRUE" } else { "FALSE" };
    let score = |step: u32| f64::from(number * step % 101) / 100.0;
    let texts = ["Austria".to_owned(), "Wien".to_owned(), host, page, truth.to_owned()];
    (texts, [score(3), score(7), score(11), score(13)])
}

fn make(rows: u32, folder: &Path) {
    make_csv(rows, &folder.join("list.csv")).expect("a CSV file");
    make_xlsx(rows, &folder.join("list.xlsx")).expect("a workbook");
}

fn make_csv(rows: u32, path: &Path) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_path(path)?;
    writer.write_record(HEADER)?;
    for number in 0..rows {
        let (texts, scores) = row(number);
        writer.write_record(texts.into_iter().chain(scores.map(|score| score.to_string())))?;
    }
    Ok(writer.flush()?)
}

/// Rows are written out as they come, texts are shared as spreadsheet programs share them.
fn make_xlsx(rows: u32, path: &Path) -> Result<(), XlsxError> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet_with_low_memory()?;
    sheet.write_row(0, 0, HEADER)?;
    for number in 0..rows {
        let (texts, scores) = row(number);
        sheet.write_row(number + 1, 0, texts)?.write_row(number + 1, 5, scores)?;
    }
    workbook.save(path)
}

/// Prints rows, seconds and peak MiB of one reading.
fn read(reading: &str, path: &Path) {
    let bytes = std::fs::read(path).expect("the list");
    let start = Instant::now();
    let rows = match reading {
        "calamine range" => range(&bytes),
        "calamine cells" => cells(&bytes),
        _ => imported(&path.file_name().unwrap_or_default().to_string_lossy(), &bytes),
    };
    println!("{rows} {} {}", start.elapsed().as_secs_f64(), peak_mib());
}

fn range(bytes: &[u8]) -> usize {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let range = workbook.worksheet_range("Sheet1").expect("a sheet");
    black_box(&range).height() - 1
}

fn cells(bytes: &[u8]) -> usize {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let mut reader = workbook.worksheet_cells_reader("Sheet1").expect("a sheet");
    let mut last = 0;
    while let Some(cell) = reader.next_cell().expect("a cell") {
        last = black_box(&cell).get_position().0;
    }
    last as usize
}

fn imported(name: &str, bytes: &[u8]) -> usize {
    let origin = Origin {
        publisher: None,
        source_type: SourceType::Curated,
        source_reference_url: Some("https://lists.example/all".to_owned()),
        country: None,
    };
    let workbook = Workbook { file_name: name, bytes, origin };
    let imported = import(&workbook, &ColumnMaps::builtin(), &Countries::builtin()).expect("a sound list");
    black_box(&imported).seeds.len()
}

/// Most memory this process has held, where the system says.
fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("");
    line.trim().trim_end_matches("kB").trim().parse::<f64>().map_or(f64::NAN, |kib| kib / 1024.0)
}
