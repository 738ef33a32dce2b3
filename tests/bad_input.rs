//! Wrong or damaged input is named, the rest goes on, and the exit code is the documented one.

use crate::support::wait::{Ran, finish};
use crate::support::{deklaro, ended, json, run, stderr};
use std::path::Path;

const HEADER: &str = "country,subnational,gov_domain,page\n";
const REFERENCE: [&str; 2] = ["--reference", "https://lists.example/a"];

fn write(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path.display().to_string()
}

#[test]
fn unusable_files_are_named_and_the_others_still_import() {
    let folder = tempfile::tempdir().unwrap();
    let good = write(
        folder.path(),
        "good.csv",
        format!("{HEADER}Austria,,www.a.example.at,https://www.a.example.at/\n").as_bytes(),
    );
    let empty = write(folder.path(), "empty.xlsx", b"");
    let rubbish = write(folder.path(), "rubbish.xlsx", b"PK\x03\x04 this is no workbook");
    let hostless = write(folder.path(), "hostless.csv", b"name,telephone\nTown hall,+43 1 234\n");
    let missing = folder.path().join("missing.xlsx").display().to_string();
    let store = folder.path().join("lake");
    let files = [&good, &empty, &rubbish, &hostless, &missing];
    let mut args: Vec<&str> = vec!["import", "--dry-run", "--json"];
    args.extend(REFERENCE);
    args.extend(files.iter().map(|file| file.as_str()));
    let output = run(&store, &args, 65);
    let said = stderr(&output);
    for name in ["empty.xlsx", "rubbish.xlsx", "hostless.csv", "missing.xlsx"] {
        assert!(said.contains(name), "`{name}` is not named in\n{said}");
    }
    assert!(said.contains("telephone"), "the headers that were found are shown:\n{said}");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["rows_accepted"], 1);
    assert!(!store.exists(), "a dry run writes nothing");
}

#[test]
fn a_run_on_the_real_web_needs_a_contact_and_claims_nothing_without() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("lake");
    let page = "Austria,,www.a.example.at,https://www.a.example.at/\n";
    let list = write(folder.path(), "list.csv", format!("{HEADER}{page}").as_bytes());
    let import = ["import", &list, REFERENCE[0], REFERENCE[1]];
    run(&store, &import, 0);
    let output = run(&store, &["run", "--month", "2026-11"], 2);
    assert!(stderr(&output).contains("`contact` is missing"), "{}", stderr(&output));
    assert!(!store.join("snapshots").exists(), "no snapshot number is taken");
}

#[test]
fn a_store_of_another_version_is_named_and_left_alone() {
    let store = tempfile::tempdir().unwrap();
    std::fs::write(store.path().join("store.json"), "{\"format\":99}").unwrap();
    let output = run(store.path(), &["log"], 65);
    assert!(stderr(&output).contains("store format is `99`, expected `1`"), "{}", stderr(&output));
    assert_eq!(std::fs::read_dir(store.path()).unwrap().count(), 1);
}

#[test]
fn an_empty_store_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    for args in [&["log"][..], &["verify"], &["sql", "select 1"], &["trace", "a.example.at"]] {
        let output = run(&folder.path().join("lake"), args, 2);
        assert!(stderr(&output).contains("deklaro demo"), "{}", stderr(&output));
    }
    assert!(!folder.path().join("lake").exists(), "looking makes no store");
}

#[test]
fn a_wrong_key_in_the_configuration_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let config = write(folder.path(), "deklaro.toml", b"max_rounds = 2\n\n[crawl]\ngap = 7\n");
    let output = run(folder.path(), &["--config", &config, "log"], 2);
    let said = stderr(&output);
    assert!(said.contains("line 4") && said.contains("gap") && said.contains("gap_ms"), "{said}");
}

#[test]
fn wrong_keys_on_the_command_line_are_usage_errors() {
    let folder = tempfile::tempdir().unwrap();
    for args in [
        &["run", "--month", "2026-13"][..],
        &["run"],
        &["run", "--resume", "../../etc"],
        &["run", "--resume", "2000-01-00000000", "--future"],
        &["verify", "latest"],
        &["trace", "10.0.0.1"],
        &["inspect", "page", "x.html", "--url", "ftp://a.example.at/"],
    ] {
        run(folder.path(), args, 2);
    }
}

/// Once it is published, no earlier month could be run.
#[test]
fn a_month_beyond_the_next_one_is_refused_unless_it_is_meant() {
    let folder = tempfile::tempdir().unwrap();
    let sources = write(folder.path(), "sources.csv", b"no such column\n1\n");
    for args in [&["run", "--month", "9998-11"][..], &["plan", "--partitions", "2", "--month", "9998-11"]] {
        let args = [args, &["--sources", &sources]].concat();
        let said = stderr(&run(folder.path(), &args, 2));
        assert!(said.contains("`9998-11` lies ahead") && said.contains("--future"), "{said}");
        let meant = [&args[..], &["--future"]].concat();
        let said = stderr(&deklaro(folder.path(), &meant).ran());
        assert!(!said.contains("lies ahead"), "{said}");
    }
}

#[test]
fn a_plan_shows_what_would_be_fetched_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let list = format!("{HEADER}Austria,,localhost.example,https://localhost.example/\n");
    write(folder.path(), "list.csv", list.as_bytes());
    let sources = "[[source]]\nfile = \"list.csv\"\nsource_type = \"other\"\nsource_reference_url = \"https://lists.example/a\"\n";
    let sources = write(folder.path(), "sources.toml", sources.as_bytes());
    let store = folder.path().join("lake");
    let planned = json(&store, &["plan", "--json", "--sources", &sources]);
    assert_eq!((planned["hosts"].as_u64(), planned["urls"].as_u64()), (Some(1), Some(1)));
    assert!(!store.exists(), "a plan writes nothing");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = deklaro(folder.path(), &["completions", "bash"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    ended(&finish(child));
}
