//! `deklaro registry` lists, shows and verifies the registry's tables.

use crate::cli::{RegistryArgs, RegistryWhat};
use deklaro_console::{Exit, UsageError, output};
use deklaro_schemas::stored::{REGISTRY_TABLES, RegistryTable};
use deklaro_schemas::{Timestamp, rfc3339};
use deklaro_store::{RawRow, RawTable, Store, StoreError, TableCheck};
use serde::Serialize;
use serde_json::Value;

/// Letters of a value shown in a line.
const SHOWN: usize = 48;

/// A table at a glance.
#[derive(Debug, Serialize)]
struct Listed {
    table: &'static str,
    description: &'static str,
    rows: usize,
    #[serde(with = "rfc3339")]
    last_at: Option<Timestamp>,
    problem: Option<String>,
}

/// `deklaro registry`
pub(crate) async fn registry(store: &Store, asked: &RegistryArgs) -> anyhow::Result<Exit> {
    match &asked.what {
        RegistryWhat::List { table: None, output } => list(store, output.json).await,
        RegistryWhat::List { table: Some(table), output } => rows(store, table, output.json).await,
        RegistryWhat::Show { table, sequence } => show(store, table, *sequence).await,
        RegistryWhat::Verify { output } => verify(store, output.json).await,
    }
}

fn found(name: &str) -> anyhow::Result<&'static RegistryTable> {
    let unknown =
        || UsageError::new(format!("there is no table `{name}`"), "`deklaro registry list` names them");
    Ok(RegistryTable::find(name).ok_or_else(unknown)?)
}

async fn list(store: &Store, as_json: bool) -> anyhow::Result<Exit> {
    let mut tables = Vec::new();
    for table in REGISTRY_TABLES {
        let RawTable { rows, problem } = store.raw_table(table).await?;
        let last_at = rows.last().map(|row| row.at);
        let (name, description) = (table.name, table.description);
        tables.push(Listed { table: name, description, rows: rows.len(), last_at, problem });
    }
    if as_json {
        output::json(&tables)?;
        return Ok(Exit::Done);
    }
    let line = |table: &Listed| {
        let last = table.last_at.map_or_else(|| "-".to_owned(), |at| at.to_string());
        let problem = table
            .problem
            .as_ref()
            .map_or_else(String::new, |problem| format!("  BROKEN: {}", output::field(problem)));
        format!("{:<18} {:>5}  {last:<20}  {}{problem}\n", table.table, table.rows, table.description)
    };
    output::text(&tables.iter().map(line).collect::<String>())?;
    Ok(Exit::Done)
}

async fn rows(store: &Store, name: &str, as_json: bool) -> anyhow::Result<Exit> {
    let table = store.raw_table(found(name)?).await?;
    if as_json {
        output::json(&table.rows)?;
    } else {
        output::text(&table.rows.iter().map(line).collect::<String>())?;
    }
    match table.problem {
        None => Ok(Exit::Done),
        Some(why) => Err(StoreError::Chain { path: format!("registry, table {name}"), why }.into()),
    }
}

/// A row in a line: its plain values, of lists how many there are.
fn line(row: &RawRow) -> String {
    let by = row.by.as_deref().unwrap_or("-");
    let values: Vec<String> =
        row.row.as_object().into_iter().flatten().map(|(name, value)| cell(name, value)).collect();
    let (by, values) = (output::field(by), values.join("  "));
    format!("{:>4}  {}  {by:<10}  {}\n", row.sequence, row.at, output::field(&values))
}

fn cell(name: &str, value: &Value) -> String {
    let text = match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => short(text),
        Value::Array(items) => format!("[{}]", items.len()),
        Value::Object(fields) => format!("{{{}}}", fields.len()),
        other => other.to_string(),
    };
    format!("{name}={text}")
}

fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let is_hash = line.len() >= 64 && line.bytes().all(|byte| byte.is_ascii_hexdigit());
    let most = if is_hash { 12 } else { SHOWN };
    if line.chars().count() <= most && line.len() == text.len() {
        return line.to_owned();
    }
    format!("{}…", line.chars().take(most).collect::<String>())
}

async fn show(store: &Store, name: &str, sequence: u64) -> anyhow::Result<Exit> {
    let table = store.raw_table(found(name)?).await?;
    let row = table.rows.iter().find(|row| row.sequence == sequence);
    let missing =
        || UsageError::new(format!("table `{name}` has no row {sequence}"), "`deklaro registry list TABLE`");
    output::json(row.ok_or_else(missing)?)?;
    Ok(Exit::Done)
}

async fn verify(store: &Store, as_json: bool) -> anyhow::Result<Exit> {
    let checks = store.verify_registry().await?;
    if as_json {
        output::json(&checks)?;
    } else {
        output::text(&checks.iter().map(verdict).collect::<String>())?;
    }
    let is_intact = checks.iter().all(|check| check.problems.is_empty());
    Ok(if is_intact { Exit::Done } else { Exit::CheckFailed })
}

fn verdict(check: &TableCheck) -> String {
    let head = check.head.as_ref().map_or("-", |head| head.as_str());
    let mut text = format!("{:<18} {:>5} rows  {head}\n", check.table, check.rows);
    for problem in &check.problems {
        text.push_str(&format!("{:>18} wrong: {}\n", "", output::field(problem)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::Sha256;

    #[test]
    fn a_row_is_one_line_whatever_stands_in_it() {
        let row =
            serde_json::json!({ "reason": "x\u{1b}[8m", "text": "x\n 9  gate passed", "why": "a\u{202e}b" });
        let row = RawRow {
            sequence: 1,
            at: "2026-11-22T00:00:00Z".parse().unwrap(),
            by: Some("eve\n 2\u{9b}".to_owned()),
            trace_id: None,
            row,
            sha256: Sha256::of(b""),
        };
        let expected = r"eve\u{a} 2\u{9b}  reason=x\u{1b}[8m  text=x…  why=a\u{202e}b";
        assert_eq!(line(&row), format!("   1  2026-11-22T00:00:00Z  {expected}\n"));
    }
}
