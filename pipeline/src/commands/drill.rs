//! `deklaro drill`: faults made on purpose, and what became of them, recorded.

use crate::cli::DrillArgs;
use crate::context::Context;
use deklaro_console::{Exit, now, output};
use deklaro_proving::drill::{DrillGround, DrillName, drill};
use deklaro_schemas::stored::{Drill, Entry};
use std::collections::BTreeMap;
use strum::IntoEnumIterator;

/// `deklaro drill`: exit 1 when one has not passed. One that is interrupted is not recorded.
pub(crate) async fn drills(context: &Context, asked: &DrillArgs) -> anyhow::Result<Exit> {
    let Context { store, config, progress, shutdown } = context;
    if asked.table {
        output::text(&table(&store.registered::<Drill>().await?))?;
        return Ok(Exit::Done);
    }
    let all = DrillName::iter().filter(|name| asked.all || asked.names.contains(name));
    let stop = &shutdown.token;
    let setup = config.setup();
    let building = Box::pin(DrillGround::build(&setup, progress, shutdown));
    let Some(europe) = stop.run_until_cancelled(building).await else { return Ok(shutdown.exit()) };
    let europe = europe?;
    let by = asked.by.as_ref().unwrap_or(&config.operator);
    let mut entries = Vec::new();
    for name in all {
        progress.say(&format!("drill {}", name.as_str()));
        let done = stop.run_until_cancelled(Box::pin(drill(name, &europe))).await;
        // One that was stopped says nothing about the system, and what is on record stays there. Its processes are killed.
        let Some(row) = done.filter(|_| !stop.is_cancelled()) else { return Ok(shutdown.exit()) };
        entries.push(store.register(now(), by, None, row).await?);
    }
    if asked.output.json {
        output::json(&entries)?;
    } else {
        output::text(&text(&entries))?;
    }
    Ok(if entries.iter().all(|entry| entry.row.passed) { Exit::Done } else { Exit::CheckFailed })
}

fn text(entries: &[Entry<Drill>]) -> String {
    let mut text = String::new();
    for Entry { row, .. } in entries {
        let verdict = if row.passed { "passed" } else { "FAILED" };
        text.push_str(&format!(
            "{verdict}  {:16}  detected {:>6} ms  recovered {:>6} ms  lost {}\n",
            row.name, row.detected_ms, row.recovered_ms, row.lost
        ));
        for line in &row.details {
            text.push_str(&format!("          {line}\n"));
        }
    }
    text
}

/// The table of recovery times: the last row of each drill.
fn table(entries: &[Entry<Drill>]) -> String {
    let last: BTreeMap<&str, &Entry<Drill>> =
        entries.iter().map(|entry| (entry.row.name.as_str(), entry)).collect();
    let mut text = String::from(
        "| drill | last done | passed | detected | recovered | lost |\n|---|---|---|---|---|---|\n",
    );
    for name in DrillName::iter() {
        let cells = match last.get(name.as_str()) {
            None => "never |  |  |  | ".to_owned(),
            Some(Entry { at, row, .. }) => format!(
                "{} | {} | {} | {} | {}",
                at.date(),
                if row.passed { "yes" } else { "no" },
                seconds(row.detected_ms),
                seconds(row.recovered_ms),
                row.lost
            ),
        };
        text.push_str(&format!("| {} | {cells} |\n", name.as_str()));
    }
    text
}

fn seconds(ms: u64) -> String {
    format!("{:.2} s", ms as f64 / 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, passed: bool, recovered_ms: u64) -> Entry<Drill> {
        let row = Drill {
            name: name.to_owned(),
            passed,
            detected_ms: 12,
            recovered_ms,
            lost: 0,
            details: vec!["killed".to_owned()],
        };
        let at = "2026-11-22T20:00:00Z".parse().unwrap();
        Entry { sequence: 1, at, by: "ops".to_owned(), trace_id: None, row, previous_sha256: None }
    }

    #[test]
    fn the_table_has_the_last_row_of_each_drill_and_those_never_done() {
        let entries = [entry("worker-crash", false, 60_000), entry("worker-crash", true, 4_321)];
        insta::assert_snapshot!(table(&entries), @r"
        | drill | last done | passed | detected | recovered | lost |
        |---|---|---|---|---|---|
        | worker-crash | 2026-11-22 | yes | 0.01 s | 4.32 s | 0 |
        | upstream-failure | never |  |  |  |  |
        | timeout-burst | never |  |  |  |  |
        | store-outage | never |  |  |  |  |
        | dropped-commit | never |  |  |  |  |
        | table-migration | never |  |  |  |  |
        | release-rollback | never |  |  |  |  |
        ");
    }

    #[test]
    fn people_read_what_failed_and_why() {
        insta::assert_snapshot!(text(&[entry("worker-crash", false, 60_000)]), @r"
        FAILED  worker-crash      detected     12 ms  recovered  60000 ms  lost 0
                  killed
        ");
    }
}
