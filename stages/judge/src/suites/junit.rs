use super::ResultFile;
use super::runner::{End, Runs};
use crate::readiness::Suite;
use quick_xml::Reader;
use quick_xml::errors::IllFormedError;
use quick_xml::events::{BytesStart, Event};

/// JUnit as far as it was read.
struct Junit<'a> {
    runs: &'a mut Runs,
    suite: Suite,
    /// The test whose element is open.
    test: Option<(String, End)>,
    /// Elements that are open.
    depth: usize,
}

/// Reads JUnit as nextest writes it: suites named `crate` hold unit tests, `crate::file` integration tests.
pub(super) fn junit(file: &ResultFile, runs: &mut Runs) -> Result<(), quick_xml::Error> {
    runs.files.push(file.name.to_owned());
    let mut reader = Reader::from_str(file.text);
    let mut junit = Junit { runs, suite: Suite::Unit, test: None, depth: 0 };
    loop {
        match reader.read_event()? {
            Event::Eof if junit.depth > 0 => {
                return Err(IllFormedError::MissingEndTag("testsuites".to_owned()).into());
            }
            Event::Eof => return Ok(()),
            Event::Start(tag) => {
                junit.depth += 1;
                junit.begins(&tag)?;
            }
            Event::Empty(tag) => {
                junit.begins(&tag)?;
                junit.ends(tag.name().as_ref());
            }
            Event::End(tag) => {
                junit.depth -= 1;
                junit.ends(tag.name().as_ref());
            }
            _ => {}
        }
    }
}

impl Junit<'_> {
    fn begins(&mut self, tag: &BytesStart<'_>) -> Result<(), quick_xml::Error> {
        match tag.name().as_ref() {
            "testsuite" => {
                let name = attribute(tag, "name")?;
                let is_unit = !name.contains("::") || name.contains("::bin/");
                self.suite = if is_unit { Suite::Unit } else { Suite::Integration };
            }
            "testcase" => {
                let name = format!("{}::{}", attribute(tag, "classname")?, attribute(tag, "name")?);
                let seconds: f64 = attribute(tag, "time")?.parse().unwrap_or(0.0);
                *self.runs.seconds.entry(self.suite).or_insert(0.0) += seconds;
                self.test = Some((name, End::Passed));
            }
            "failure" | "error" => self.turns(End::Failed),
            "flakyFailure" | "flakyError" => {
                self.runs.is_repeated = true;
                self.turns(End::Flaky);
            }
            "skipped" => self.test = None,
            _ => {}
        }
        Ok(())
    }

    fn turns(&mut self, to: End) {
        if let Some((_, end)) = &mut self.test {
            *end = to;
        }
    }

    fn ends(&mut self, tag: &str) {
        if let ("testcase", Some((name, end))) = (tag, self.test.take_if(|_| tag == "testcase")) {
            self.runs.add(self.suite, name, end);
        }
    }
}

/// The attribute's text, empty where it is missing.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<String, quick_xml::Error> {
    let found = tag.try_get_attribute(name)?;
    Ok(found.map(|attribute| attribute.value.to_string()).unwrap_or_default())
}
