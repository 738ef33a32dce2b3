//! A run's steps become OpenLineage events.

use super::{LineageInput, uuid_of};
use deklaro_schemas::tables::{MetaLineage, Source};
use deklaro_schemas::{ColumnSpec, tables};
use serde_json::{Value, json};

const EVENT: &str = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";
const PARENT: &str = "https://openlineage.io/spec/facets/1-2-0/ParentRunFacet.json#/$defs/ParentRunFacet";
const SCHEMA: &str =
    "https://openlineage.io/spec/facets/1-2-0/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet";
const STATISTICS: &str = "https://openlineage.io/spec/facets/1-0-2/OutputStatisticsOutputDatasetFacet.json#/$defs/OutputStatisticsOutputDatasetFacet";
const JOB_TYPE: &str = "https://openlineage.io/spec/facets/2-0-4/JobTypeJobFacet.json#/$defs/JobTypeJobFacet";

/// OpenLineage run events as NDJSON: the run begins, every stage begins and ends with what it read and wrote, the run ends.
///
/// Stages take turns round after round, so each carries the times of the whole run.
pub fn openlineage(input: &LineageInput<'_>) -> String {
    let mut events = vec![run_event(input, "START")];
    for step in input.steps {
        events.push(step_event(input, step, "START"));
        events.push(step_event(input, step, "COMPLETE"));
    }
    events.push(run_event(input, "COMPLETE"));
    events.iter().map(|event| format!("{event}\n")).collect()
}

fn event(input: &LineageInput<'_>, state: &str, run: &Value, job: &str) -> Value {
    let at = if state == "START" { input.started_at } else { input.finished_at };
    json!({
        "eventType": state,
        "eventTime": at.to_string(),
        "run": run,
        "job": {
            "namespace": "deklaro",
            "name": job,
            "facets": { "jobType": {
                "_producer": input.program(),
                "_schemaURL": JOB_TYPE,
                "processingType": "BATCH",
                "integration": "DEKLARO",
                "jobType": if job == "run" { "DAG" } else { "TASK" },
            } },
        },
        "inputs": [],
        "outputs": [],
        "producer": input.program(),
        "schemaURL": EVENT,
    })
}

fn run_event(input: &LineageInput<'_>, state: &str) -> Value {
    event(input, state, &json!({ "runId": uuid_of(&input.urn()), "facets": {} }), "run")
}

fn step_event(input: &LineageInput<'_>, step: &MetaLineage, state: &str) -> Value {
    let run = json!({
        "runId": uuid_of(&format!("{}:{}", input.urn(), step.step)),
        "facets": { "parent": {
            "_producer": input.program(),
            "_schemaURL": PARENT,
            "run": { "runId": uuid_of(&input.urn()) },
            "job": { "namespace": "deklaro", "name": "run" },
        } },
    });
    let mut event = event(input, state, &run, &format!("run.{}", step.step));
    if state == "COMPLETE" {
        event["inputs"] = inputs(input, step).into();
        event["outputs"] = step.outputs.iter().map(|table| output(input, table)).collect();
    }
    event
}

/// The tables read; the first step reads the lists.
fn inputs(input: &LineageInput<'_>, step: &MetaLineage) -> Vec<Value> {
    let dataset = |namespace: &str, name: &str| json!({ "namespace": namespace, "name": name, "facets": {} });
    // Tables of the month before are named as SQL finds them, `previous.hosts`.
    let of_table = |table: &String| match (table.strip_prefix("previous."), input.previous) {
        (Some(table), Some(previous)) => Some(dataset(&format!("urn:deklaro:snapshot:{previous}"), table)),
        (Some(_), None) => None,
        (None, _) => Some(dataset(&input.urn(), table)),
    };
    let mut inputs: Vec<Value> = step.inputs.iter().filter_map(of_table).collect();
    if step.step == "import" {
        let list = |source: &Source| {
            let name = format!("{}#{}", source.file_name, source.sheet);
            dataset(&format!("urn:sha256:{}", source.file_sha256), &name)
        };
        inputs.extend(input.sources.iter().map(list));
    }
    inputs
}

fn output(input: &LineageInput<'_>, table: &str) -> Value {
    let (rows, bytes, files) = input.parts(table).fold((0, 0, 0), |(rows, bytes, files), file| {
        (rows + file.row_count.unwrap_or(0), bytes + file.size_bytes, files + 1)
    });
    let columns = tables::by_name(table).map(|table| table.columns).unwrap_or_default();
    let field = |column: &ColumnSpec| json!({ "name": column.name, "type": column.duckdb_type(), "description": column.description });
    json!({
        "namespace": input.urn(),
        "name": table,
        "facets": { "schema": {
            "_producer": input.program(),
            "_schemaURL": SCHEMA,
            "fields": columns.iter().map(field).collect::<Vec<_>>(),
        } },
        "outputFacets": { "outputStatistics": {
            "_producer": input.program(),
            "_schemaURL": STATISTICS,
            "rowCount": rows,
            "size": bytes,
            "fileCount": files,
        } },
    })
}
