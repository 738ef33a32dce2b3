//! `deklaro import --explain`: how a list was understood, and why.

use deklaro_import::{Imported, Layout};
use deklaro_schemas::codes::ReasonCode;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Rows shown of each kind.
const SAMPLES: usize = 5;

/// How a file was understood.
#[derive(Debug, Serialize)]
pub(super) struct Explained {
    file: String,
    sheets: Vec<ExplainedSheet>,
    skipped: Vec<String>,
}

/// How a sheet was understood.
#[derive(Debug, Serialize)]
struct ExplainedSheet {
    #[serde(flatten)]
    layout: Layout,
    rows_total: i64,
    accepted: Vec<Sample>,
    rejected: BTreeMap<&'static str, Vec<Sample>>,
}

/// A row and what became of it.
#[derive(Debug, Serialize)]
struct Sample {
    row: i64,
    text: String,
    repairs: Vec<&'static str>,
}

/// The layout of each sheet with its first rows, accepted and rejected.
pub(super) fn explained(path: &Path, imported: &Imported) -> Explained {
    let sheets = imported.sources.iter().zip(&imported.layouts).map(|(source, layout)| {
        let seeds = imported.seeds.rows_of(&source.source_id);
        let accepted = seeds.take(SAMPLES).map(|seed| Sample {
            row: seed.row_number,
            text: format!(
                "{} {} {}",
                seed.country_code,
                seed.canonical_hostname,
                seed.page_url.as_ref().map_or("", |url| url.as_str())
            ),
            repairs: seed.repairs.iter().map(|code| code.as_str()).collect(),
        });
        let mut rejected: BTreeMap<&'static str, Vec<Sample>> = BTreeMap::new();
        for reject in imported.rejects.iter().filter(|reject| reject.source_id == source.source_id) {
            let of_reason = rejected.entry(ReasonCode::as_str(reject.reason_code)).or_default();
            if of_reason.len() < SAMPLES {
                let text = reject.raw_text.clone();
                of_reason.push(Sample { row: reject.row_number, text, repairs: Vec::new() });
            }
        }
        let accepted = accepted.collect();
        ExplainedSheet { layout: layout.clone(), rows_total: source.rows_total, accepted, rejected }
    });
    let skipped = imported.skipped.iter().map(|skipped| format!("{} ({:?})", skipped.sheet, skipped.why));
    Explained { file: path.display().to_string(), sheets: sheets.collect(), skipped: skipped.collect() }
}

/// The same for people.
pub(super) fn shown(files: &[Explained]) -> String {
    let mut text = String::new();
    for file in files {
        text.push_str(&format!("{}\n", file.file));
        for sheet in &file.sheets {
            shown_sheet(sheet, &mut text);
        }
        for skipped in &file.skipped {
            text.push_str(&format!("  sheet {skipped}: not read\n"));
        }
    }
    text.push_str("nothing was written\n");
    text
}

fn shown_sheet(sheet: &ExplainedSheet, text: &mut String) {
    let layout = &sheet.layout;
    let header = match layout.header_row {
        0 => "no header row".to_owned(),
        row => format!("header in row {row}"),
    };
    text.push_str(&format!("  sheet {}: {header}; {}\n", layout.sheet, layout.why));
    for column in &layout.columns {
        text.push_str(&format!("    {:<20} column {:<3} `{}`\n", column.field, column.column, column.header));
    }
    if !layout.unused.is_empty() {
        text.push_str(&format!("    not used             {}\n", layout.unused.join(", ")));
    }
    for sample in &sheet.accepted {
        let repairs = if sample.repairs.is_empty() {
            String::new()
        } else {
            format!(" ({})", sample.repairs.join(", "))
        };
        text.push_str(&format!("    row {:<6} {}{repairs}\n", sample.row, sample.text));
    }
    for (reason, samples) in &sheet.rejected {
        for sample in samples {
            text.push_str(&format!("    row {:<6} rejected, {reason}: `{}`\n", sample.row, sample.text));
        }
    }
}
