//! A work folder, the binary, and a simulated web that can be asked what it saw.

pub(crate) mod http;
pub(crate) mod office;

use deklaro_schemas::tables::Statement;
use deklaro_schemas::{Row, Selection, SnapshotId};
use deklaro_simweb::{ServeConfig, Simweb, seed_list_csv};
use deklaro_store::Store;
use serde_json::Value;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tokio_util::sync::CancellationToken;

/// The binary with these arguments, on this store.
pub(crate) fn deklaro(store: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deklaro-tested"));
    command.arg("--store").arg(store).args(args).stdin(Stdio::null());
    // What the developer has set must not change what is tested.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DEKLARO_")) {
        command.env_remove(name);
    }
    command
}

/// Runs it and expects this exit code.
pub(crate) fn run(store: &Path, args: &[&str], exit: i32) -> Output {
    let output = deklaro(store, args).output().expect("the binary starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(exit), "deklaro {}\n{stderr}", args.join(" "));
    output
}

/// Runs it, expects success, and reads its one JSON document.
pub(crate) fn json(store: &Path, args: &[&str]) -> Value {
    let output = run(store, args, 0);
    serde_json::from_slice(&output.stdout).expect("one JSON document on stdout")
}

/// What it wrote for people.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

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
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let stop = CancellationToken::new();
        let local = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let config = ServeConfig { seed: 7, http: local, https: local, month: 1 };
        let web =
            runtime.block_on(deklaro_simweb::serve(config, stop.clone())).expect("the simulated web starts");
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("ca.pem"), web.ca_pem()).expect("the CA is written");
        std::fs::write(folder.path().join("list.csv"), seed_list_csv(&web.europe().hosts(hosts)))
            .expect("the list is written");
        let sources = "[[source]]\nfile = \"list.csv\"\nsource_type = \"curated\"\nsource_reference_url = \"https://lists.example/all\"\n";
        std::fs::write(folder.path().join("sources.toml"), sources).expect("the list of lists is written");
        let impatient = "[crawl]\ngap_ms = 0\nretries = 1\nbackoff_ms = 50\nmax_retry_after_ms = 1000\nmax_crawl_delay_ms = 0\nconnect_timeout_ms = 3000\nheaders_timeout_ms = 3000\nbody_timeout_ms = 4000\n";
        std::fs::write(folder.path().join("deklaro.toml"), impatient).expect("the configuration is written");
        Self { folder, web, runtime, stop }
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `deklaro run` against this web; `more` are further arguments.
    pub(crate) fn run_command(&self, store: &Path, more: &[&str]) -> Command {
        let mut command = deklaro(store, &["run"]);
        command.arg("--config").arg(self.path("deklaro.toml")).arg("--ca").arg(self.path("ca.pem"));
        command.arg("--connect-to").arg(self.web.http().to_string()).arg(self.web.https().to_string());
        command.args(more);
        command
    }

    /// A whole month of all listed hosts.
    pub(crate) fn run_month(&self, store: &Path, month: &str, more: &[&str]) -> Value {
        let sources = self.path("sources.toml");
        let mut command = self.run_command(store, &["--json", "--month", month]);
        let output = command.arg("--sources").arg(sources).args(more).output().expect("the binary starts");
        assert!(output.status.success(), "{}", stderr(&output));
        serde_json::from_slice(&output.stdout).expect("one JSON document on stdout")
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

/// The rows of a table in a published snapshot.
pub(crate) fn rows_of<R: Row>(runtime: &tokio::runtime::Runtime, store: &Path, snapshot: &str) -> Vec<R> {
    runtime.block_on(async {
        let store = Store::open(store).await.expect("the store opens");
        store
            .read_rows(&SnapshotId::parse(snapshot).expect("a snapshot"), &Selection::all())
            .await
            .expect("the table is read")
    })
}

/// One runtime for what tests do to a store themselves.
pub(crate) fn shared_runtime() -> &'static tokio::runtime::Runtime {
    static RUNTIME: std::sync::OnceLock<tokio::runtime::Runtime> = std::sync::OnceLock::new();
    RUNTIME.get_or_init(|| tokio::runtime::Runtime::new().expect("a runtime"))
}

/// The verdicts of a published snapshot.
pub(crate) fn statements(store: &Path, snapshot: &str) -> Vec<Statement> {
    rows_of(&tokio::runtime::Runtime::new().expect("a runtime"), store, snapshot)
}

/// The folder with the real lists and samples, where it lies beside the project.
#[expect(clippy::print_stdout, reason = "a test that cannot run here says so")]
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared").join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: `{}` is not there", path.display());
    None
}
