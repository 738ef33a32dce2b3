//! `deklaro import` reads lists, stores them, and says which rows it rejected and why.

use super::explain;
use crate::cli::ImportArgs;
use crate::context::Context;
use crate::readers::workbooks;
use anyhow::Context as _;
use deklaro_console::{BadFiles, Exit, output};
use deklaro_import::{ImportError, Imported, Origin};
use deklaro_run::import::import_one;
use deklaro_run::stored_lists::{self, Edition, ListChange};
use deklaro_run::{ListReport, ListedSource, hosts, lists};
use deklaro_schemas::Sha256;
use serde::Serialize;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Files of a folder that are taken for lists.
const LISTS: [&str; 12] =
    ["xlsx", "xlsm", "xlsb", "xls", "ods", "csv", "tsv", "txt", "gz", "zip", "toon", "tab"];

/// What importing the given files came to.
#[derive(Debug, Default, Serialize)]
struct Report {
    is_dry_run: bool,
    rows_total: i64,
    rows_accepted: i64,
    rows_rejected: i64,
    hosts: usize,
    files: Vec<Imports>,
    #[serde(skip)]
    /// By country and name.
    all_hosts: HashSet<(String, String)>,
}

/// What one file gave, and what the store made of it.
#[derive(Debug, Serialize)]
struct Imports {
    #[serde(flatten)]
    report: ListReport,
    /// True when the store had exactly this already.
    is_unchanged: bool,
    /// How it differs from the edition it replaces.
    edition: Option<Edition>,
}

/// `deklaro import`: a file that cannot be read is named, the others go on, and the exit code says so.
pub(crate) async fn import(context: &Context, import: &ImportArgs) -> anyhow::Result<Exit> {
    let Context { store, progress, .. } = context;
    let mut report = Report { is_dry_run: !import.writes(), ..Report::default() };
    let mut explained = Vec::new();
    let mut failed = 0;
    for path in files(&import.files)? {
        match one(&path, import) {
            Ok((list, imported)) => {
                let of_file = ListReport::of(&path.display().to_string(), Sha256::of(&list.bytes), &imported);
                let kept = if import.writes() {
                    let replaces = import.replaces.as_deref();
                    stored_lists::keep(store, &list, &imported, &of_file, replaces, workbooks()).await?
                } else {
                    ListChange::Stored
                };
                if import.explain {
                    explained.push(explain::explained(&path, &imported));
                }
                report.add(of_file, &imported, kept);
            }
            Err(error) if matches!(error.downcast_ref(), Some(ImportError::NoReader { .. })) => {
                return Err(error);
            }
            Err(error) => {
                failed += 1;
                progress.problem(&error);
                let report_of = ListReport::failed(&path.display().to_string(), &error);
                report.files.push(Imports { report: report_of, is_unchanged: false, edition: None });
            }
        }
    }
    report.hosts = report.all_hosts.len();
    match (import.output.json, import.explain) {
        (true, false) => output::json(&report)?,
        (true, true) => output::json(&explained)?,
        (false, true) => output::text(&explain::shown(&explained))?,
        (false, false) => output::text(&shown(&report))?,
    }
    if failed > 0 { Err(BadFiles { count: failed }.into()) } else { Ok(Exit::Done) }
}

/// The files given, and the lists in the folders given, by path; the lists of sources among them are no workbooks.
fn files(given: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in given {
        if path.is_dir() {
            let mut within = Vec::new();
            walk(path, &mut within).with_context(|| format!("folder `{}`", path.display()))?;
            within.sort();
            files.append(&mut within);
        } else {
            files.push(path.clone());
        }
    }
    let is_source_list =
        |path: &PathBuf| matches!(lists::file_name(path).as_str(), "sources.csv" | "sources.toml");
    files.retain(|path| !is_source_list(path));
    Ok(files)
}

/// Links are not followed: a folder that contains itself would have no end, and a link may lead out of the folder.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        let is_hidden = lists::file_name(&path).starts_with('.');
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        if kind.is_dir() && !is_hidden {
            walk(&path, files)?;
        } else if !is_hidden
            && kind.is_file()
            && ending.is_some_and(|ending| LISTS.contains(&ending.as_str()))
        {
            files.push(path);
        }
    }
    Ok(())
}

fn one(path: &Path, import: &ImportArgs) -> anyhow::Result<(ListedSource, Imported)> {
    let listed = match lists::list_beside(path) {
        Some(beside) => lists::parse_list(&beside)?.find(&lists::file_name(path)).cloned(),
        None => None,
    };
    let list = ListedSource {
        file_name: lists::file_name(path),
        bytes: lists::read_workbook(path)?,
        origin: origin(listed.as_ref().map(|listed| listed.origin.clone()), import),
        map: map(import)?.or(listed.and_then(|listed| listed.map)),
    };
    let imported = import_one(&list, workbooks())?;
    Ok((list, imported))
}

/// The columns of `--map`, or the text of the file it names.
fn map(import: &ImportArgs) -> anyhow::Result<Option<String>> {
    match import.map.as_deref() {
        Some(path) if Path::new(path).extension().is_some_and(|end| end.eq_ignore_ascii_case("toml")) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("column map `{path}`"))?;
            Ok(Some(text))
        }
        given => Ok(given.map(str::to_owned)),
    }
}

/// What the list beside the workbook says, with the flags over it.
fn origin(listed: Option<Origin>, import: &ImportArgs) -> Origin {
    let mut origin = listed.unwrap_or(Origin {
        publisher: None,
        source_type: import.source_type,
        source_reference_url: None,
        country: None,
    });
    origin.country = import.country.or(origin.country);
    origin.publisher = import.publisher.clone().or(origin.publisher);
    origin.source_reference_url = import.reference.clone().or(origin.source_reference_url);
    if import.explain {
        // A missing reference rejects every row, which would hide what there is to explain.
        origin.source_reference_url.get_or_insert_with(|| "none given".to_owned());
    }
    origin
}

impl Report {
    fn add(&mut self, report: ListReport, imported: &Imported, kept: ListChange) {
        let (total, accepted, rejected) = report.rows();
        self.rows_total += total;
        self.rows_accepted += accepted;
        self.rows_rejected += rejected;
        let owned = |(country, host): (&str, &str)| (country.to_owned(), host.to_owned());
        self.all_hosts.extend(hosts(imported).into_iter().map(owned));
        let is_unchanged = kept == ListChange::Unchanged;
        let edition = match kept {
            ListChange::Replaced(edition) => Some(edition),
            ListChange::Unchanged | ListChange::Stored => None,
        };
        self.files.push(Imports { report, is_unchanged, edition });
    }
}

fn shown(report: &Report) -> String {
    let mut text = format!(
        "{:<28} {:<22} {:>7} {:>9} {:>9} {:>7}\n",
        "file", "sheet", "rows", "accepted", "rejected", "hosts"
    );
    for file in &report.files {
        shown_file(file, &mut text);
    }
    let Report { rows_total, rows_accepted, rows_rejected, .. } = report;
    let kept =
        if report.is_dry_run { "nothing written (dry run)" } else { "kept in the store for `deklaro run`" };
    text.push_str(&format!(
        "{rows_total} rows: {rows_accepted} accepted, {rows_rejected} rejected; {kept}\n"
    ));
    text
}

fn shown_file(file: &Imports, text: &mut String) {
    let name = lists::file_name(Path::new(&file.report.file));
    for sheet in &file.report.sheets {
        let counts = match &sheet.skipped {
            Some(why) => format!("not read: {why}"),
            None => format!(
                "{:>7} {:>9} {:>9} {:>7}",
                sheet.rows_total, sheet.rows_accepted, sheet.rows_rejected, file.report.hosts
            ),
        };
        text.push_str(&format!("{name:<28} {:<22} {counts}\n", sheet.sheet));
    }
    for (reason, count) in file.report.rejected_by_reason() {
        text.push_str(&format!("{:<28}   {count} × {reason}\n", ""));
    }
    if file.is_unchanged {
        text.push_str(&format!("{:<28}   in the store already, nothing changed\n", ""));
    }
    if let Some(edition) = &file.edition {
        let Edition { rows_added, rows_removed, rows_moved, .. } = edition;
        let change =
            format!("new edition: {rows_added} rows added, {rows_removed} removed, {rows_moved} moved");
        text.push_str(&format!("{:<28}   {change}\n", ""));
    }
}
