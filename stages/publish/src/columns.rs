//! The declarations of all tables become `schemas/docs/columns.md`.

use deklaro_schemas::steps::writer_of;
use deklaro_schemas::{Carry, ColumnSpec, TableSpec, tables};
use std::fmt::Write as _;

/// `schemas/docs/columns.md`: every table and column, from the declarations.
pub fn column_docs() -> String {
    let mut text = "# Tables and columns\n\n\
        Generated from `schemas/src/tables`; do not edit. Times are UTC without a zone. Coded values are dictionary-encoded text.\n"
        .to_owned();
    for table in tables::all() {
        section(&mut text, &table);
    }
    text
}

fn section(text: &mut String, table: &TableSpec) {
    let carry = match table.carry {
        Carry::ByCountry => "a run over some countries takes over the others' rows",
        Carry::ByKey => "rows a run did not write again are taken over",
        Carry::No => "written whole by each run",
    };
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "\n## {}\n\n{}\n\nWritten by {}, version {}. Key: {}. Sorted by: {}. Carried forward: {carry}.\n\n\
         | column | type | may be empty | holds |\n|---|---|---|---|\n",
        table.name,
        table.description,
        writer_of(table.name).as_str(),
        table.version,
        table.key.join(", "),
        table.sort.join(", "),
    );
    for column in &table.columns {
        let _ = writeln!(text, "{}", row(column));
    }
}

fn row(column: &ColumnSpec) -> String {
    let empty = if column.is_nullable { "yes" } else { "no" };
    let unit = column.unit().map(|unit| format!(" Unit: {unit}.")).unwrap_or_default();
    let allowed = match &column.allowed {
        // The long lists have their meaning in the source; a cell of fifty values helps nobody.
        Some(values) if values.len() <= 16 => format!(" One of: {}.", values.join(", ")),
        Some(values) => format!(" One of {} codes, see `schemas/src/codes`.", values.len()),
        None => String::new(),
    };
    let holds = column.description.replace('|', "\\|");
    format!("| {} | {} | {empty} | {holds}{unit}{allowed} |", column.name, type_name(&column.data_type))
}

fn type_name(data_type: &arrow::datatypes::DataType) -> String {
    use arrow::datatypes::DataType;
    match data_type {
        DataType::Utf8 => "text".to_owned(),
        DataType::Dictionary(..) => "code".to_owned(),
        DataType::Boolean => "boolean".to_owned(),
        DataType::Int32 => "int32".to_owned(),
        DataType::Int64 => "int64".to_owned(),
        DataType::Float64 => "float64".to_owned(),
        DataType::Timestamp(..) => "timestamp (µs)".to_owned(),
        DataType::Date32 => "date".to_owned(),
        DataType::Binary => "bytes".to_owned(),
        DataType::List(item) => format!("list of {}", type_name(item.data_type())),
        DataType::Struct(fields) => {
            let names: Vec<_> = fields.iter().map(|field| field.name().as_str()).collect();
            format!("struct ({})", names.join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_its_line() {
        let text = column_docs();
        let lines =
            text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| column | type |"));
        let columns: usize = tables::all().iter().map(|table| table.columns.len()).sum();
        assert_eq!(lines.count(), columns);
        assert!(text.contains("| lifecycle | code | no | Where it stands in its life. One of: active, stale, inactive, retired. |"));
        assert!(text.contains(
            "| redirect_hops | list of struct (position, from_url, to_url, status_code, kind) | no |"
        ));
    }
}
