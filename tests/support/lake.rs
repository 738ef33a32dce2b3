//! What is a store in a folder or in a bucket, and how is the binary told of it?

use super::wait::Ran;
use super::{World, deklaro, staged_run, stderr};
use crate::s3::{self, Server};
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A store on this machine or in a bucket, and what the binary must be told about it.
pub(crate) struct Lake<'a> {
    pub(crate) store: PathBuf,
    pub(crate) work: PathBuf,
    server: Option<&'a Server>,
}

impl Lake<'_> {
    /// A folder of this name.
    pub(crate) fn folder(world: &World, name: &str) -> Self {
        Self { store: world.path(name), work: world.path(name), server: None }
    }

    /// A place of this name in a bucket.
    pub(crate) fn bucket(world: &World, name: &str) -> Option<Self> {
        let server = s3::server()?;
        let store = s3::location(name).to_string().into();
        Some(Self { store, work: world.path(name), server: Some(server) })
    }

    /// The command, with the server's address and the work folder where it needs them.
    pub(crate) fn told(&self, mut command: Command) -> Command {
        if let Some(server) = self.server {
            let remote = server.remote(&self.work);
            command.envs(remote.settings).env("DEKLARO_WORK", remote.work);
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

    /// Every host, and what was found of it.
    pub(crate) fn hosts(&self) -> Value {
        self.json(&["sql", "--json", "select country_code, canonical_hostname, detection_status, statement_url from hosts order by all"])
    }
}
