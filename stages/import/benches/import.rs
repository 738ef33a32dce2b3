//! Import of all workbooks at hand, and the same files through calamine alone: the yardstick.
//!
//! Uses the country sheets beside the checkout where they are, else the demo workbooks. Text files, which calamine
//! does not read, are in the import's time only.

use calamine::{Reader, Sheets};
use deklaro_import::{ColumnMaps, Countries, Origin, Workbook, import};
use deklaro_schemas::codes::SourceType;
use std::hint::black_box;
use std::io::Cursor;
use std::path::Path;
use std::sync::LazyLock;

/// The allocator of the binary, for both sides of the comparison.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

static FILES: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/country-sheets");
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/demo");
    let files = read_folder(&real);
    if files.is_empty() { read_folder(&demo) } else { files }
});

fn read_folder(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let is_list = |path: &Path| {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
        ["xlsx", "xlsb", "xls", "ods", "csv", "tsv"].contains(&extension)
            && path.file_stem() != Some("sources".as_ref())
    };
    let paths = paths.into_iter().filter(|path| is_list(path));
    paths
        .filter_map(|path| {
            Some((path.file_name()?.to_string_lossy().into_owned(), std::fs::read(&path).ok()?))
        })
        .collect()
}

fn origin() -> Origin {
    Origin {
        publisher: None,
        source_type: SourceType::Curated,
        source_reference_url: Some("https://lists.example/all".to_owned()),
        country: None,
    }
}

#[divan::bench]
fn import_all() -> usize {
    let (maps, countries) = (ColumnMaps::builtin(), Countries::builtin());
    let rows = FILES.iter().map(|(name, bytes)| {
        let workbook = Workbook { file_name: name, bytes, origin: origin() };
        let imported = import(&workbook, &maps, &countries).expect("the lists at hand are sound");
        black_box(imported).seeds.len()
    });
    rows.sum()
}

#[divan::bench]
fn calamine_alone() -> usize {
    FILES.iter().map(|(name, bytes)| rows(name, bytes)).sum()
}

/// Rows of a workbook, read a whole sheet at a time.
fn rows(name: &str, bytes: &[u8]) -> usize {
    let bytes = Cursor::new(bytes);
    let mut workbook = match name.rsplit('.').next() {
        Some("xlsx") => Sheets::Xlsx(calamine::Xlsx::new(bytes).expect("sound")),
        Some("xlsb") => Sheets::Xlsb(calamine::Xlsb::new(bytes).expect("sound")),
        Some("xls") => Sheets::Xls(calamine::Xls::new(bytes).expect("sound")),
        Some("ods") => Sheets::Ods(calamine::Ods::new(bytes).expect("sound")),
        _ => return 0,
    };
    let mut rows = 0;
    for sheet in workbook.sheet_names() {
        let range = workbook.worksheet_range(&sheet).expect("sound");
        rows += black_box(&range).height();
    }
    rows
}

fn main() {
    divan::main();
}
