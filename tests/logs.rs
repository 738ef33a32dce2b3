//! Every JSON log line keeps to its schema and names its scan, country and host.

use crate::support::wait::Ran;
use crate::support::{World, run, stderr};
use serde_json::Value;
use std::process::Output;

/// What every line must be like, as it is handed to those who collect them.
fn schema() -> jsonschema::Validator {
    let text = include_str!("../schemas/docs/log.schema.json");
    jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap()
}

/// The lines, each a JSON object that keeps to the schema.
fn lines(output: &Output) -> Vec<Value> {
    let schema = schema();
    let parsed = |line: &str| -> Value {
        let value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        if let Err(error) = schema.validate(&value) {
            panic!("{error}: {line}");
        }
        value
    };
    stderr(output).lines().map(parsed).collect()
}

fn logged(world: &World, store: &str, more: &[&str]) -> Output {
    let mut command = world.run_command(&world.path(store), &["--month", "2026-11", "--log-format", "json"]);
    command.args(more).arg("--sources").arg(world.path("sources.toml"));
    let output = command.ran();
    assert!(output.status.success(), "{}", stderr(&output));
    output
}

#[test]
fn json_logs_are_all_there_is_on_stderr_keep_to_their_schema_and_name_scan_country_and_host() {
    let world = World::new(20);
    let output = logged(&world, "lake", &["--log", "info,deklaro_crawl=debug,deklaro=debug"]);
    let lines = lines(&output);
    let with =
        |message: &str| -> Vec<&Value> { lines.iter().filter(|line| line["message"] == message).collect() };
    let fetched = with("fetched");
    assert!(fetched.len() > 20, "{} fetches", fetched.len());
    for line in fetched {
        let country = line["country_code"].as_str().expect("a country");
        assert_eq!(line["scan_id"], format!("2026-11.0-{country}"));
        assert!(line["hostname"].is_string() && line["outcome"].is_string(), "{line}");
        assert_eq!(line["component"], "crawl");
    }
    for line in with("verdict").into_iter().chain(with("scan completed")) {
        let country = line["country_code"].as_str().expect("a country");
        assert_eq!(line["scan_id"], format!("2026-11.0-{country}"));
    }
    assert_eq!(with("verdict").len(), 20);
    let steps: Vec<&str> = lines.iter().filter_map(|line| line["step"].as_str()).collect();
    assert_eq!(steps.first(), Some(&"import"));
    assert_eq!(steps.last(), Some(&"publish"));

    let run_id = lines.iter().find_map(|line| line["run_id"].as_str()).expect("a run");
    let traced: Vec<&Value> = lines.iter().filter(|line| line["run_id"] == run_id).collect();
    assert!(traced.len() > 40, "{} lines of the run", traced.len());
    let trace = &traced[0]["trace_id"];
    assert!(trace.is_string() && traced.iter().all(|line| line["trace_id"] == *trace), "one run, one trace");
    let emails = lines.iter().filter(|line| line.to_string().contains('@'));
    assert_eq!(emails.count(), 0, "no address of anybody");
}

#[test]
fn of_a_trace_outside_the_sample_only_what_matters_is_written() {
    let world = World::new(5);
    let output = logged(&world, "lake", &["--log-share", "0"]);
    let lines = lines(&output);
    let plain = |line: &&Value| line["trace_id"].is_string() && line["level"] == "INFO";
    assert_eq!(lines.iter().filter(plain).count(), 0, "{lines:#?}");
}

#[test]
fn an_error_is_a_log_line_too() {
    let world = World::new(1);
    let store = world.path("lake");
    let mut command = world.run_command(&store, &["--month", "2026-11", "--log-format", "json"]);
    let output = command.arg("--sources").arg(world.path("nowhere.toml")).ran();
    assert_eq!(output.status.code(), Some(2));
    let lines = lines(&output);
    let last = lines.last().expect("a line");
    assert_eq!((&last["level"], &last["outcome"]), (&"ERROR".into(), &"failed".into()));
    assert!(last["error"].as_str().unwrap().contains("nowhere.toml"), "{last}");
    assert!(last["hint"].is_string(), "{last}");
}

#[test]
fn what_is_secret_in_an_error_stays_so_for_people_too() {
    let world = World::new(1);
    let output =
        run(&world.path("lake"), &["--config", "/nowhere/https://me:secret@example.eu/?token=abc", "log"], 2);
    let told = stderr(&output);
    assert!(told.contains("[removed]@example.eu"), "{told}");
    assert!(!told.contains("secret") && !told.contains("token=abc"), "{told}");
}
