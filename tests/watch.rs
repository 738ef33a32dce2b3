//! Metrics, spans and alerts agree with the tables and with one another.

use crate::support::forged::{forge_file, forge_log};
use crate::support::wait::Ran;
use crate::support::{World, json, run, stderr};
use deklaro_schemas::steps::STEPS;
use deklaro_watch::names::{METRICS, find};
use serde_json::Value;
use std::path::Path;

fn prom(store: &Path) -> String {
    std::fs::read_to_string(store.join("snapshots/snapshot=2026-11.0/reports/metrics.prom")).unwrap()
}

/// A span's value of this name, a number of nanoseconds.
fn nanos(span: &Value, name: &str) -> u64 {
    span[name].as_str().unwrap().parse().unwrap()
}

/// The steps of the run, in the order they began; a round's steps stand once. None begins before the one before it has ended.
fn steps_of(store: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(store.join("snapshots/snapshot=2026-11.0/lineage/spans.ndjson"));
    let text = text.unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let spans = lines.map(|line| line["resourceSpans"][0]["scopeSpans"][0]["spans"][0].clone());
    // A step's span is named after it; those of its countries are within it.
    let mut spans: Vec<Value> =
        spans.filter(|span| span["name"].as_str().unwrap().starts_with("stage ")).collect();
    spans.sort_by_key(|span| nanos(span, "startTimeUnixNano"));
    for pair in spans.windows(2) {
        let (ended, begun) = (nanos(&pair[0], "endTimeUnixNano"), nanos(&pair[1], "startTimeUnixNano"));
        assert!(ended <= begun, "{} begins within {}", pair[1]["name"], pair[0]["name"]);
    }
    let mut steps: Vec<String> = Vec::new();
    for span in &spans {
        let step = span["name"].as_str().unwrap().split(' ').nth(1).unwrap();
        if !steps.iter().any(|name| name == step) {
            steps.push(step.to_owned());
        }
    }
    steps
}

#[test]
fn a_run_keeps_its_spans_its_audit_and_its_metrics() {
    let world = World::new(60);
    let store = world.path("lake");
    let run_id = world.run_month(&store, "2026-11", &[])["run_id"].as_str().unwrap().to_owned();

    let audit = json(&store, &["audit", "spans", &run_id, "--json"]);
    assert_eq!((&audit["share"], &audit["missing"]), (&1.0.into(), &Value::Array(Vec::new())), "{audit:#}");
    assert!(audit["executed"].as_u64().unwrap() > 20, "{audit:#}");
    let check = "select value, verdict from meta_checks where check_name = 'scans__spans_cover'";
    let check = json(&store, &["sql", "--json", check]);
    assert_eq!((&check[0]["value"], &check[0]["verdict"]), (&0.0.into(), &"pass".into()));
    let spans = store.join("snapshots/snapshot=2026-11.0/lineage/spans.ndjson");
    let spans = deklaro_watch::parse(&std::fs::read_to_string(spans).unwrap());
    let runs: Vec<_> = spans.iter().filter(|span| span.name == "run").collect();
    assert_eq!(runs.len(), 1, "the run's own span is among them");
    assert!(spans.iter().all(|span| span.trace_id == runs[0].trace_id), "one run, one trace");
    assert_eq!(steps_of(&store), STEPS.map(|step| step.name));
    // What is in the manifest is checked like every file.
    run(&store, &["verify", "2026-11.0"], 0);

    let text = prom(&store);
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let name = line.split(['{', ' ']).next().unwrap();
        assert!(find(name).is_some(), "`{name}` is not declared");
    }
    for name in ["deklaro_fetches_total", "deklaro_last_run_stage_duration_seconds", "deklaro_health_state"] {
        assert!(text.contains(&format!("\n{name}{{")), "{name}\n{text}");
    }
    let heads: Vec<&str> = text.lines().filter(|line| line.starts_with("# TYPE ")).collect();
    let unique: std::collections::BTreeSet<&&str> = heads.iter().collect();
    assert_eq!(heads.len(), unique.len(), "no family stands twice: {heads:#?}");
    let requests = json(&store, &["sql", "--json", "select count(*) as n from fetches"]);
    let counted: f64 = text
        .lines()
        .filter(|line| line.starts_with("deklaro_fetches_total{"))
        .map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap())
        .sum();
    assert_eq!(Some(counted), requests[0]["n"].as_f64(), "every row of the crawl is counted once");
}

#[test]
fn a_span_that_is_missing_is_named() {
    let world = World::new(20);
    let store = world.path("lake");
    let run_id = world.run_month(&store, "2026-11", &[])["run_id"].as_str().unwrap().to_owned();
    let file = store.join("snapshots/snapshot=2026-11.0/lineage/spans.ndjson");
    let kept = std::fs::read_to_string(&file).unwrap();
    let less: String = kept
        .lines()
        .filter(|line| !line.contains("\"verdicts\"") && !line.contains("crawl"))
        .map(|line| format!("{line}\n"))
        .collect();
    // As if the run had written it so: the manifest has its hash, and the log is of a program that kept none.
    forge_file(&store, "2026-11.0", "lineage/spans.ndjson", less.as_bytes());
    forge_log(&store, |entry| entry.manifest_sha256 = None);
    let output = run(&store, &["audit", "spans", &run_id], 1);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("without: verdicts") && said.contains("without: crawl 1"), "{said}");
}

#[test]
fn with_telemetry_off_a_run_is_the_same_and_nothing_is_counted() {
    let world = World::new(10);
    let store = world.path("lake");
    let run_id =
        world.run_month(&store, "2026-11", &["--telemetry", "off"])["run_id"].as_str().unwrap().to_owned();
    assert!(!store.join("snapshots/snapshot=2026-11.0/lineage/spans.ndjson").exists());
    assert!(!prom(&store).contains("deklaro_fetches_total"));
    run(&store, &["audit", "spans", &run_id], 1);
}

#[test]
fn a_collector_and_a_gateway_that_are_away_harm_nothing() {
    let world = World::new(5);
    let store = world.path("lake");
    // Nobody listens on port 9 of this machine.
    let mut command =
        world.run_command(&store, &["--month", "2026-11", "--pushgateway", "http://127.0.0.1:9/"]);
    command
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
        .arg("--sources")
        .arg(world.path("sources.toml"));
    let output = command.ran();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("metrics not pushed"), "{}", stderr(&output));
}

/// Words of an expression that can only be metrics.
fn metrics_in(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_' && letter != ':');
    words.filter(|word| {
        let is_ours =
            ["deklaro_", "request_", "response_", "process_"].iter().any(|start| word.starts_with(start));
        is_ours && !word.contains(':') && *word != "request_id"
    })
}

fn deploy(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pipeline/deploy").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_alert_has_its_section_in_the_runbook_and_a_test_and_names_metrics_there_are() {
    let (rules, tests) = (deploy("prometheus/rules.yml"), deploy("prometheus/rules_test.yml"));
    let runbook =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../RUNBOOK.md")).unwrap();
    let alerts: Vec<&str> = rules.split("- alert: ").skip(1).collect();
    assert!(alerts.len() > 15, "{}", alerts.len());
    for alert in alerts {
        let name = alert.lines().next().unwrap().trim();
        let anchor = alert.split("runbook: RUNBOOK.md#").nth(1).and_then(|rest| rest.lines().next());
        let anchor = anchor.unwrap_or_else(|| panic!("`{name}` has no runbook section"));
        assert!(
            runbook.contains(&format!("\n## {anchor}\n")),
            "`{name}`: RUNBOOK.md has no section `{anchor}`"
        );
        assert!(tests.contains(&format!("alertname: {name}\n")), "`{name}` has no test");
        assert!(alert.contains("          query: '"), "`{name}` has no query that shows the cause");
        assert!(alert.contains("severity: "), "`{name}` has no severity");
    }
    let expressions =
        rules.lines().filter(|line| !line.contains("summary:") && !line.trim_start().starts_with('#'));
    for name in expressions.flat_map(metrics_in) {
        assert!(find(name).is_some(), "no metric is called `{name}`");
    }
}

#[test]
fn every_panel_names_metrics_there_are_and_every_metric_of_the_service_has_a_panel_or_an_alert() {
    let mut shown = deploy("prometheus/rules.yml");
    for board in ["deklaro-service", "deklaro-work", "deklaro-record"] {
        let board: Value =
            serde_json::from_str(&deploy(&format!("grafana/dashboards/{board}.json"))).unwrap();
        for target in
            board["panels"].as_array().unwrap().iter().flat_map(|panel| panel["targets"].as_array().unwrap())
        {
            let expression = target["expr"].as_str().unwrap();
            for name in metrics_in(expression) {
                assert!(find(name).is_some(), "no metric is called `{name}`: {expression}");
            }
            shown.push_str(expression);
            shown.push('\n');
        }
    }
    let unseen = [
        "deklaro_stop_signals_total",
        "deklaro_platform_cause",
        "process_start_time_seconds",
        "deklaro_last_run_started_timestamp_seconds",
        "deklaro_last_run_hosts",
    ];
    for metric in METRICS.iter().filter(|metric| !unseen.contains(&metric.name)) {
        assert!(shown.contains(metric.name), "`{}` is shown nowhere", metric.name);
    }
}

#[test]
fn the_index_template_has_the_fields_of_a_log_line_and_ids_are_keywords() {
    let template: Value = serde_json::from_str(&deploy("elasticsearch/index-template.json")).unwrap();
    let mapped = template["template"]["mappings"]["properties"].as_object().unwrap();
    let schema: Value = serde_json::from_str(include_str!("../schemas/docs/log.schema.json")).unwrap();
    let line: std::collections::BTreeSet<&str> = schema["properties"]
        .as_object()
        .unwrap()
        .keys()
        .map(|name| if name == "timestamp" { "@timestamp" } else { name })
        .collect();
    assert_eq!(
        line,
        mapped.keys().map(String::as_str).collect(),
        "the ingest pipeline turns timestamp into @timestamp"
    );
    for name in ["request_id", "service", "project_id"] {
        assert_eq!(mapped[name]["type"], "keyword", "{name}");
    }
    for name in mapped.keys().filter(|name| *name != "@timestamp") {
        let types = schema["properties"][name]["type"].to_string();
        let fits = match mapped[name]["type"].as_str().unwrap() {
            "integer" | "short" => types.contains("integer"),
            "double" => types.contains("number"),
            "flattened" => types.contains("object"),
            _ => types.contains("string") || schema["properties"][name]["enum"].is_array(),
        };
        assert!(fits, "{name}: {types}");
    }
}

#[test]
fn the_exit_codes_of_the_jobs_are_those_of_the_program() {
    use deklaro_console::Exit;
    let listed =
        |codes: &[Exit]| codes.iter().map(|code| (*code as u8).to_string()).collect::<Vec<_>>().join(", ");
    for file in ["kubernetes/20-cronjob.yaml", "kubernetes/21-indexed-job.yaml"] {
        let text = deploy(file);
        for codes in [
            &[Exit::CheckFailed, Exit::Usage, Exit::BadInput][..],
            &[Exit::Interrupted, Exit::Terminated],
            &[Exit::Unavailable, Exit::TryAgain],
        ] {
            assert!(text.contains(&format!("values: [{}]", listed(codes))), "{file}: {}", listed(codes));
        }
    }
}
