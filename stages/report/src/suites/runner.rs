use super::{ResultFile, of_kind};
use crate::{Suite, SuiteResult, SuiteStatus};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

/// The end of one test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Passed,
    Failed,
    /// Passed on a second try within one run.
    Flaky,
}

/// What all files say of one test.
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
struct Runs {
    tests: BTreeMap<(Suite, String), Ends>,
    seconds: BTreeMap<Suite, f64>,
    files: Vec<String>,
    /// True when tests were run more than once, so that flaky ones would have shown.
    is_repeated: bool,
}

/// The suites `unit` and `integration`, from `tests.txt` (what `cargo test` prints) and `junit.xml` (nextest).
pub(super) fn suites(files: &[ResultFile]) -> Vec<SuiteResult> {
    let mut runs = Runs::default();
    let mut broken = Vec::new();
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
    let tests: Vec<(&str, &Ends)> = runs
        .tests
        .iter()
        .filter(|((of, _), _)| *of == suite)
        .map(|((_, name), ends)| (name.as_str(), ends))
        .collect();
    if tests.is_empty() {
        return None;
    }
    let share = |count: usize| count as f64 / tests.len() as f64;
    let failed: Vec<&str> =
        tests.iter().filter(|(_, ends)| !ends.is_success()).map(|(name, _)| *name).collect();
    let flaky = tests.iter().filter(|(_, ends)| ends.is_flaky()).count();
    let mut detail = format!("{} tests in {}", tests.len(), runs.files.join(", "));
    if !failed.is_empty() {
        let some: Vec<&str> = failed.iter().take(5).copied().collect();
        detail.push_str(&format!("; {} failed: {}", failed.len(), some.join(", ")));
    }
    if !runs.is_repeated {
        detail.push_str("; run once, so flaky tests were not looked for");
    }
    Some(SuiteResult {
        duration_ms: runs.seconds.get(&suite).map(|seconds| (seconds * 1_000.0) as u64),
        success_share: Some(share(tests.len() - failed.len())),
        flake_share: runs.is_repeated.then(|| share(flaky)),
        ..SuiteResult::of(suite, SuiteStatus::Passed, detail)
    })
}

/// Reads what `cargo test 2>&1` prints. `cargo test` has no machine-readable output on stable Rust, but its lines do not change.
fn libtest(file: &ResultFile, runs: &mut Runs) {
    runs.files.push(file.name.to_owned());
    let (mut suite, mut binary) = (Suite::Unit, String::new());
    for line in file.text.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("Running ") {
            let name = rest.split(" (").next().unwrap_or(rest);
            suite = if name.starts_with("unittests ") { Suite::Unit } else { Suite::Integration };
            rest.clone_into(&mut binary);
        } else if let Some(name) = line.strip_prefix("Doc-tests ") {
            suite = Suite::Unit;
            name.clone_into(&mut binary);
        } else if let Some((name, end)) =
            line.strip_prefix("test ").and_then(|rest| rest.rsplit_once(" ... "))
        {
            let end = match end.split(',').next().unwrap_or(end) {
                "ok" => End::Passed,
                "FAILED" => End::Failed,
                _ => continue,
            };
            runs.add(suite, format!("{}::{name}", short(&binary)), end);
        } else if let Some((_, time)) = line.rsplit_once("; finished in ") {
            let seconds: f64 = time.trim_end_matches('s').parse().unwrap_or(0.0);
            *runs.seconds.entry(suite).or_insert(0.0) += seconds;
        }
    }
}

/// `unittests src/lib.rs (target/release/deps/deklaro_report-0123)` becomes `deklaro_report`.
fn short(binary: &str) -> &str {
    let path = binary.rsplit('(').next().unwrap_or(binary).trim_end_matches(')');
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('-').map_or(name, |(name, _)| name)
}

impl Runs {
    fn add(&mut self, suite: Suite, name: String, end: End) {
        self.tests.entry((suite, name)).or_default().0.push(end);
    }
}

/// Reads JUnit as nextest writes it: suites named `crate` hold unit tests, `crate::file` integration tests.
fn junit(file: &ResultFile, runs: &mut Runs) -> Result<(), quick_xml::Error> {
    runs.files.push(file.name.to_owned());
    let mut reader = Reader::from_str(file.text);
    let mut suite = Suite::Unit;
    let mut test: Option<(String, End)> = None;
    loop {
        let event = reader.read_event()?;
        let is_empty = matches!(event, Event::Empty(_));
        match event {
            Event::Eof => return Ok(()),
            Event::Start(tag) | Event::Empty(tag) => match tag.name().as_ref() {
                "testsuite" => {
                    let name = attribute(&tag, "name");
                    let is_unit = !name.contains("::") || name.contains("::bin/");
                    suite = if is_unit { Suite::Unit } else { Suite::Integration };
                }
                "testcase" => {
                    let name = format!("{}::{}", attribute(&tag, "classname"), attribute(&tag, "name"));
                    let seconds: f64 = attribute(&tag, "time").parse().unwrap_or(0.0);
                    *runs.seconds.entry(suite).or_insert(0.0) += seconds;
                    if is_empty {
                        runs.add(suite, name, End::Passed);
                    } else {
                        test = Some((name, End::Passed));
                    }
                }
                "failure" | "error" => set(&mut test, End::Failed),
                "flakyFailure" | "flakyError" => {
                    runs.is_repeated = true;
                    set(&mut test, End::Flaky);
                }
                "skipped" => test = None,
                _ => {}
            },
            Event::End(tag) if tag.name().as_ref() == "testcase" => {
                if let Some((name, end)) = test.take() {
                    runs.add(suite, name, end);
                }
            }
            _ => {}
        }
    }
}

fn set(test: &mut Option<(String, End)>, to: End) {
    if let Some((_, end)) = test {
        *end = to;
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> String {
    let found = tag.attributes().flatten().find(|attribute| attribute.key.as_ref() == name);
    found.map(|attribute| attribute.value.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
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
        assert_eq!((integration.success_share, integration.flake_share), (Some(1.0), None));
    }

    #[test]
    fn a_test_that_passes_the_second_time_is_flaky() {
        let second = PRINTED.replace("FAILED", "ok");
        let suites = suites(&[file("tests-1.txt", PRINTED), file("tests-2.txt", &second)]);
        assert_eq!((suites[0].success_share, suites[0].flake_share), (Some(1.0), Some(1.0 / 3.0)));
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
