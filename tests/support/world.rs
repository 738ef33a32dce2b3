//! What is the simulated Europe that tests crawl, and how do they wait for what it saw?

use super::wait::{Ran, until};
use super::{deklaro, ended, rows_of, stderr};
use deklaro_schemas::Row;
use deklaro_simweb::{Europe, Habit, ServeConfig, Share, SimHost, Simweb, seed_list_csv};
use serde_json::Value;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use tokio_util::sync::CancellationToken;

/// The seed of the Europe that tests crawl.
const SEED: u64 = 7;

/// A simulated Europe on loopback, a folder, and lists of its hosts.
pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) web: Simweb,
    runtime: tokio::runtime::Runtime,
    stop: CancellationToken,
}

impl World {
    /// Month 1 of the Europe of seed 7, with a list of so many hosts.
    pub(crate) fn new(hosts: usize) -> Self {
        Self::with_harm(&Europe::new(SEED).hosts(hosts), Share::default())
    }

    /// The same Europe with a share of its hosts doing harm, and a list of these hosts.
    pub(crate) fn with_harm(hosts: &[SimHost], harm: Share) -> Self {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let stop = CancellationToken::new();
        let local = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let config = ServeConfig { seed: SEED, http: local, https: local, month: 1 };
        let serving = deklaro_simweb::serve_with_harm(config, harm, stop.clone());
        let web = runtime.block_on(serving).expect("the simulated web starts");
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("ca.pem"), web.ca_pem()).expect("the CA is written");
        std::fs::write(folder.path().join("list.csv"), seed_list_csv(hosts)).expect("the list is written");
        let sources = "[[source]]\nfile = \"list.csv\"\nsource_type = \"curated\"\nsource_reference_url = \"https://lists.example/all\"\n";
        std::fs::write(folder.path().join("sources.toml"), sources).expect("the list of lists is written");
        let impatient = "[crawl]\ngap_ms = 0\nretries = 1\nbackoff_ms = 50\nmax_retry_after_ms = 1000\nmax_crawl_delay_ms = 0\nconnect_timeout_ms = 3000\nheaders_timeout_ms = 3000\nbody_timeout_ms = 4000\n";
        std::fs::write(folder.path().join("deklaro.toml"), impatient).expect("the configuration is written");
        Self { folder, web, runtime, stop }
    }

    /// Adds lines to the configuration, which ends in the section `[crawl]`.
    pub(crate) fn configure(&self, lines: &str) {
        let path = self.path("deklaro.toml");
        let before = std::fs::read_to_string(&path).expect("the configuration is there");
        std::fs::write(path, before + lines).expect("the configuration is written");
    }

    /// The same without hosts that answer 429 by the clock: they may give other rows the second time.
    pub(crate) fn steady(hosts: usize) -> Self {
        let world = Self::new(hosts);
        let mut hosts = world.web.europe().hosts(hosts);
        hosts.retain(|host| host.habit != Habit::LimitedOnce);
        std::fs::write(world.path("list.csv"), seed_list_csv(&hosts)).expect("the list is written");
        world
    }

    /// October and November in its store `lake`.
    pub(crate) fn of_two_months(hosts: usize) -> (Self, PathBuf) {
        let world = Self::new(hosts);
        let store = world.path("lake");
        world.run_month(&store, "2026-10", &[]);
        world.web.set_month(2);
        world.run_month(&store, "2026-11", &[]);
        (world, store)
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `deklaro run` against this web; `more` are further arguments.
    pub(crate) fn run_command(&self, store: &Path, more: &[&str]) -> Command {
        let mut command = deklaro(store, &["run"]);
        command.arg("--config").arg(self.path("deklaro.toml"));
        self.connect(&mut command);
        command.args(more);
        command
    }

    /// Leads every request of a command to this web.
    pub(crate) fn connect(&self, command: &mut Command) {
        command.arg("--ca").arg(self.path("ca.pem"));
        command.arg("--connect-to").arg(self.web.http().to_string()).arg(self.web.https().to_string());
    }

    /// A whole month of all listed hosts.
    pub(crate) fn run_month(&self, store: &Path, month: &str, more: &[&str]) -> Value {
        let sources = self.path("sources.toml");
        let mut command = self.run_command(store, &["--json", "--future", "--month", month]);
        let output = command.arg("--sources").arg(sources).args(more).ran();
        assert!(output.status.success(), "{}", stderr(&output));
        serde_json::from_slice(&output.stdout).expect("one JSON document on stdout")
    }

    /// Waits until it was asked so many times, by a process that is still at work then.
    pub(crate) fn wait_for_requests(&self, child: &mut Child, count: usize) {
        until(&format!("{count} requests were seen"), || {
            let is_enough = self.web.seen().len() >= count;
            assert!(is_enough || child.try_wait().unwrap().is_none(), "the process ended early");
            is_enough
        });
    }

    /// Resumes the run that was begun in a store.
    pub(crate) fn resume(&self, store: &Path) {
        ended(&self.run_command(store, &["--resume", &staged_run(store)]).ran());
    }

    /// The rows of a table in a published snapshot.
    pub(crate) fn rows<R: Row>(&self, store: &Path, snapshot: &str) -> Vec<R> {
        rows_of(&self.runtime, store, snapshot)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// The run whose work in progress is in this folder.
pub(crate) fn staged_run(work: &Path) -> String {
    let staged = std::fs::read_dir(work.join("staging")).expect("a run was begun").next();
    staged.expect("a run was begun").expect("its folder").file_name().into_string().expect("a plain name")
}
