//! `deklaro sources` lists the imported lists and what each gave.

use crate::cli::SourcesArgs;
use deklaro_console::{Exit, output};
use deklaro_run::ListReport;
use deklaro_run::stored_lists::{self, StoredList};
use deklaro_schemas::Sha256;
use deklaro_store::Store;
use serde::Serialize;

/// A list in the store.
#[derive(Debug, Serialize)]
struct Listed {
    sha256: Sha256,
    #[serde(flatten)]
    kept: StoredList,
}

/// `deklaro sources`: the lists that were imported, when, and what each gave.
pub(crate) async fn sources(store: &Store, sources: &SourcesArgs) -> anyhow::Result<Exit> {
    let lists = stored_lists::all(store).await?;
    let mut lists: Vec<Listed> = lists.into_iter().map(|(sha256, kept)| Listed { sha256, kept }).collect();
    lists.sort_by(|a, b| {
        (&a.kept.file_name, a.kept.imported_at).cmp(&(&b.kept.file_name, b.kept.imported_at))
    });
    if sources.output.json {
        output::json(&lists)?;
    } else {
        output::text(&shown(&lists))?;
    }
    Ok(Exit::Done)
}

fn shown(lists: &[Listed]) -> String {
    let mut text = format!(
        "{:<28} {:<20} {:>7} {:>9} {:>9} {:>7}  {}\n",
        "list", "imported", "rows", "accepted", "rejected", "hosts", "reference"
    );
    for Listed { sha256, kept } in lists {
        let imported = kept.imported_at.map_or_else(String::new, |at| at.to_string());
        let imported: String = imported.chars().take(19).collect();
        let (rows, accepted, rejected) = kept.report.as_ref().map_or((0, 0, 0), ListReport::rows);
        let hosts = kept.report.as_ref().map_or(0, |report| report.hosts);
        let reference = kept.origin.source_reference_url.as_deref().unwrap_or("-");
        let name = &kept.file_name;
        text.push_str(&format!(
            "{name:<28} {imported:<20} {rows:>7} {accepted:>9} {rejected:>9} {hosts:>7}  {reference}\n"
        ));
        for (reason, count) in kept.report.iter().flat_map(|report| report.rejected_by_reason()) {
            text.push_str(&format!("{:<28}   {count} × {reason}\n", ""));
        }
        if let Some(newer) = &kept.replaced_by {
            let (old, newer) = (short(sha256), short(newer));
            text.push_str(&format!("{:<28}   {old} replaced by {newer}; runs pass it over\n", ""));
        }
    }
    text
}

fn short(sha256: &Sha256) -> String {
    sha256.to_string().chars().take(12).collect()
}
