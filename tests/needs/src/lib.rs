//! Which tests need something that a clone alone does not have, and how does the runner count them where it is missing?
//!
//! Such a test is ignored, and its reason is printed before the tests run. With `DEKLARO_TEST_ALL=1` it fails instead.

mod need;

pub use need::{IN_OWN_MOUNTS, Need, python, shared};

use libtest_mimic::{Arguments, Conclusion, Trial};
use std::collections::BTreeMap;
use std::process::ExitCode;

/// The variable that makes a missing input a failure.
const ALL: &str = "DEKLARO_TEST_ALL";

/// The tests of one binary; its target in `Cargo.toml` says `harness = false`.
#[derive(Default)]
pub struct Tests {
    listed: Vec<Listed>,
    /// What was looked for already, and why it is not there.
    looked_for: BTreeMap<Need, Option<String>>,
}

struct Listed {
    name: &'static str,
    /// Why it cannot run here.
    missing: Option<String>,
    test: Box<dyn FnOnce() + Send>,
}

impl Tests {
    /// Adds a test that needs these; it has the name of its function, modules included.
    #[must_use]
    pub fn with<F: FnOnce() + Send + 'static>(mut self, needs: &[Need], test: F) -> Self {
        let missing = needs.iter().find_map(|need| self.look_for(*need));
        self.listed.push(Listed { name: name_of::<F>(), missing, test: Box::new(test) });
        self
    }

    fn look_for(&mut self, need: Need) -> Option<String> {
        self.looked_for.entry(need).or_insert_with(|| need.missing()).clone()
    }

    /// Runs what the command line asks for, and says which tests cannot run.
    pub fn run(self) -> ExitCode {
        let is_all = std::env::var(ALL).is_ok_and(|value| value == "1");
        self.run_with(&Arguments::from_args(), is_all).exit_code()
    }

    fn run_with(self, arguments: &Arguments, is_all: bool) -> Conclusion {
        let trials = self.listed.into_iter().map(|listed| listed.trial(arguments, is_all)).collect();
        libtest_mimic::run(arguments, trials)
    }
}

impl Listed {
    fn trial(self, arguments: &Arguments, is_all: bool) -> Trial {
        let Some(missing) = self.missing else {
            return Trial::test(self.name, || {
                (self.test)();
                Ok(())
            });
        };
        let reason = format!("{} needs {missing}", self.name);
        let failure = reason.clone();
        let trial = Trial::test(self.name, || Err(failure.into())).with_ignored_flag(!is_all);
        if !arguments.list && !arguments.is_filtered_out(&trial) && arguments.is_ignored(&trial) {
            announce(&reason);
        }
        trial
    }
}

/// On standard error: runners read the list of tests on standard output.
#[expect(clippy::print_stderr, reason = "a test that cannot run here says so")]
fn announce(reason: &str) {
    eprintln!("ignored: {reason}");
}

/// The path of a function, without its crate.
fn name_of<F>() -> &'static str {
    let path = std::any::type_name::<F>();
    path.split_once("::").map_or(path, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes() {}

    fn fails() {
        panic!("it ran");
    }

    fn ran(is_all: bool, more: &[&str]) -> (u64, u64, u64) {
        let missing = Need::Program("no-such-program-anywhere");
        let tests = Tests::default().with(&[], passes).with(&[Need::Program("sh"), missing], fails);
        let arguments = Arguments::from_iter([&["test", "--logfile", "/dev/null"], more].concat());
        let conclusion = tests.run_with(&arguments, is_all);
        (conclusion.num_passed, conclusion.num_failed, conclusion.num_ignored)
    }

    #[test]
    fn a_test_without_its_input_is_ignored_and_fails_where_all_must_run() {
        assert_eq!(ran(false, &[]), (1, 0, 1));
        assert_eq!(ran(true, &[]), (1, 1, 0));
        assert_eq!(ran(false, &["--include-ignored"]), (1, 1, 0), "asked for by hand it does not pass");
    }

    #[test]
    fn a_test_has_the_name_of_its_function() {
        let listed = Tests::default().with(&[], passes).listed;
        assert_eq!(listed[0].name, "tests::passes");
    }
}
