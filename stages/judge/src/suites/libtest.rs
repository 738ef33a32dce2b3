//! The output of `cargo test` says how each test ended.

use super::result_file::ResultFile;
use super::runs::{End, Runs};
use crate::readiness::Suite;

/// How the last line begins of what was printed by a `cargo test` that failed; whoever started cargo adds it.
pub const CARGO_ENDED: &str = "error: cargo test ended with";
/// How cargo's lines begin about a binary that failed, or was not built.
const BROKEN: [&str; 3] = ["error: test failed", "error: doctest failed", "error: could not compile"];

/// A test binary as far as its lines were read.
#[derive(Debug, Default)]
struct Binary {
    suite: Option<Suite>,
    name: String,
    /// Its tests have begun, and their result was not printed yet.
    is_open: bool,
    has_failed: bool,
}

impl Binary {
    fn begun(suite: Suite, name: &str) -> Self {
        Self { suite: Some(suite), name: name.to_owned(), ..Self::default() }
    }

    fn suite(&self) -> Suite {
        self.suite.unwrap_or(Suite::Unit)
    }

    fn ends(&mut self, test: &str, end: End, runs: &mut Runs) {
        self.has_failed |= end == End::Failed;
        runs.add(self.suite(), format!("{}::{test}", short(&self.name)), end);
    }

    /// What failed without a test that says so counts as one that failed.
    fn breaks(&mut self, why: &str, runs: &mut Runs) {
        if !self.has_failed {
            self.ends(&format!("({why})"), End::Failed, runs);
        }
    }

    /// A process that was killed or aborted prints no result.
    fn closes(&mut self, runs: &mut Runs) {
        if self.is_open {
            self.breaks("ended without a result", runs);
        }
    }
}

/// What `cargo test` printed, as far as it was read.
struct Printed<'a> {
    runs: &'a mut Runs,
    binary: Binary,
    /// A test, or a binary before this one, has failed.
    has_failed: bool,
}

/// Reads what `cargo test 2>&1` prints. `cargo test` has no machine-readable output on stable Rust, but its lines do not change.
pub(super) fn libtest(file: &ResultFile, runs: &mut Runs) {
    runs.files.push(file.name.to_owned());
    let mut printed = Printed { runs, binary: Binary::default(), has_failed: false };
    for line in file.text.lines().map(str::trim) {
        printed.read(line);
    }
    printed.binary.closes(printed.runs);
}

impl Printed<'_> {
    fn read(&mut self, line: &str) {
        if let Some(next) = binary_of(line) {
            self.begins(next);
        } else if line.starts_with("running ") && (line.ends_with(" tests") || line.ends_with(" test")) {
            self.binary.is_open = true;
        } else if let Some((test, end)) =
            line.strip_prefix("test ").and_then(|rest| rest.rsplit_once(" ... "))
        {
            self.test(test, end);
        } else if let Some(result) = line.strip_prefix("test result: ") {
            self.result(result);
        } else if BROKEN.iter().any(|said| line.starts_with(said)) {
            self.binary.is_open = false;
            self.binary.breaks("failed", self.runs);
        } else if line.starts_with(CARGO_ENDED) && !self.has_failed {
            self.binary.breaks("cargo failed", self.runs);
        }
    }

    fn begins(&mut self, next: Binary) {
        self.binary.closes(self.runs);
        self.has_failed |= self.binary.has_failed;
        self.binary = next;
    }

    fn test(&mut self, name: &str, end: &str) {
        // Harnesses like libtest pad the name; behind the end there may be a reason.
        let (name, end) = (name.trim_end(), end.split([',', ' ']).next().unwrap_or(end));
        match end {
            "ok" => self.binary.ends(name, End::Passed, self.runs),
            "FAILED" => self.binary.ends(name, End::Failed, self.runs),
            "ignored" => self.binary.ends(name, End::Ignored, self.runs),
            _ => {}
        }
    }

    fn result(&mut self, result: &str) {
        self.binary.is_open = false;
        if !result.starts_with("ok") {
            self.binary.breaks("failed", self.runs);
        }
        let time = result.rsplit_once("; finished in ").map_or("", |(_, time)| time);
        *self.runs.seconds.entry(self.binary.suite()).or_insert(0.0) +=
            time.trim_end_matches('s').parse().unwrap_or(0.0);
    }
}

/// The binary whose tests come next.
fn binary_of(line: &str) -> Option<Binary> {
    if let Some(name) = line.strip_prefix("Doc-tests ") {
        return Some(Binary::begun(Suite::Unit, name));
    }
    let name = line.strip_prefix("Running ")?;
    let is_unit = name.starts_with("unittests ");
    Some(Binary::begun(if is_unit { Suite::Unit } else { Suite::Integration }, name))
}

/// `unittests src/lib.rs (target/release/deps/deklaro_report-0123)` becomes `deklaro_report`.
fn short(binary: &str) -> &str {
    let path = binary.rsplit('(').next().unwrap_or(binary).trim_end_matches(')');
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('-').map_or(name, |(name, _)| name)
}
