//! Does a bucket hold the same record as a folder, and do processes share it?

use crate::s3;
use crate::support::lake::{Lake, second_run_is_told};
use crate::support::shared_run::{HOSTS, SharedRun};
use crate::support::wait::{Ran, kill};
use crate::support::{World, deklaro, ended};
use serde_json::Value;

/// A store in a bucket, whose work in progress is in the world's folder.
fn bucket(world: &World, name: &str) -> Lake {
    let work = world.path(name);
    let settings = s3::server().remote(&work).settings;
    Lake { store: s3::location(name).to_string().into(), work, settings }
}

/// Every host, and what was found of it.
fn hosts(lake: &Lake) -> Value {
    lake.json(&[
        "sql",
        "--json",
        "select country_code, canonical_hostname, detection_status, statement_url from hosts order by all",
    ])
}

pub(crate) fn a_bucket_holds_the_same_record_as_a_folder_and_answers_every_command() {
    let world = World::steady(40);
    let bucket = bucket(&world, "same-record");
    let folder = Lake::folder(&world, "lake");
    for lake in [&folder, &bucket] {
        world.web.set_month(1);
        ended(&lake.month(&world, "2026-10", &[]).ran());
        world.web.set_month(2);
        ended(&lake.month(&world, "2026-11", &["--country", "AT,FR,DE"]).ran());
    }
    assert_eq!(hosts(&bucket), hosts(&folder));
    let shown = bucket.json(&["show", "--json"]);
    assert_eq!(shown["snapshot"], "2026-11.0");
    for args in [
        &["log"][..],
        &["verify", "--all", "--deep"],
        &["diff", "2026-10.0", "2026-11.0"],
        &["sources"],
        &["rehearse", "rollback"],
        &["rollback", "2026-10.0", "--reason", "a test"],
        &["rollback", "2026-11.0", "--reason", "a test"],
        &["detect"],
        &["sql", "select count(*) from bodies"],
        &["artifact", "AT"],
        &["retract", "2026-11.1", "--reason", "a test"],
        &["expire", "--before", "2026-11", "--reason", "a test", "--apply"],
        &["vacuum", "--grace-days", "0", "--apply"],
        &["verify", "--all"],
    ] {
        bucket.run(args, 0);
    }
    let all = hosts(&bucket);
    let found = all.as_array().unwrap().iter().find(|host| host["detection_status"] == "found").unwrap();
    let host = found["canonical_hostname"].as_str().unwrap();
    bucket.run(&["trace", host], 0);
    bucket.run(&["evidence", host, "--warc", world.path("host.warc.gz").to_str().unwrap()], 0);
    bucket.run(&["catalog", world.path("record.duckdb").to_str().unwrap()], 0);
    let lists = world.path("list.csv").display().to_string();
    bucket.run(&["import", &lists, "--reference", "https://lists.example/all"], 0);
    assert_eq!(bucket.json(&["sources", "--json"]).as_array().map(Vec::len), Some(1));
    assert!(
        !bucket.work.join("staging").exists()
            || std::fs::read_dir(bucket.work.join("staging")).unwrap().next().is_none()
    );
}

pub(crate) fn a_run_in_a_bucket_is_resumed_after_a_kill() {
    let world = World::new(120);
    let lake = bucket(&world, "resumed");
    let mut child = lake.month(&world, "2026-11", &["--max-in-flight", "4"]).spawn().unwrap();
    world.wait_for_requests(&mut child, 60);
    kill(child);
    assert_eq!(lake.json(&["log", "--json"]), serde_json::json!([]), "nothing is published");
    // Its process is gone: the lease is its own again at once.
    ended(&lake.resume(&world).ran());
    lake.run(&["verify", "--deep"], 0);
}

pub(crate) fn a_second_run_in_a_bucket_is_told_who_is_at_work() {
    let world = World::new(120);
    second_run_is_told(&world, &bucket(&world, "leased"));
}

pub(crate) fn a_bucket_is_shared_by_processes_with_nothing_else_in_common() {
    let world = World::steady(HOSTS);
    let calm = world.path("calm");
    world.run_month(&calm, "2026-11", &[]);
    let mut shared = SharedRun::new(&world, "bucket", 2);
    shared.store = s3::location("shared").to_string().into();
    shared.settings = s3::server().remote(&world.path("work")).settings;
    let run = shared.begin();
    shared.work(&run);
    shared.later_rounds(&run);
    shared.json(&["commit", "--run", &run]);
    let sql = "select country_code, canonical_hostname, detection_status, statement_url, lifecycle from hosts order by all";
    let hosts = shared.json(&["sql", sql]);
    let output = deklaro(&calm, &["sql", "--json", sql]).ran();
    assert_eq!(hosts, serde_json::from_slice::<Value>(&output.stdout).unwrap());
}
