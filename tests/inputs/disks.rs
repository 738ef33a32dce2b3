//! Is a full or read-only disk named, and is nothing wrong written on it?

use crate::support::demo::demo_copy;
use crate::support::shell::in_shell;
use crate::support::wait::Ran;
use crate::support::{World, deklaro, ended, files, run, stderr};
use deklaro_needs::IN_OWN_MOUNTS;
use deklaro_schemas::stored::Manifest;
use std::process::Command;

const SNAPSHOT: &str = "snapshots/snapshot=2026-11.0";

pub(crate) fn a_full_disk_is_named_and_the_run_goes_on_when_there_is_room() {
    let world = World::new(120);
    let (disk, kept) = (world.path("disk"), world.path("kept"));
    std::fs::create_dir_all(&disk).unwrap();
    let sources = world.path("sources.toml").display().to_string();
    let store = disk.join("lake");
    let month = world.run_command(&store, &["--month", "2026-11", "--sources", &sources]);
    let (disk, copy) = (disk.display(), kept.display());
    // What got onto the small disk is copied off it before it goes with the namespace.
    let script = format!(
        "mount -t tmpfs -o size=300k none {disk} && {{ \"$0\" \"$@\"; code=$?; cp -r {disk}/lake {copy}; exit $code; }}; exit $?; true"
    );
    let output = in_shell(&month, &script, &IN_OWN_MOUNTS).ran();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(75), "{said}");
    assert!(said.contains("no space left on the disk") && said.contains("--resume"), "{said}");
    world.web.forget();
    world.resume(&kept);
    run(&kept, &["verify"], 0);
}

pub(crate) fn a_read_only_disk_answers_questions_and_takes_nothing() {
    let copy = demo_copy();
    let store = copy.path();
    let on_read_only = |args: &[&str]| {
        let command = deklaro(store, args);
        let script =
            "mount --bind \"$LAKE\" \"$LAKE\" && mount -o remount,bind,ro \"$LAKE\" && exec \"$0\" \"$@\"";
        let mut shell = Command::new(IN_OWN_MOUNTS[0]);
        shell
            .args(&IN_OWN_MOUNTS[1..])
            .args(["sh", "-c", script])
            .arg(command.get_program())
            .args(command.get_args());
        shell.env("LAKE", store).ran()
    };
    for args in [&["verify"][..], &["log"], &["sql", "select count(*) from hosts"]] {
        ended(&on_read_only(args));
    }
    for args in [&["rollback", "2026-10.0", "--reason", "x"][..], &["detect"], &["rehearse", "rollback"]] {
        let output = on_read_only(args);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(69), "{args:?}: {said}");
        assert!(
            said.contains("the disk is read-only") && said.contains("hint: make the store writable"),
            "{said}"
        );
        assert!(said.contains(&store.display().to_string()), "{said}");
    }
    assert!(files(store).keys().all(|path| !path.to_string_lossy().contains("staging")));
    let manifest: Manifest =
        serde_json::from_slice(&std::fs::read(store.join(SNAPSHOT).join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest.snapshot.as_str(), "2026-11.0");
}
