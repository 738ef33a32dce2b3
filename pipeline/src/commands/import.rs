use crate::cli::Import;
use crate::exit::{BadFiles, Exit};
use crate::output;
use crate::progress::Progress;
use crate::run::import::{ImportCounts, import_one};
use crate::run::lists::{self, ListedSource};
use deklaro_import::{Imported, Origin};
use deklaro_schemas::codes::ReasonCode;
use deklaro_schemas::store::Store;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// What importing the given files came to.
#[derive(Debug, Default, Serialize)]
struct Report {
    is_dry_run: bool,
    total: ImportCounts,
    files: Vec<FileReport>,
}

/// What one file gave.
#[derive(Debug, Serialize)]
struct FileReport {
    file: String,
    error: Option<String>,
    hint: Option<String>,
    sheets: Vec<SheetReport>,
    rejected_by_reason: BTreeMap<&'static str, i64>,
    hosts: usize,
}

/// What one sheet gave.
#[derive(Debug, Serialize)]
struct SheetReport {
    sheet: String,
    column_map: String,
    header_row: i64,
    rows_total: i64,
    rows_accepted: i64,
    rows_rejected: i64,
    rows_blank: i64,
}

/// `deklaro import`: a file that cannot be read is named, the others go on, and the exit code says so.
pub(crate) async fn import(store: &Store, import: &Import, progress: &Progress) -> anyhow::Result<Exit> {
    let mut report = Report { is_dry_run: import.dry_run, ..Report::default() };
    let mut failed = 0;
    for path in &import.files {
        // The lists that say where workbooks come from are no workbooks.
        if matches!(lists::file_name(path).as_str(), "sources.csv" | "sources.toml") {
            continue;
        }
        match one(path, import) {
            Ok((list, imported)) => {
                if !import.dry_run {
                    lists::keep(store, &list).await?;
                }
                report.total.add(&imported);
                report.files.push(file_report(path, &imported));
            }
            Err(error) => {
                failed += 1;
                progress.problem(&error);
                report.files.push(failure(path, &error));
            }
        }
    }
    if import.output.json {
        output::json(&report)?;
    } else {
        output::text(&shown(&report))?;
    }
    if failed > 0 { Err(BadFiles { count: failed }.into()) } else { Ok(Exit::Done) }
}

fn one(path: &Path, import: &Import) -> anyhow::Result<(ListedSource, Imported)> {
    let list = ListedSource {
        file_name: lists::file_name(path),
        bytes: lists::read_workbook(path)?,
        origin: origin(path, import)?,
    };
    let imported = import_one(&list)?;
    Ok((list, imported))
}

/// What the list beside the workbook says, with the flags over it.
fn origin(path: &Path, import: &Import) -> anyhow::Result<Origin> {
    let listed = match lists::list_beside(path) {
        Some(beside) => lists::parse_list(&beside)?.find(&lists::file_name(path)).map(lists::origin_of),
        None => None,
    };
    let mut origin = listed.unwrap_or(Origin {
        publisher: None,
        source_type: import.source_type,
        source_reference_url: None,
        country: None,
    });
    origin.country = import.country.or(origin.country);
    origin.publisher = import.publisher.clone().or(origin.publisher);
    origin.source_reference_url = import.reference.clone().or(origin.source_reference_url);
    Ok(origin)
}

fn file_report(path: &Path, imported: &Imported) -> FileReport {
    let sheet = |source: &deklaro_schemas::tables::Source| SheetReport {
        sheet: source.sheet.clone(),
        column_map: source.column_map.clone(),
        header_row: source.header_row,
        rows_total: source.rows_total,
        rows_accepted: source.rows_accepted,
        rows_rejected: source.rows_rejected,
        rows_blank: source.rows_blank,
    };
    let mut rejected_by_reason = BTreeMap::new();
    for reject in &imported.rejects {
        *rejected_by_reason.entry(ReasonCode::as_str(reject.reason_code)).or_insert(0) += 1;
    }
    let hosts: std::collections::HashSet<_> =
        imported.seeds.iter().map(|seed| (seed.country_code, &seed.canonical_hostname)).collect();
    FileReport {
        file: path.display().to_string(),
        error: None,
        hint: None,
        sheets: imported.sources.iter().map(sheet).collect(),
        rejected_by_reason,
        hosts: hosts.len(),
    }
}

fn failure(path: &Path, error: &anyhow::Error) -> FileReport {
    FileReport {
        file: path.display().to_string(),
        error: Some(format!("{error:#}")),
        hint: crate::exit::hint_of(error),
        sheets: Vec::new(),
        rejected_by_reason: BTreeMap::new(),
        hosts: 0,
    }
}

fn shown(report: &Report) -> String {
    let mut text = format!(
        "{:<28} {:<22} {:>7} {:>9} {:>9} {:>7}\n",
        "file", "sheet", "rows", "accepted", "rejected", "hosts"
    );
    for file in &report.files {
        let name = Path::new(&file.file)
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        for sheet in &file.sheets {
            let counts = format!(
                "{:>7} {:>9} {:>9} {:>7}",
                sheet.rows_total, sheet.rows_accepted, sheet.rows_rejected, file.hosts
            );
            text.push_str(&format!("{name:<28} {:<22} {counts}\n", sheet.sheet));
        }
        for (reason, count) in &file.rejected_by_reason {
            text.push_str(&format!("{:<28}   {count} × {reason}\n", ""));
        }
    }
    let ImportCounts { rows, accepted, rejected, .. } = report.total;
    let kept =
        if report.is_dry_run { "nothing written (dry run)" } else { "kept in the store for `deklaro run`" };
    text.push_str(&format!("{rows} rows: {accepted} accepted, {rejected} rejected; {kept}\n"));
    text
}
