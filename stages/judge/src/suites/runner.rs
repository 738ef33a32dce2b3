//! The suites `unit` and `integration` come from what the test runners wrote.

use super::junit::junit;
use super::libtest::libtest;
use super::{ResultFile, of_kind};
use crate::readiness::{Suite, SuiteResult, SuiteStatus};
use deklaro_schemas::Sha256;
use std::collections::BTreeMap;

/// The end of one test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Passed,
    Failed,
    /// Passed on a second try within one run.
    Flaky,
    /// Did not run: its input was missing.
    Ignored,
}

/// What all files say of one test; nothing where it was ignored in each.
#[derive(Debug, Default)]
struct Ends(Vec<End>);

impl Ends {
    /// A test that failed in one run and passed in another is flaky.
    fn is_flaky(&self) -> bool {
        self.0.contains(&End::Flaky) || self.0.contains(&End::Passed) && self.0.contains(&End::Failed)
    }

    /// The last run decides.
    fn is_success(&self) -> bool {
        self.0.last().is_some_and(|end| *end != End::Failed)
    }
}

/// Tests by suite and name, and how long the suites took.
#[derive(Debug, Default)]
pub(super) struct Runs {
    tests: BTreeMap<(Suite, String), Ends>,
    pub(super) seconds: BTreeMap<Suite, f64>,
    pub(super) files: Vec<String>,
    texts: Vec<u8>,
    /// True when tests were run more than once, so that flaky ones would have shown.
    pub(super) is_repeated: bool,
}

/// The suites `unit` and `integration`, from `tests.txt` (what `cargo test` prints) and `junit.xml` (nextest).
pub(super) fn suites(files: &[ResultFile]) -> Vec<SuiteResult> {
    let mut runs = Runs::default();
    let mut broken = Vec::new();
    for file in of_kind(files, "tests", "txt").chain(of_kind(files, "junit", "xml")) {
        runs.texts.extend(file.text.as_bytes());
    }
    for file in of_kind(files, "tests", "txt") {
        libtest(file, &mut runs);
    }
    for file in of_kind(files, "junit", "xml") {
        if let Err(error) = junit(file, &mut runs) {
            broken.push(format!("{}: {error}", file.name));
        }
    }
    runs.is_repeated |= runs.files.len() > 1;
    if !broken.is_empty() {
        let detail = broken.join("; ");
        return [Suite::Unit, Suite::Integration]
            .map(|suite| SuiteResult::of(suite, SuiteStatus::NotChecked, detail.clone()))
            .into();
    }
    [Suite::Unit, Suite::Integration].into_iter().filter_map(|suite| result(suite, &runs)).collect()
}

fn result(suite: Suite, runs: &Runs) -> Option<SuiteResult> {
    let listed = runs.tests.iter().filter(|((of, _), _)| *of == suite);
    let (ignored, tests): (Vec<_>, Vec<_>) =
        listed.map(|((_, name), ends)| (name.as_str(), ends)).partition(|(_, ends)| ends.0.is_empty());
    if tests.is_empty() {
        let detail = format!("no test ran in {}{}", runs.files.join(", "), named(&ignored, "ignored"));
        return (!ignored.is_empty()).then(|| SuiteResult::of(suite, SuiteStatus::NotChecked, detail));
    }
    let share = |count: usize| count as f64 / tests.len() as f64;
    let failed: Vec<_> = tests.iter().filter(|(_, ends)| !ends.is_success()).copied().collect();
    let flaky = tests.iter().filter(|(_, ends)| ends.is_flaky()).count();
    let mut detail = format!("{} tests in {}", tests.len(), runs.files.join(", "));
    detail.push_str(&named(&failed, "failed"));
    detail.push_str(&named(&ignored, "ignored"));
    if !runs.is_repeated {
        detail.push_str("; run once, so flaky tests were not looked for");
    }
    Some(SuiteResult {
        duration_ms: runs.seconds.get(&suite).map(|seconds| (seconds * 1_000.0) as u64),
        success_share: Some(share(tests.len() - failed.len())),
        flake_share: runs.is_repeated.then(|| share(flaky)),
        results_sha256: Some(Sha256::of(&runs.texts)),
        ..SuiteResult::of(suite, SuiteStatus::Passed, detail)
    })
}

/// How many there are, and the names of the first; nothing where there are none.
fn named(tests: &[(&str, &Ends)], what: &str) -> String {
    let names: Vec<&str> = tests.iter().take(5).map(|(name, _)| *name).collect();
    if names.is_empty() { String::new() } else { format!("; {} {what}: {}", tests.len(), names.join(", ")) }
}

impl Runs {
    pub(super) fn add(&mut self, suite: Suite, name: String, end: End) {
        let ends = self.tests.entry((suite, name)).or_default();
        if end != End::Ignored {
            ends.0.push(end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::CARGO_ENDED;
    use super::*;

    const PRINTED: &str = "\
   Compiling deklaro-report v0.1.0 (/src/stages/report)
     Running unittests src/lib.rs (target/release/deps/deklaro_report-0123abcd)

running 3 tests
test health::tests::one ... ok
test health::tests::two ... FAILED
test health::tests::three ... ignored, needs a network

test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.50s

     Running promises.rs (target/release/deps/promises-4567)
test demo::it_runs ... ok
test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 20.00s

   Doc-tests deklaro_schemas
test src/lib.rs - (line 3) ... ok
";

    fn file<'a>(name: &'a str, text: &'a str) -> ResultFile<'a> {
        ResultFile { name, text }
    }

    #[test]
    fn what_cargo_test_prints_is_two_suites() {
        let suites = suites(&[file("tests.txt", PRINTED)]);
        let [unit, integration] = suites.as_slice() else { panic!("{suites:?}") };
        assert_eq!(
            (unit.name, unit.success_share, unit.duration_ms),
            (Suite::Unit, Some(2.0 / 3.0), Some(1_500))
        );
        assert!(unit.detail.contains("1 failed: deklaro_report::health::tests::two"), "{}", unit.detail);
        assert!(unit.detail.contains("; 1 ignored: deklaro_report::health::tests::three"), "{}", unit.detail);
        assert_eq!((integration.success_share, integration.flake_share), (Some(1.0), None));
    }

    #[test]
    fn a_test_that_passes_the_second_time_is_flaky() {
        let second = PRINTED.replace("FAILED", "ok");
        let suites = suites(&[file("tests-1.txt", PRINTED), file("tests-2.txt", &second)]);
        assert_eq!((suites[0].success_share, suites[0].flake_share), (Some(1.0), Some(1.0 / 3.0)));
    }

    /// What the harness prints for tests whose input may be missing: names are padded, a reason may stand behind the end.
    const INPUTS: &str = "\
     Running tests/inputs.rs (target/release/deps/inputs-89ab)
ignored: lists::short needs `../shared/lists` beside the project

running 2 tests
test lists::short         ... ignored
test lists::a_longer_name ... ignored (no time)

test result: ok. 0 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.00s
";

    #[test]
    fn a_suite_of_which_no_test_ran_is_not_checked() {
        let [all_ignored] = &suites(&[file("tests.txt", INPUTS)])[..] else { panic!() };
        assert_eq!((all_ignored.status, all_ignored.success_share), (SuiteStatus::NotChecked, None));
        let said = "no test ran in tests.txt; 2 ignored: inputs::lists::a_longer_name, inputs::lists::short";
        assert_eq!(all_ignored.detail, said);
    }

    #[test]
    fn an_ignored_test_counts_neither_as_passed_nor_as_failed_nor_as_flaky() {
        let both = format!("{PRINTED}{INPUTS}");
        let ran = INPUTS.replace("short         ... ignored", "short         ... ok");
        let [_, integration] = &suites(&[file("tests.txt", &both)])[..] else { panic!() };
        assert_eq!(integration.success_share, Some(1.0));
        assert!(
            integration.detail.starts_with("1 tests in tests.txt; 2 ignored: "),
            "{}",
            integration.detail
        );
        let [integration] = &suites(&[file("tests-1.txt", &ran), file("tests-2.txt", INPUTS)])[..] else {
            panic!()
        };
        assert_eq!((integration.success_share, integration.flake_share), (Some(1.0), Some(0.0)));
        assert!(
            integration.detail.contains("; 1 ignored: inputs::lists::a_longer_name"),
            "{}",
            integration.detail
        );
    }

    #[test]
    fn junit_tells_failures_and_flaky_tests() {
        let xml = r#"<?xml version="1.0"?><testsuites>
          <testsuite name="deklaro-report"><testcase name="a" classname="deklaro-report" time="0.5"/></testsuite>
          <testsuite name="deklaro-tests::promises">
            <testcase name="b" classname="x" time="1"><failure message="&lt;no>">text</failure></testcase>
            <testcase name="c" classname="x" time="1"><flakyFailure message="once"/></testcase>
            <testcase name="d" classname="x" time="1"><skipped/></testcase>
          </testsuite></testsuites>"#;
        let suites = suites(&[file("junit.xml", xml)]);
        assert_eq!((suites[0].name, suites[0].success_share), (Suite::Unit, Some(1.0)));
        assert_eq!((suites[1].success_share, suites[1].flake_share), (Some(0.5), Some(0.5)));
        assert!(suites[1].detail.contains("; 1 ignored: x::d"), "{}", suites[1].detail);
    }

    fn failures(text: &str) -> Vec<String> {
        let suites = suites(&[file("tests.txt", text)]);
        suites
            .iter()
            .filter(|suite| suite.success_share != Some(1.0))
            .map(|suite| suite.detail.clone())
            .collect()
    }

    #[test]
    fn a_test_process_that_dies_has_failed() {
        let good = "Running unittests src/lib.rs (deps/a-1)\nrunning 1 test\ntest one ... ok\ntest result: ok. 1 passed; finished in 0.1s\n";
        assert!(failures(good).is_empty());
        let killed = "Running unittests src/lib.rs (deps/a-1)\nrunning 2 tests\ntest one ... ok\n";
        assert!(
            failures(killed)[0].contains("1 failed: a::(ended without a result)"),
            "{:?}",
            failures(killed)
        );
        assert_eq!(failures(&format!("{killed}{good}")).len(), 1, "the next binary does not hide it");
        let aborted = format!("{killed}error: test failed, to rerun pass `-p a --lib`\n");
        assert!(failures(&aborted)[0].contains("1 failed: a::(failed)"), "{:?}", failures(&aborted));
        let garbled = good.replace("result: ok. 1 passed", "result: FAILED. 1 passed; 1 failed");
        assert!(failures(&garbled)[0].contains("a::(failed)"));
        let unbuilt = format!("{good}error: could not compile `b` (lib test) due to 1 previous error\n");
        assert_eq!(failures(&unbuilt).len(), 1);
        let ended = format!("{good}{CARGO_ENDED} signal: 9 (SIGKILL)\n");
        assert!(failures(&ended)[0].contains("a::(cargo failed)"));
        let named = format!(
            "{}{CARGO_ENDED} exit status: 101\n",
            PRINTED.replace("three ... ignored", "three ... FAILED")
        );
        assert!(failures(&named)[0].contains("; 2 failed:"), "named failures are not counted twice");
    }

    #[test]
    fn junit_that_ends_in_the_middle_is_not_checked() {
        let whole = r#"<testsuites><testsuite name="a::b"><testcase name="b" classname="x"><failure>boom</failure></testcase></testsuite></testsuites>"#;
        assert_eq!(suites(&[file("junit.xml", whole)])[0].success_share, Some(0.0));
        for end in ["boom", "</testcase>", "</testsuite>"] {
            let cut = &whole[..whole.find(end).unwrap()];
            let judged = suites(&[file("junit.xml", cut)]);
            assert!(judged.iter().all(|suite| suite.status == SuiteStatus::NotChecked), "{judged:?}");
        }
        let nested = whole
            .replace("<testcase", "<testsuite name=\"c::d\"><testcase")
            .replace("</testcase>", "</testcase></testsuite>");
        for beyond in [nested, format!("{whole}{whole}")] {
            let judged = suites(&[file("junit.xml", &beyond)]);
            assert_eq!(judged[0].detail, "junit.xml: tests outside of the report's suites: 1");
        }
        let unquoted = whole.replace("name=\"b\"", "name=b");
        assert_eq!(suites(&[file("junit.xml", &unquoted)])[0].status, SuiteStatus::NotChecked);
    }

    #[test]
    fn broken_or_missing_files_are_not_checked() {
        assert!(suites(&[]).is_empty());
        assert!(suites(&[file("tests.txt", "")]).is_empty(), "no test ran");
        let broken = suites(&[file("junit.xml", "<testsuites><a></b>")]);
        assert!(broken.iter().all(|suite| suite.status == SuiteStatus::NotChecked));
        assert_eq!(broken.len(), 2);
    }
}
