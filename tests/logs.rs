use crate::support::{World, stderr};
use serde_json::Value;

#[test]
fn json_logs_are_all_there_is_on_stderr_and_name_scan_country_and_host() {
    let world = World::new(20);
    let store = world.path("lake");
    let filter = "info,deklaro_crawl=debug,deklaro=debug";
    let sources = world.path("sources.toml");
    let mut command =
        world.run_command(&store, &["--month", "2026-11", "--log-format", "json", "--log", filter]);
    let output = command.arg("--sources").arg(&sources).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let lines: Vec<Value> =
        stderr(&output).lines().map(|line| serde_json::from_str(line).expect(line)).collect();

    let with =
        |message: &str| -> Vec<&Value> { lines.iter().filter(|line| line["message"] == message).collect() };
    let fetched = with("fetched");
    assert!(fetched.len() > 20, "{} fetches", fetched.len());
    for line in fetched {
        let country = line["span"]["country_code"].as_str().expect("a country");
        assert_eq!(line["span"]["scan_id"], format!("2026-11.0-{country}"));
        assert!(line["span"]["hostname"].is_string(), "{line}");
    }
    for line in with("verdict").into_iter().chain(with("scan completed")) {
        let country = line["country_code"].as_str().expect("a country");
        assert_eq!(line["scan_id"], format!("2026-11.0-{country}"));
    }
    assert_eq!(with("verdict").len(), 20);
    let steps: Vec<&str> = lines.iter().filter_map(|line| line["step"].as_str()).collect();
    assert_eq!(steps.first(), Some(&"import"));
    assert_eq!(steps.last(), Some(&"publish"));
}

#[test]
fn an_error_is_a_log_line_too() {
    let world = World::new(1);
    let store = world.path("lake");
    let mut command = world.run_command(&store, &["--month", "2026-11", "--log-format", "json"]);
    let output = command.arg("--sources").arg(world.path("nowhere.toml")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let lines: Vec<Value> = stderr(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last = lines.last().expect("a line");
    assert_eq!(last["level"], "ERROR");
    assert!(last["message"].as_str().unwrap().contains("nowhere.toml"), "{last}");
    assert!(last["hint"].is_string(), "{last}");
}
