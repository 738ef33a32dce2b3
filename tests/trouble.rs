//! Too few descriptors or no network are named, and nothing wrong is written down.

use crate::support::shell::in_shell;
use crate::support::wait::Ran;
use crate::support::{World, deklaro, run, stderr};
use std::path::Path;
use std::process::Output;

/// A month of the listed hosts, begun by a shell that first does something to its surroundings.
fn run_after(world: &World, store: &Path, surroundings: &str, more: &[&str]) -> Output {
    let run = world.run_command(store, more);
    in_shell(&run, surroundings, &[]).ran()
}

#[test]
fn few_descriptors_make_the_crawl_narrower_and_not_wrong() {
    let world = World::new(120);
    let (wide, narrow) = (world.path("wide"), world.path("narrow"));
    let sources = world.path("sources.toml").display().to_string();
    let month = ["--month", "2026-11", "--sources", &sources];
    let plenty = run_after(&world, &wide, "true", &month);
    assert!(plenty.status.success() && !stderr(&plenty).contains("ulimit"), "{}", stderr(&plenty));
    world.web.forget();
    let few = run_after(&world, &narrow, "ulimit -n 64", &month);
    assert!(few.status.success(), "{}", stderr(&few));
    assert!(
        stderr(&few).contains("only 64 files may be open at once (`ulimit -n`): 8 hosts"),
        "{}",
        stderr(&few)
    );
    let found = |store| {
        crate::support::statements(store, "2026-11.0")
            .iter()
            .map(|row| row.detection_status)
            .collect::<Vec<_>>()
    };
    assert_eq!(found(&wide), found(&narrow));
    let none = run_after(&world, &world.path("none"), "ulimit -n 48", &month);
    assert_eq!(none.status.code(), Some(2), "{}", stderr(&none));
    assert!(stderr(&none).contains("only 48 files") && stderr(&none).contains("expected `ulimit -n`"));
}

#[test]
fn a_network_that_is_gone_is_told_from_hosts_that_are() {
    let world = World::new(60);
    let store = world.path("lake");
    let sources = world.path("sources.toml").display().to_string();
    // Nothing connects to the broadcast address: the system says at once that there is no way.
    let nowhere = ["--connect-to", "255.255.255.255:80", "255.255.255.255:443"];
    let mut command = deklaro(&store, &["run", "--month", "2026-11", "--sources", &sources]);
    let output = command.arg("--config").arg(world.path("deklaro.toml")).args(nowhere).ran();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(75), "{said}");
    assert!(said.contains("the network is gone") && said.contains("--resume"), "{said}");
    assert!(!store.join("refs/log").exists(), "nothing is published");
    world.resume(&store);
    run(&store, &["verify"], 0);
    let read = crate::support::statements(&store, "2026-11.0").len();
    assert!(read >= 60, "the hosts were asked again: {read}");
}
