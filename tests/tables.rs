//! Stages over tables, worked on piece by piece, give the rows of the run.

use crate::support::wait::Ran;
use crate::support::{World, deklaro, sorted, stderr};
use deklaro_schemas::parquet_file::{TableFile, decode};
use deklaro_schemas::tables::{Candidate, Change, Fetch, FrontierUrl, Host, Reading, Statement, Target};
use deklaro_schemas::{Row, batch};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

fn exec(args: &[&str], folders: &[(&str, &Path)]) -> Output {
    let mut command = deklaro(Path::new("no/store/is/needed"), &["exec"]);
    command.args(args);
    for (flag, folder) in folders {
        command.arg(flag).arg(folder);
    }
    command.ran()
}

/// The rows of a table in a folder of results.
fn rows<R: Row>(folder: &Path) -> Vec<R> {
    let files = fs::read_dir(folder.join(R::TABLE)).unwrap();
    let batches =
        files.flat_map(|file| decode(&R::table(), fs::read(file.unwrap().path()).unwrap().into()).unwrap());
    batch::all_rows(&batches.collect::<Vec<_>>()).unwrap()
}

fn write<R: Row>(folder: &Path, rows: &[R]) {
    let mut file = TableFile::new(R::table(), &[]).unwrap();
    file.append(&batch::from_rows(rows).unwrap()).unwrap();
    fs::create_dir_all(folder.join(R::TABLE)).unwrap();
    fs::write(folder.join(R::TABLE).join("part-00000.parquet"), file.finish().unwrap().0).unwrap();
}

/// Two months of a world, and where the tables of both lie.
fn months(world: &World) -> (PathBuf, PathBuf, PathBuf) {
    let store = world.path("lake");
    world.run_month(&store, "2026-10", &[]);
    world.web.set_month(2);
    world.run_month(&store, "2026-11", &[]);
    let tables = |snapshot: &str| store.join(format!("snapshots/snapshot={snapshot}/tables"));
    (tables("2026-11.0"), tables("2026-10.0"), store)
}

#[test]
fn tables_worked_on_piece_by_piece_give_the_rows_of_the_run() {
    let world = World::new(80);
    let (now, last, store) = months(&world);
    let out = |name: &str| world.path(name);
    let pieces = |name: &str, args: &[&str], tables: &Path, last: &Path| {
        let done = exec(
            &[args, &["--rows-at-once", "20", "--json"]].concat(),
            &[("--tables", tables), ("--last", last), ("--out", &out(name))],
        );
        assert!(done.status.success(), "{name}: {}", stderr(&done));
        let told: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
        assert!(told["pieces"].as_i64().unwrap() > 3, "{name}: {told}");
    };
    pieces("targets", &["targets"], &now, &last);
    assert_eq!(sorted(&rows::<Target>(&out("targets"))), sorted(&world.rows::<Target>(&store, "2026-11.0")));
    pieces("verdicts", &["verdicts", "--month", "2026-11"], &now, &last);
    let statements: Vec<Statement> = world.rows(&store, "2026-11.0");
    assert_eq!(sorted(&rows::<Statement>(&out("verdicts"))), sorted(&statements));
    pieces("diff", &["diff", "--snapshot", "2026-11.0"], &now, &last);
    assert_eq!(sorted(&rows::<Host>(&out("diff"))), sorted(&world.rows::<Host>(&store, "2026-11.0")));
    assert_eq!(sorted(&rows::<Change>(&out("diff"))), sorted(&world.rows::<Change>(&store, "2026-11.0")));

    let asked: Vec<FrontierUrl> = world.rows(&store, "2026-11.0");
    let of_round = |round: i32| asked.iter().filter(|url| url.round == round).cloned().collect::<Vec<_>>();
    pieces("first", &["frontier", "--round", "1"], &now, &last);
    assert_eq!(sorted(&rows::<FrontierUrl>(&out("first"))), sorted(&of_round(1)));
    let so_far = out("so-far");
    let readings: Vec<Reading> = world.rows(&store, "2026-11.0");
    let candidates: Vec<Candidate> = world.rows(&store, "2026-11.0");
    write(&so_far, &of_round(1));
    write(&so_far, &readings.into_iter().filter(|row| row.round == 1).collect::<Vec<_>>());
    write(&so_far, &candidates.into_iter().filter(|row| row.round == 1).collect::<Vec<_>>());
    pieces("second", &["frontier", "--round", "2"], &so_far, &last);
    assert_eq!(sorted(&rows::<FrontierUrl>(&out("second"))), sorted(&of_round(2)));
    assert!(!of_round(2).is_empty());
}

#[test]
fn a_first_month_has_no_last_one_and_a_table_without_a_row_has_a_file() {
    let world = World::new(30);
    let store = world.path("lake");
    world.run_month(&store, "2026-11", &[]);
    let now = store.join("snapshots/snapshot=2026-11.0/tables");
    let out = world.path("out");
    let done = exec(
        &["diff", "--snapshot", "2026-11.0", "--rows-at-once", "7"],
        &[("--tables", &now), ("--out", &out)],
    );
    assert!(done.status.success(), "{}", stderr(&done));
    assert_eq!(sorted(&rows::<Host>(&out)), sorted(&world.rows::<Host>(&store, "2026-11.0")));
    write::<Target>(&world.path("none"), &[]);
    let done = exec(
        &["frontier", "--round", "1"],
        &[("--tables", &world.path("none")), ("--out", &world.path("empty"))],
    );
    assert!(done.status.success(), "{}", stderr(&done));
    assert_eq!(rows::<FrontierUrl>(&world.path("empty")), []);
}

#[test]
fn tables_that_cannot_be_used_are_named_and_leave_nothing_behind() {
    let world = World::new(1);
    let (good, bad, out) = (world.path("good"), world.path("bad"), world.path("results/out"));
    write::<Target>(&good, &[]);
    let first = ["frontier", "--round", "1"];
    let refused = |args: &[&str], tables: &Path, code: i32, says: &str| {
        let output = exec(args, &[("--tables", tables), ("--out", &out)]);
        assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
        assert!(stderr(&output).contains(says), "{}", stderr(&output));
        assert!(!out.exists());
        let left = fs::read_dir(world.path("results")).map_or(0, Iterator::count);
        assert_eq!(left, 0, "{args:?}");
    };
    refused(&first, &bad, 65, "is not there");
    fs::create_dir_all(bad.join("targets")).unwrap();
    refused(&first, &bad, 65, "holds no Parquet file");
    fs::write(bad.join("targets/part-00000.parquet"), "PAR1 and no more").unwrap();
    refused(&first, &bad, 65, "not a readable Parquet file");
    write::<Fetch>(&bad, &[]);
    fs::rename(bad.join("fetches/part-00000.parquet"), bad.join("targets/part-00000.parquet")).unwrap();
    refused(&first, &bad, 65, "the file is of table `fetches`");
    refused(&["detect"], &good, 2, "this stage is not made from tables");
    refused(&["frontier"], &good, 2, "no round given");
    refused(&["frontier", "--round", "1", "--rows-at-once", "0"], &good, 2, "0 is not in 1..");
    fs::create_dir_all(&out).unwrap();
    let there = exec(&first, &[("--tables", &good), ("--out", &out)]);
    assert_eq!(there.status.code(), Some(2), "{}", stderr(&there));
    assert!(stderr(&there).contains("is there already"), "{}", stderr(&there));
}
