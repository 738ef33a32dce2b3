//! How do several processes share one run?

use super::wait::{Ran, finish};
use super::{World, deklaro, ended, stderr};
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// Hosts of the runs compared.
pub(crate) const HOSTS: usize = 150;

/// A store that several processes share, and what each must be told of it.
pub(crate) struct SharedRun<'a> {
    world: &'a World,
    pub(crate) store: PathBuf,
    /// Settings of a bucket.
    pub(crate) settings: Vec<(String, String)>,
    partitions: u32,
}

impl<'a> SharedRun<'a> {
    /// In a folder of this name, in so many partitions.
    pub(crate) fn new(world: &'a World, name: &str, partitions: u32) -> Self {
        Self { world, store: world.path(name), settings: Vec::new(), partitions }
    }

    /// The binary with these arguments; each process of a bucket has a work folder of its own.
    pub(crate) fn command(&self, args: &[&str], work: &str) -> Command {
        let mut command = deklaro(&self.store, args);
        command
            .arg("--config")
            .arg(self.world.path("deklaro.toml"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if !self.settings.is_empty() {
            command.envs(self.settings.clone()).env("DEKLARO_WORK", self.world.path(work));
        }
        command
    }

    /// The one JSON document that the binary prints with these arguments.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let output = self.command(args, "work-plan").arg("--json").ran();
        assert!(output.status.success(), "{args:?}: {}", stderr(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Begins the run; its name comes back.
    pub(crate) fn begin(&self) -> String {
        let (sources, partitions) = (self.world.path("sources.toml"), self.partitions.to_string());
        let sources = sources.display().to_string();
        let plan =
            self.json(&["plan", "--month", "2026-11", "--partitions", &partitions, "--sources", &sources]);
        assert_eq!(
            (plan["round"].as_i64(), plan["partitions"].as_array().unwrap().len()),
            (Some(1), self.partitions as usize)
        );
        plan["run_id"].as_str().unwrap().to_owned()
    }

    /// A process that works on this partition of the round.
    pub(crate) fn worker(&self, run: &str, part: u32) -> Child {
        let of = format!("{part}/{}", self.partitions);
        let mut command =
            self.command(&["exec", "crawl", "--run", run, "--partition", &of], &format!("work-{part}"));
        self.world.connect(&mut command);
        command.arg("--max-in-flight").arg("4");
        command.spawn().unwrap()
    }

    /// All partitions at once, until each is done.
    pub(crate) fn work(&self, run: &str) {
        let workers: Vec<Child> = (0..self.partitions).map(|part| self.worker(run, part)).collect();
        for worker in workers {
            ended(&finish(worker));
        }
    }

    /// The rounds after the first.
    pub(crate) fn later_rounds(&self, run: &str) {
        let mut round = 1;
        while let Some(next) = self.json(&["plan", "--run", run])["round"].as_i64() {
            assert!(next > round, "round {next} is planned after round {round}");
            self.work(run);
            round = next;
        }
    }
}
