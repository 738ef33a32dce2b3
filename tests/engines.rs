//! Several processes, and stages as streams, give the rows that one process gives.

use crate::support::same_tables::assert_same_tables;
use crate::support::shared_run::{HOSTS, SharedRun};
use crate::support::wait::{Ran, finish};
use crate::support::{World, deklaro, ended, sorted, stderr};
use arrow::array::{Array, ArrayRef, AsArray, ListArray, RecordBatch, StructArray};
use arrow::buffer::OffsetBuffer;
use arrow::compute::concat_batches;
use arrow::datatypes::{Field, Schema};
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use deklaro_schemas::tables::{
    Body, Candidate, Change, Fetch, FrontierUrl, Host, Page, Reading, Seed, Statement, Target,
};
use deklaro_schemas::{Row, batch};
use std::collections::{BTreeMap, HashMap};
use std::io::{Cursor, Write};
use std::path::Path;
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

#[test]
fn several_processes_with_kills_make_the_tables_one_process_makes() {
    let world = World::steady(HOSTS);
    let calm = world.path("calm");
    world.run_month(&calm, "2026-11", &[]);
    let shared = SharedRun::new(&world, "shared", 3);
    let run = shared.begin();
    assert_eq!(shared.begin(), run, "asked again, it takes up the run that was begun");
    let unfinished = shared.command(&["commit", "--run", &run], "work-commit").ran();
    assert_eq!(unfinished.status.code(), Some(75), "{}", stderr(&unfinished));
    assert!(stderr(&unfinished).contains("3 of 3 parts of round 1"), "{}", stderr(&unfinished));

    world.web.forget();
    let mut killed = shared.worker(&run, 1);
    world.wait_for_requests(&mut killed, 30);
    // Two processes never work on one part: the second one is told who does.
    let second = finish(shared.worker(&run, 1));
    crate::support::wait::kill(killed);
    assert_eq!(second.status.code(), Some(75), "{}", stderr(&second));
    assert!(stderr(&second).contains("is at work on its part `round 1, part 1/3`"), "{}", stderr(&second));
    shared.work(&run);
    // Done twice it counts once, and asks nobody.
    world.web.forget();
    let late = finish(shared.worker(&run, 2));
    ended(&late);
    assert!(stderr(&late).contains("was done before"), "{}", stderr(&late));
    assert!(world.web.seen().is_empty());

    shared.later_rounds(&run);
    let outcome = shared.json(&["commit", "--run", &run]);
    assert_eq!(outcome["snapshot"], "2026-11.0");
    assert_same_tables(&calm, &shared.store);
    assert_eq!(bodies(&world, &calm), bodies(&world, &shared.store));
    assert!(!shared.store.join("parts").join(&run).exists(), "what is published is tidied up");
    let verified = deklaro(&shared.store, &["verify", "--all", "--deep"]).ran();
    ended(&verified);
    let again = shared.command(&["commit", "--run", &run], "work-commit").ran();
    assert_eq!(again.status.code(), Some(2), "{}", stderr(&again));
}

fn bodies(world: &World, store: &Path) -> Vec<String> {
    let folder = store.join("evidence");
    assert!(folder.exists(), "`{}` is not there", folder.display());
    let fetches: Vec<Fetch> = world.rows(store, "2026-11.0");
    let mut hashes: Vec<String> =
        fetches.iter().filter_map(|fetch| Some(fetch.body_sha256.as_ref()?.to_string())).collect();
    hashes.sort();
    hashes
}

#[test]
fn every_server_gets_its_pause_whoever_asks() {
    let world = World::new(60);
    let gap = Duration::from_millis(60);
    let config = std::fs::read_to_string(world.path("deklaro.toml")).unwrap();
    std::fs::write(world.path("deklaro.toml"), config.replace("gap_ms = 0", "gap_ms = 60")).unwrap();
    let shared = SharedRun::new(&world, "shared", 4);
    let run = shared.begin();
    shared.work(&run);
    shared.later_rounds(&run);
    let mut last: HashMap<String, Duration> = HashMap::new();
    let mut pauses = 0;
    for request in world.web.seen().into_iter().filter(|request| request.method != "TLS") {
        if let Some(before) = last.insert(request.host.clone(), request.at) {
            // From one arrival to the next: the pause, and what the first answer took. A millisecond of doubt for two clocks.
            assert!(
                request.at + Duration::from_millis(1) >= before + gap,
                "{} {:?} after {before:?}",
                request.host,
                request.at
            );
            pauses += 1;
        }
    }
    assert!(pauses > 100, "{pauses}");
    // A run that is shared is not one process's to resume.
    let resumed = shared.command(&["run", "--resume", &run], "work-plan").ran();
    assert_eq!(resumed.status.code(), Some(2), "{}", stderr(&resumed));
}

#[test]
fn a_plan_cuts_the_first_round_and_is_the_same_every_time() {
    let world = World::steady(HOSTS);
    let shared = SharedRun::new(&world, "none", 5);
    let sources = world.path("sources.toml").display().to_string();
    let plan = || shared.json(&["plan", "--partitions", "5", "--sources", &sources]);
    let parts = plan();
    assert_eq!(parts, plan());
    let hosts: i64 =
        parts["partitions"].as_array().unwrap().iter().map(|part| part["hosts"].as_i64().unwrap()).sum();
    assert_eq!(Some(hosts), parts["hosts"].as_i64());
    assert!(!shared.store.exists(), "it writes nothing");
}

/// The rows of a table as lists, one for each key.
fn nested<R: Row>(rows: &[R], keys: &[String], key: impl Fn(&R) -> String) -> (Field, ArrayRef) {
    let mut grouped: BTreeMap<&str, Vec<&R>> = BTreeMap::new();
    let of: Vec<String> = rows.iter().map(key).collect();
    for (row, key) in rows.iter().zip(&of) {
        grouped.entry(key).or_default().push(row);
    }
    let lengths: Vec<usize> = keys.iter().map(|key| grouped.get(key.as_str()).map_or(0, Vec::len)).collect();
    let batches: Vec<RecordBatch> = keys
        .iter()
        .flat_map(|key| grouped.get(key.as_str()).into_iter().flatten())
        .map(|row| {
            batch::from_rows(std::slice::from_ref(
                &serde_json::from_value::<R>(serde_json::to_value(row).unwrap()).unwrap(),
            ))
            .unwrap()
        })
        .collect();
    let rows = StructArray::from(concat_batches(&R::table().schema(), &batches).unwrap());
    let item = Arc::new(Field::new("element", rows.data_type().clone(), true));
    let lists = ListArray::new(item, OffsetBuffer::from_lengths(lengths), Arc::new(rows), None);
    (Field::new(R::TABLE, lists.data_type().clone(), true), Arc::new(lists))
}

fn columns(columns: Vec<(Field, ArrayRef)>) -> RecordBatch {
    let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = columns.into_iter().unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap()
}

/// Sends a batch, cut into pieces, through a stage; the batches that come out.
fn streamed(args: &[&str], rows: &RecordBatch, pieces: usize) -> Vec<RecordBatch> {
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, &rows.schema()).unwrap();
    let step = rows.num_rows().div_ceil(pieces).max(1);
    for start in (0..rows.num_rows()).step_by(step) {
        writer.write(&rows.slice(start, step.min(rows.num_rows() - start))).unwrap();
    }
    writer.finish().unwrap();
    drop(writer);
    let output = sent(args, bytes);
    ended(&output);
    StreamReader::try_new(Cursor::new(output.stdout), None).unwrap().map(Result::unwrap).collect()
}

fn sent(args: &[&str], bytes: Vec<u8>) -> Output {
    let mut command = deklaro(Path::new("no/store/is/needed"), &["exec"]);
    command.args(args).arg("--arrow-ipc").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let sender = std::thread::spawn(move || stdin.write_all(&bytes));
    let output = finish(child);
    // A stage that refuses its input does not read it to the end.
    let _closed = sender.join().unwrap();
    output
}

/// The rows of a table among a stage's results, as text, sorted.
fn results<R: Row + std::fmt::Debug>(batches: &[RecordBatch]) -> Vec<String> {
    let mut rows = Vec::new();
    for batch in batches {
        let column = batch.column_by_name(R::TABLE).unwrap().as_struct();
        if column.null_count() == 0 {
            rows.extend(batch::to_rows::<R>(&RecordBatch::from(column)).unwrap());
        }
    }
    sorted(&rows)
}

/// Stored pages as rows that need nothing else.
fn pages(targets: &[Target], fetches: &[Fetch], bodies: &[Body]) -> Vec<Page> {
    let targets: HashMap<_, _> = targets.iter().map(|target| (&target.host_id, target)).collect();
    let bodies: HashMap<_, _> = bodies.iter().map(|body| (&body.body_sha256, body)).collect();
    let asked = |fetch: &Fetch| {
        let same =
            fetches.iter().filter(|other| other.host_id == fetch.host_id && other.round == fetch.round);
        same.flat_map(|other| [Some(&other.url), other.final_url.as_ref()])
            .flatten()
            .map(ToString::to_string)
            .collect()
    };
    let page = |fetch: &Fetch| {
        let body = bodies[fetch.body_sha256.as_ref()?];
        Some(Page {
            fetch_id: fetch.fetch_id.clone(),
            host_id: fetch.host_id.clone(),
            country_code: fetch.country_code,
            canonical_hostname: fetch.canonical_hostname.clone(),
            host_aliases: targets[&fetch.host_id].host_aliases.clone(),
            round: fetch.round,
            rank: fetch.rank,
            url: fetch.final_url.clone().unwrap_or_else(|| fetch.url.clone()),
            asked_urls: asked(fetch),
            content_type: fetch.content_type.clone().or(body.content_type.clone()),
            charset: fetch.charset.clone().or(body.charset.clone()),
            body_sha256: body.body_sha256.clone(),
            body: body.body.clone(),
        })
    };
    let is_read = |fetch: &&Fetch| {
        fetch.is_final
            && fetch.outcome == deklaro_schemas::codes::FetchOutcome::Ok
            && fetch.body_sha256.is_some()
    };
    fetches.iter().filter(is_read).filter_map(page).collect()
}

#[test]
fn streams_through_the_stages_give_the_rows_of_the_run() {
    let (world, store) = World::of_two_months(80);
    let targets: Vec<Target> = world.rows(&store, "2026-11.0");
    let fetches: Vec<Fetch> = world.rows(&store, "2026-11.0");
    let readings: Vec<Reading> = world.rows(&store, "2026-11.0");
    let candidates: Vec<Candidate> = world.rows(&store, "2026-11.0");
    let statements: Vec<Statement> = world.rows(&store, "2026-11.0");
    let asked: Vec<FrontierUrl> = world.rows(&store, "2026-11.0");
    let seeds: Vec<Seed> = world.rows(&store, "2026-11.0");
    let last: Vec<Host> = world.rows(&store, "2026-10.0");

    let bodies = evidence(&world, &store);
    let rows = batch::from_rows(&pages(&targets, &fetches, &bodies)).unwrap();
    assert!(rows.num_rows() > 100, "{} pages", rows.num_rows());
    let read = streamed(&["detect"], &rows, 7);
    assert_eq!(results::<Reading>(&read), sorted(&readings));
    assert_eq!(results::<Candidate>(&read), sorted(&candidates));

    let hosts: Vec<String> = targets.iter().map(|target| target.host_id.to_string()).collect();
    let rows = columns(vec![
        nested(&targets, &hosts, |row| row.host_id.to_string()),
        nested(&fetches, &hosts, |row| row.host_id.to_string()),
        nested(&readings, &hosts, |row| row.host_id.to_string()),
        nested(&candidates, &hosts, |row| row.host_id.to_string()),
    ]);
    let verdicts = streamed(&["verdicts", "--month", "2026-11"], &rows, 5);
    assert_eq!(results::<Statement>(&verdicts), sorted(&statements));

    let first = columns(vec![nested(&targets, &hosts, |row| row.host_id.to_string())]);
    let of_round = |round: i32| asked.iter().filter(|url| url.round == round).cloned().collect::<Vec<_>>();
    assert_eq!(
        results::<FrontierUrl>(&streamed(&["frontier", "--round", "1"], &first, 3)),
        sorted(&of_round(1))
    );
    let (first_read, first_links): (Vec<Reading>, Vec<Candidate>) = (
        readings.iter().filter(|row| row.round == 1).cloned().collect(),
        candidates.iter().filter(|row| row.round == 1).cloned().collect(),
    );
    let rows = columns(vec![
        nested(&of_round(1), &hosts, |row| row.host_id.to_string()),
        nested(&first_read, &hosts, |row| row.host_id.to_string()),
        nested(&first_links, &hosts, |row| row.host_id.to_string()),
    ]);
    assert_eq!(
        results::<FrontierUrl>(&streamed(&["frontier", "--round", "2"], &rows, 3)),
        sorted(&of_round(2))
    );

    let mut countries: Vec<String> = last.iter().map(|host| host.country_code.to_string()).collect();
    countries.sort();
    countries.dedup();
    let rows = columns(vec![
        nested(&seeds, &countries, |row| row.country_code.to_string()),
        nested(&last, &countries, |row| row.country_code.to_string()),
    ]);
    assert_eq!(results::<Target>(&streamed(&["targets"], &rows, 4)), sorted(&targets));
    let rows = columns(vec![
        nested(&statements, &countries, |row| row.country_code.to_string()),
        nested(&last, &countries, |row| row.country_code.to_string()),
    ]);
    let diff = streamed(&["diff", "--snapshot", "2026-11.0"], &rows, 4);
    assert_eq!(results::<Host>(&diff), sorted(&world.rows::<Host>(&store, "2026-11.0")));
    assert_eq!(results::<Change>(&diff), sorted(&world.rows::<Change>(&store, "2026-11.0")));

    let list = std::fs::read(world.path("list.csv")).unwrap();
    let text = |value: &str| -> ArrayRef { Arc::new(arrow::array::StringArray::from(vec![value])) };
    let column = |name: &str, array: ArrayRef| (Field::new(name, array.data_type().clone(), true), array);
    let rows = columns(vec![
        column("file_name", text("list.csv")),
        column("source_type", text("curated")),
        column("source_reference_url", text("https://lists.example/all")),
        column("bytes", Arc::new(arrow::array::BinaryArray::from(vec![list.as_slice()]))),
    ]);
    assert_eq!(results::<Seed>(&streamed(&["import"], &rows, 1)), sorted(&seeds));
}

/// The bodies kept under the evidence of November.
fn evidence(world: &World, store: &Path) -> Vec<Body> {
    let mut bodies = Vec::new();
    let folder = store.join("evidence/snapshot=2026-11.0");
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let batches = deklaro_schemas::parquet_file::decode(&Body::table(), bytes.into()).unwrap();
        bodies.extend(batch::all_rows::<Body>(&batches).unwrap());
    }
    assert!(!bodies.is_empty(), "{}", world.folder.path().display());
    bodies
}

#[test]
fn what_is_no_such_stream_is_named_and_not_tried_again() {
    let garbage = sent(&["detect"], b"PAR1 is no Arrow stream".to_vec());
    assert_eq!(garbage.status.code(), Some(65), "{}", stderr(&garbage));
    assert!(stderr(&garbage).contains("stage `detect`: stdin: "), "{}", stderr(&garbage));
    let rows = batch::from_rows::<Fetch>(&[]).unwrap();
    let mut bytes = Vec::new();
    StreamWriter::try_new(&mut bytes, &rows.schema()).unwrap().finish().unwrap();
    let other = sent(&["detect"], bytes.clone());
    assert_eq!(other.status.code(), Some(65), "{}", stderr(&other));
    assert!(stderr(&other).contains("columns are missing: host_aliases, asked_urls"), "{}", stderr(&other));
    for args in [&["verdicts"][..], &["frontier"], &["diff"], &["crawl"], &["frontier", "--round", "0"]] {
        assert_eq!(sent(args, bytes.clone()).status.code(), Some(2), "{args:?}");
    }
}
