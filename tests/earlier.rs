//! Stores that an earlier version wrote: checked, read, and carried into their next month.

use crate::support::wait::Ran;
use crate::support::{World, ended, json, run};
use deklaro_schemas::tables::{Change, Host, MetaLineage};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The hosts of each sample.
const HOSTS: usize = 24;

/// Each sample in `tests/stores` (a folder a commit that wrote it, an archive a month), in a world that answers as in its next month.
fn each(check: impl Fn(&World, &Path)) {
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/stores");
    let folders = std::fs::read_dir(samples).unwrap().map(|entry| entry.unwrap().path());
    let folders: Vec<PathBuf> = folders.filter(|path| path.is_dir()).collect();
    assert!(!folders.is_empty(), "no store lies in {samples}");
    for folder in folders {
        let world = World::new(HOSTS);
        let store = world.path("lake");
        std::fs::create_dir(&store).unwrap();
        for archive in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            ended(&Command::new("tar").arg("xzf").arg(archive).arg("-C").arg(&store).ran());
        }
        world.web.set_month(3);
        check(&world, &store);
    }
}

#[test]
fn its_snapshots_are_intact_and_are_read() {
    each(|world, store| {
        assert_eq!(json(store, &["verify", "--all", "--deep", "--json"]).as_array().unwrap().len(), 2);
        assert_eq!(json(store, &["history", "--json"]).as_array().unwrap().len(), 2);
        let hosts: Vec<Host> = world.rows(store, "2026-11.0");
        assert_eq!(hosts.len(), HOSTS);
        run(store, &["trace", hosts[0].canonical_hostname.as_str()], 0);
        run(store, &["registry", "verify"], 0);
        run(store, &["report", "--out", world.path("report").to_str().unwrap()], 0);
    });
}

#[test]
fn its_next_month_is_compared_with_its_last() {
    each(|world, store| {
        let before: Vec<Host> = world.rows(store, "2026-11.0");
        world.run_month(store, "2026-12", &[]);
        let now: Vec<Host> = world.rows(store, "2026-12.0");
        assert_eq!(now.len(), before.len());
        for host in &before {
            let same =
                now.iter().find(|other| other.host_id == host.host_id).expect("the host is still there");
            assert_eq!(same.first_seen_month, host.first_seen_month, "{}", host.canonical_hostname);
        }
        let lineage: Vec<MetaLineage> = world.rows(store, "2026-12.0");
        assert!(lineage.len() >= 7, "each step of the month is told");
        let changes: Vec<Change> = world.rows(store, "2026-12.0");
        assert!(changes.len() < before.len(), "a host that was known is not new again");
        run(store, &["diff", "2026-11.0", "2026-12.0"], 0);
    });
}
