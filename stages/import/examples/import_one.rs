//! Imports one file and prints what became of its rows: `cargo run --release -p deklaro-import --example import_one -- FILE`.

#![expect(clippy::print_stdout, reason = "printing is what this example is for")]

use deklaro_import::{ColumnMaps, Countries, Origin, Workbook, import_within, limits};
use deklaro_schemas::budget::{Budget, Cost};
use deklaro_schemas::codes::SourceType;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let path = PathBuf::from(std::env::args().nth(1).ok_or("usage: import_one FILE")?);
    let name = path.file_name().ok_or("not a file")?.to_string_lossy().into_owned();
    let bytes = std::fs::read(&path)?;
    let origin = Origin {
        publisher: None,
        source_type: SourceType::Other,
        source_reference_url: Some(format!("https://lists.example/{name}")),
        country: None,
    };
    let workbook = Workbook { file_name: &name, bytes: &bytes, origin };
    let budget = Budget::new(limits(bytes.len() as u64));
    let imported = import_within(&workbook, &ColumnMaps::builtin(), &Countries::builtin(), &budget);
    for cost in [Cost::Unpacked, Cost::Text, Cost::Items, Cost::Steps] {
        let spent = budget.spent(cost);
        println!("{cost:?}: {spent} spent, {} left", budget.left(cost));
    }
    let imported = imported?;
    for source in &imported.sources {
        println!(
            "sheet {}: map {}, header row {}, rows {} = accepted {} + rejected {}, blank {}",
            source.sheet,
            source.column_map,
            source.header_row,
            source.rows_total,
            source.rows_accepted,
            source.rows_rejected,
            source.rows_blank
        );
    }
    let hosts: BTreeSet<_> = imported.seeds.places().map(|(_, host, _)| host).collect();
    println!("hosts: {}", hosts.len());
    let mut repairs = BTreeMap::new();
    for repair in imported.seeds.rows().flat_map(|seed| seed.repairs) {
        *repairs.entry(repair.as_str()).or_insert(0) += 1;
    }
    println!("repairs: {repairs:?}");
    for reject in &imported.rejects {
        let (row, column) = (reject.row_number, reject.column.as_deref().unwrap_or("-"));
        println!("row {row} column {column}: {} `{}`", reject.reason_code, reject.raw_text);
    }
    println!("skipped sheets: {:?}", imported.skipped);
    Ok(())
}
