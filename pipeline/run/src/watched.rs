//! What a run's tables say of its work, for its metrics and for the audit of its spans.

use arrow::array::RecordBatch;
use arrow::json::ArrayWriter;
use deklaro_report::Database;
use deklaro_schemas::RunId;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};

use deklaro_watch::Execution;

const EXECUTED: &str = include_str!("executed.sql");

/// What the run did.
pub fn executed(database: &Database, run: &RunId) -> anyhow::Result<BTreeSet<Execution>> {
    rows(&database.query(&EXECUTED.replace("$run", &format!("'{run}'")))?)
}

/// A figure by a name: requests by outcome, hosts that went stale by country.
#[derive(serde::Deserialize)]
struct Figure {
    name: String,
    value: i64,
}

/// Requests of the run by outcome.
pub fn fetches(database: &Database, run: &RunId) -> anyhow::Result<BTreeMap<String, i64>> {
    figures(
        database,
        &format!(
            "select outcome::varchar as name, count(*) as value from fetches \
             where country_code in (select country_code from scans where run_id = '{run}') group by all"
        ),
    )
}

/// Hosts that kept their verdict for the first month, by country of the run.
pub fn turned_stale(database: &Database, run: &RunId) -> anyhow::Result<BTreeMap<String, i64>> {
    figures(
        database,
        &format!(
            "select country_code::varchar as name, count(*) as value from changes where change_type = 'became_stale' \
             and country_code in (select country_code from scans where run_id = '{run}') group by all"
        ),
    )
}

fn figures(database: &Database, sql: &str) -> anyhow::Result<BTreeMap<String, i64>> {
    let rows: Vec<Figure> = rows(&database.query(sql)?)?;
    Ok(rows.into_iter().map(|figure| (figure.name, figure.value)).collect())
}

fn rows<T: DeserializeOwned + Default>(batches: &[RecordBatch]) -> anyhow::Result<T> {
    let mut writer = ArrayWriter::new(Vec::new());
    writer.write_batches(&batches.iter().collect::<Vec<_>>())?;
    writer.finish()?;
    let json = writer.into_inner();
    Ok(if json.is_empty() { T::default() } else { serde_json::from_slice(&json)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::steps::STEPS;

    #[test]
    fn every_step_is_looked_for_by_its_name() {
        let named = |line: &str| {
            let line = line.strip_prefix("union all ").unwrap_or(line);
            line.strip_prefix("select '")?.split('\'').next().map(str::to_owned)
        };
        let looked_for: BTreeSet<String> = EXECUTED.lines().filter_map(named).collect();
        assert_eq!(looked_for, STEPS.iter().map(|step| step.name.to_owned()).collect());
    }
}
