//! Published snapshots can be rolled back, retracted, expired, compared and traced, and never changed.

use crate::support::demo::{current, demo, demo_copy};
use crate::support::wait::Ran;
use crate::support::{World, json, run, stderr};
use serde_json::Value;

#[test]
fn rolled_back_retracted_and_restored_in_one_step_each() {
    let store = demo_copy();
    let store = store.path();
    let decide = |words: [&str; 2]| json(store, &[words[0], words[1], "--reason", "a test", "--json"]);
    let decided = decide(["rollback", "2026-09.0"]);
    assert_eq!((&decided["current"], &decided["entry"]["reason"]), (&"2026-09.0".into(), &"a test".into()));
    assert_eq!(decide(["retract", "2026-09.0"])["current"], "2026-11.0");
    assert_eq!(decide(["restore", "2026-09.0"])["current"], "2026-09.0");
    assert_eq!(decide(["rollback", "2026-11.0"])["current"], "2026-11.0");
    let refused = run(store, &["rollback", "2026-11.0", "--reason", "again"], 2);
    assert!(stderr(&refused).contains("cannot rollback snapshot `2026-11.0`: it is current"));
    let unknown = run(store, &["rollback", "2025-01.0", "--reason", "x"], 2);
    assert!(stderr(&unknown).contains("snapshot `2025-01.0` is not in the store"));
    assert_eq!(
        json(store, &["log", "--json"]).as_array().unwrap().len(),
        7,
        "what was refused is not in the log"
    );
    assert!(json(store, &["verify", "--all", "--deep", "--json"]).as_array().unwrap().len() == 3);
}

#[test]
fn old_months_are_deleted_in_two_steps_and_leave_a_tombstone() {
    let store = demo_copy();
    let store = store.path();
    let snapshots = |report: &Value| report["snapshots"].as_array().unwrap().len();
    assert_eq!(
        snapshots(&json(store, &["expire", "--before", "2027-01", "--json"])),
        2,
        "never the current one"
    );
    assert_eq!(
        snapshots(&json(store, &["vacuum", "--grace-days", "0", "--json"])),
        0,
        "nothing was expired yet"
    );
    json(store, &["expire", "--before", "2026-10", "--apply", "--json"]);
    // Hosts that could not be reached in October keep September's verdict.
    let kept = json(store, &["vacuum", "--grace-days", "0", "--apply", "--json"]);
    assert_eq!(snapshots(&kept), 0);
    assert_eq!(
        (&kept["rested_on"][0]["snapshot"], &kept["rested_on"][0]["by"]),
        (&"2026-09.0".into(), &"2026-10.0".into())
    );
    json(store, &["expire", "--before", "2026-11", "--apply", "--json"]);
    let waiting = json(store, &["vacuum", "--json"]);
    assert_eq!((snapshots(&waiting), &waiting["waiting"][0]), (0, &"2026-09.0".into()), "a week of grace");
    let shown = json(store, &["vacuum", "--grace-days", "0", "--json"]);
    assert!(shown["snapshots"][0]["file_count"].as_u64().unwrap() > 20);
    assert!(store.join("snapshots/snapshot=2026-09.0/manifest.json").exists(), "only shown");
    json(store, &["vacuum", "--grace-days", "0", "--apply", "--json"]);
    assert!(!store.join("snapshots/snapshot=2026-09.0").exists());
    assert!(store.join("tombstones/snapshot=2026-09.0.json").exists());
    let gone = run(store, &["restore", "2026-09.0", "--reason", "too late"], 2);
    assert!(stderr(&gone).contains("snapshot `2026-09.0` is not in the store"), "{}", stderr(&gone));
    assert_eq!(json(store, &["verify", "--all", "--json"]).as_array().unwrap().len(), 1);
}

#[test]
fn a_rehearsed_rollback_changes_nothing_and_is_on_record() {
    let store = demo_copy();
    let event = json(store.path(), &["rehearse", "rollback", "--json"]);
    assert_eq!((&event["is_ok"], &event["snapshot"]), (&true.into(), &"2026-10.0".into()), "{event:#}");
    assert_eq!(current(store.path()), "2026-11.0");
    assert!(store.path().join("registry/events/00000000000000000001.json").exists());
    let file = store.path().join("snapshots/snapshot=2026-10.0/tables/hosts/part-00000.parquet");
    std::fs::write(&file, b"no longer what it was").unwrap();
    let failed = run(store.path(), &["rehearse", "rollback", "--json"], 1);
    let event: Value = serde_json::from_slice(&failed.stdout).unwrap();
    assert_eq!((&event["is_ok"], &event["sequence"]), (&false.into(), &2.into()), "{event:#}");
    assert_eq!(current(store.path()), "2026-11.0", "undone all the same");
}

#[test]
fn two_months_differ_by_rows_and_in_both_directions() {
    let store = demo().store.path();
    let diff = json(store, &["diff", "2026-09.0", "2026-11.0", "--json"]);
    let number = |name: &str| diff["cohort"][name].as_u64().unwrap();
    assert_eq!(number("hosts_common") + number("hosts_added"), number("hosts_to"));
    assert_eq!(number("hosts_common") + number("hosts_removed"), number("hosts_from"));
    let changes = diff["changes"].as_array().unwrap();
    let counted: u64 =
        diff["changes_by_type"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(changes.len() as u64, counted);
    assert!(counted > 0, "the simulated Europe changes over two months");
    let back = json(store, &["diff", "2026-11.0", "2026-09.0", "--json"]);
    // Only the later snapshot says who was renamed: seen from there, the former name is a host of its own.
    let renamed = diff["changes_by_type"]["host_renamed"].as_u64().unwrap();
    assert_eq!(renamed, 1);
    assert_eq!(back["cohort"]["hosts_added"].as_u64().unwrap(), number("hosts_removed") + renamed);
    let same = json(store, &["diff", "2026-11.0", "2026-11.0", "--json"]);
    assert_eq!(same["changes"].as_array().unwrap().len(), 0, "{same:#}");
}

#[test]
fn artifacts_are_printed_as_published_and_damage_is_not_handed_out() {
    let store = demo_copy();
    for format in ["toon", "json", "csv"] {
        let printed =
            run(store.path(), &["artifact", "AT", "--month", "2026-10", "--format", format], 0).stdout;
        let path = format!("snapshots/snapshot=2026-10.0/artifacts/AT.{format}");
        assert_eq!(printed, std::fs::read(store.path().join(path)).unwrap());
    }
    std::fs::write(store.path().join("snapshots/snapshot=2026-11.0/artifacts/AT.toon"), b"x").unwrap();
    let refused = run(store.path(), &["artifact", "AT"], 65);
    assert!(stderr(&refused).contains("is corrupt") && refused.stdout.is_empty());
}

/// A month is compared with what is live, whatever was rolled back, withdrawn or deleted before it.
#[test]
fn a_run_follows_on_whatever_was_decided_before() {
    let world = World::new(12);
    let store = world.path("lake");
    for month in ["2026-08", "2026-09", "2026-10"] {
        world.run_month(&store, month, &[]);
    }
    json(&store, &["expire", "--before", "2026-09", "--apply", "--json"]);
    json(&store, &["vacuum", "--grace-days", "0", "--apply", "--json"]);
    json(&store, &["retract", "2026-10.0", "--reason", "a test", "--json"]);
    world.run_month(&store, "2026-10", &[]);
    let shown = json(&store, &["show", "--json"]);
    assert_eq!((&shown["snapshot"], &shown["previous"]), (&"2026-10.1".into(), &"2026-09.0".into()));
    run(&store, &["verify", "--all", "--deep"], 0);
}

/// Half of a list gone: the month is not published, unless somebody says why.
#[test]
fn coverage_that_falls_is_not_published_without_a_reason() {
    let world = World::new(60);
    let store = world.path("lake");
    world.run_month(&store, "2026-10", &[]);
    let list = std::fs::read_to_string(world.path("list.csv")).unwrap();
    let half: Vec<&str> = list.lines().take(31).collect();
    std::fs::write(world.path("list.csv"), half.join("\n")).unwrap();
    let sources = world.path("sources.toml").display().to_string();
    let output = world.run_command(&store, &["--month", "2026-11", "--sources", &sources]).ran();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("hosts__coverage_kept") && said.contains("--coverage-reason"), "{said}");
    assert_eq!(current(&store), "2026-10.0", "the old month stays");
    let run_id = said.split_whitespace().find(|word| word.starts_with("2026-11-")).unwrap().to_owned();
    let resumed = world
        .run_command(
            &store,
            &["--resume", &run_id, "--coverage-reason", "the register dropped closed bodies"],
        )
        .ran();
    assert!(resumed.status.success(), "{}", stderr(&resumed));
    assert_eq!(current(&store), "2026-11.0");
    let reason =
        json(&store, &["sql", "select value from meta_runs where name = 'coverage_reason'", "--json"]);
    assert_eq!(reason[0]["value"], "the register dropped closed bodies");
}

/// Every hop from a verdict back to its cell and its bytes is checked; damage is named.
#[test]
fn a_trace_checks_every_hop() {
    let store = demo_copy();
    let rows = json(
        store.path(),
        &[
            "sql",
            "select canonical_hostname as name, host_id, proof_fetch_id from hosts where detection_status = 'found' and not is_stale order by 1 limit 1",
            "--json",
        ],
    );
    let text = |name: &str| rows[0][name].as_str().unwrap().to_owned();
    let traced = json(store.path(), &["trace", &text("name"), "--json"]);
    let hops = traced[0]["hops"].as_array().unwrap();
    let steps: Vec<&str> = hops.iter().map(|hop| hop["step"].as_str().unwrap()).collect();
    for step in ["manifest", "file", "record", "bytes"] {
        assert!(steps.contains(&step), "{steps:?}");
    }
    assert!(hops.iter().all(|hop| hop["problem"].is_null()), "{hops:#?}");
    for id in ["host_id", "proof_fetch_id"] {
        let by_id = json(store.path(), &["trace", &text(id), "--json"]);
        assert_eq!(by_id[0]["host"]["canonical_hostname"], text("name"), "{id}");
    }
    let unknown = run(store.path(), &["trace", "00000000000000000000000000000000"], 2);
    assert!(stderr(&unknown).contains("no record `00000000000000000000000000000000`"));

    let list = store.path().join("snapshots/snapshot=2026-11.0/reports/summary.json");
    let altered = std::fs::read_to_string(&list).unwrap() + " ";
    std::fs::write(&list, altered).unwrap();
    let number = run(store.path(), &["trace", "--metric", "found", "--json"], 1);
    let number: Value = serde_json::from_slice(&number.stdout).unwrap();
    let broken: Vec<&Value> =
        number["hops"].as_array().unwrap().iter().filter(|hop| !hop["problem"].is_null()).collect();
    assert_eq!(broken.len(), 1, "{broken:#?}");
    assert!(broken[0]["what"].as_str().unwrap().ends_with("reports/summary.json"));
}

/// A published number is what its rows come to, for every country.
#[test]
fn a_published_number_is_traced_to_the_rows_it_counts() {
    let store = demo().store.path();
    let all = json(store, &["trace", "--metric", "found", "--json"]);
    assert_eq!(all["value"], all["counted"]);
    assert_eq!(all["hosts"].as_array().unwrap().len() as u64, all["value"].as_u64().unwrap());
    let austria = json(store, &["trace", "--metric", "read.AT", "--json"]);
    assert_eq!(austria["value"], austria["counted"]);
    assert!(austria["hosts"].as_array().unwrap().iter().all(|host| host["country_code"] == "AT"));
    let unknown = run(store, &["trace", "--metric", "wonder.AT"], 2);
    assert!(stderr(&unknown).contains("`wonder` is not a number this program publishes"));
}

/// The tables are enough to make an artifact again, to the byte; older files are read whatever their body.
#[test]
fn artifacts_are_rebuilt_to_the_byte_and_older_ones_are_read() {
    let store = demo().store.path();
    for (month, format) in [("2026-09", "json"), ("2026-10", "toon"), ("2026-11", "csv")] {
        let words = ["artifact", "DE", "--month", month, "--format", format];
        let published = run(store, &words, 0).stdout;
        let rebuilt = run(store, &[&words[..], &["--rebuild"]].concat(), 0).stdout;
        assert!(published == rebuilt, "{month} {format}");
    }
    let folder = tempfile::tempdir().unwrap();
    let json_text = run(store, &["artifact", "DE", "--format", "json"], 0).stdout;
    let toon_text = run(store, &["artifact", "DE", "--format", "toon"], 0).stdout;
    let file = folder.path().join("germany.toon");
    std::fs::write(&file, &json_text).unwrap();
    let path = file.display().to_string();
    assert!(run(store, &["artifact", "--file", &path], 0).stdout == toon_text);
    std::fs::write(&file, &toon_text).unwrap();
    let nowhere = folder.path().join("no-store");
    assert!(run(&nowhere, &["artifact", "--file", &path, "--format", "json"], 0).stdout == json_text);
    std::fs::write(&file, b"domains").unwrap();
    assert!(stderr(&run(store, &["artifact", "--file", &path], 65)).contains("not an artifact"));
}

/// Whoever follows the record sees each publication and each decision once.
#[test]
fn the_log_is_a_feed_and_every_snapshot_has_its_documents() {
    let store = demo_copy();
    json(store.path(), &["retract", "2026-11.0", "--reason", "a <test>", "--json"]);
    let feed = String::from_utf8(run(store.path(), &["log", "--atom"], 0).stdout).unwrap();
    assert_eq!(feed.matches("<entry>").count(), 4);
    assert!(feed.find("retract 2026-11.0").unwrap() < feed.find("publish 2026-11.0").unwrap());
    assert!(feed.contains("<summary>a &lt;test&gt;</summary>"), "{feed}");
    let shown = json(store.path(), &["show", "2026-10.0", "--json"]);
    let files: Vec<&str> =
        shown["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    for path in [
        "feed.atom",
        "lineage/openlineage.ndjson",
        "lineage/provenance.json",
        "lineage/dcat.jsonld",
        "lineage/sbom.cdx.json",
    ] {
        assert!(files.contains(&path), "{path}");
    }
}
