//! Every table's declaration gives checks: a unique key and known codes.

use crate::rule::Check;
use arrow::datatypes::DataType;
use deklaro_schemas::codes::Severity;
use deklaro_schemas::{ColumnSpec, TableSpec, tables};

/// What every declaration promises of its table: the key is unique, coded columns hold declared values.
pub(crate) fn declared_checks() -> Vec<Check> {
    tables::all()
        .iter()
        .flat_map(|table| std::iter::once(key_unique(table)).chain(codes_known(table)))
        .collect()
}

fn key_unique(table: &TableSpec) -> Check {
    let key = table.key.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ");
    Check {
        name: format!("{}__key_unique", table.name),
        description: format!("A row of {} is identified by {}.", table.name, table.key.join(", ")),
        severity: Severity::Error,
        sql: format!(
            "SELECT {key}, count(*) AS row_count FROM {} GROUP BY {key} HAVING count(*) > 1",
            table.name
        ),
    }
}

fn codes_known(table: &TableSpec) -> Option<Check> {
    let unknown: Vec<String> =
        table.columns.iter().filter_map(|column| unknown_codes(table, column)).collect();
    (!unknown.is_empty()).then(|| Check {
        name: format!("{}__codes_known", table.name),
        description: format!("Coded columns of {} hold declared values.", table.name),
        severity: Severity::Error,
        sql: unknown.join("\nUNION ALL\n"),
    })
}

fn unknown_codes(table: &TableSpec, column: &ColumnSpec) -> Option<String> {
    let allowed = column.allowed.as_ref()?;
    let allowed = allowed.iter().map(|value| format!("'{value}'")).collect::<Vec<_>>().join(", ");
    let (table, name) = (table.name, column.name);
    let values = if matches!(column.data_type, DataType::List(_)) {
        format!("(SELECT unnest(\"{name}\") AS value FROM {table})")
    } else {
        format!("(SELECT \"{name}\" AS value FROM {table})")
    };
    Some(format!(
        "SELECT '{name}' AS column_name, value, count(*) AS row_count FROM {values} WHERE value NOT IN ({allowed}) GROUP BY value"
    ))
}
