//! What is a store in a folder or in a bucket, and how is the binary told of it?

use super::wait::{Ran, kill};
use super::{World, deklaro, ended, staged_run, stderr};
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A store on this machine or in a bucket, and what the binary must be told about it.
pub(crate) struct Lake {
    pub(crate) store: PathBuf,
    pub(crate) work: PathBuf,
    /// The AWS tools' variables for a bucket; none for a folder.
    pub(crate) settings: Vec<(String, String)>,
}

impl Lake {
    /// A folder of this name.
    pub(crate) fn folder(world: &World, name: &str) -> Self {
        Self { store: world.path(name), work: world.path(name), settings: Vec::new() }
    }

    /// The command, with the bucket and the work folder where it needs them.
    pub(crate) fn told(&self, mut command: Command) -> Command {
        if !self.settings.is_empty() {
            command.envs(self.settings.clone()).env("DEKLARO_WORK", &self.work);
        }
        command
    }

    /// Runs it and expects this exit code.
    pub(crate) fn run(&self, args: &[&str], exit: i32) -> Output {
        let output = self.told(deklaro(&self.store, args)).ran();
        assert_eq!(output.status.code(), Some(exit), "{args:?}: {}", stderr(&output));
        output
    }

    /// The one JSON document it prints.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        serde_json::from_slice(&self.run(args, 0).stdout).unwrap()
    }

    /// A run of this month over the world's list.
    pub(crate) fn month(&self, world: &World, month: &str, more: &[&str]) -> Command {
        let mut command = world.run_command(&self.store, &["--json", "--month", month, "--sources"]);
        command.arg(world.path("sources.toml")).args(more);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        self.told(command)
    }

    /// Goes on with the run that was begun.
    pub(crate) fn resume(&self, world: &World) -> Command {
        let command = world.run_command(&self.store, &["--json", "--resume", &staged_run(&self.work)]);
        self.told(command)
    }
}

/// A run while another is at work is refused, and told who that is.
pub(crate) fn second_run_is_told(world: &World, lake: &Lake) {
    let mut first = lake.month(world, "2026-11", &["--gap-ms", "60000"]).spawn().unwrap();
    let process = first.id();
    world.wait_for_requests(&mut first, 10);
    for more in [&[][..], &["--country", "AT"]] {
        let output = lake.month(world, "2026-11", more).ran();
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(75), "{said}");
        assert!(said.contains(&format!("is at work on all countries: process {process} on `")), "{said}");
        assert!(said.contains("expires 20") && said.contains("hint: wait until it ends"), "{said}");
    }
    let resumed = lake.resume(world).ran();
    assert_eq!(resumed.status.code(), Some(75), "it is alive: {}", stderr(&resumed));
    assert!(first.try_wait().unwrap().is_none(), "the first is still at work");
    kill(first);
    // Killed, it holds nothing any more; another run may start.
    ended(&lake.month(world, "2026-11", &["--country", "AT"]).ran());
    let claimed: Vec<Value> = lake.json(&["log", "--json"]).as_array().unwrap().clone();
    assert_eq!(claimed.len(), 1, "only the last one published");
}
