//! `deklaro robots check` says whether a robots.txt allows a URL, and by which rule.

use crate::cli::{RobotsCheckArgs, RobotsWhat};
use deklaro_console::{BadFile, Exit, UsageError, output};
use deklaro_crawl::robots::{Decision, Rules};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// A line of a batch.
#[derive(Debug, Deserialize)]
struct Case {
    id: serde_json::Value,
    robots_txt: String,
    user_agent: String,
    url: String,
}

/// What was decided about a line of a batch.
#[derive(Debug, Serialize)]
struct Decided {
    id: serde_json::Value,
    allowed: bool,
    rule: Option<String>,
}

/// What was decided about a URL.
#[derive(Debug, Serialize)]
struct Checked<'a> {
    url: &'a str,
    allowed: bool,
    rule: Option<String>,
}

/// `deklaro robots`
pub(crate) fn robots(what: &RobotsWhat) -> anyhow::Result<Exit> {
    let RobotsWhat::Check(check) = what;
    match (&check.batch, &check.robots) {
        (Some(batch), _) => output::bytes(decide_batch(batch)?.as_bytes())?,
        (None, Some(file)) => decide_urls(check, file)?,
        (None, None) => unreachable!("the command line asks for one of the two"),
    }
    Ok(Exit::Done)
}

fn decide_urls(check: &RobotsCheckArgs, file: &Path) -> anyhow::Result<()> {
    let rules = Rules::parse(&read(file)?, check.agent.as_deref().unwrap_or_default());
    let decide = |url| {
        let Decision { is_allowed: allowed, rule, .. } = rules.decide(url);
        Checked { url, allowed, rule }
    };
    let checked: Vec<Checked<'_>> = check.urls.iter().map(|url| decide(url.as_str())).collect();
    if check.output.json {
        output::json(&checked)
    } else {
        output::text(&checked.iter().map(line).collect::<String>())
    }
}

fn line(checked: &Checked<'_>) -> String {
    let (verdict, none) = if checked.allowed {
        ("allowed", "no rule matches")
    } else {
        ("disallowed", "its rules take too many steps")
    };
    let rule = checked.rule.as_deref().unwrap_or(none);
    format!("{verdict:<10}  {}  ({rule})\n", checked.url)
}

/// One decision a line, in the order of the cases.
fn decide_batch(file: &Path) -> anyhow::Result<String> {
    let text = read(file)?;
    let lines = text.split(|octet| *octet == b'\n').enumerate();
    let cases = lines.filter(|(_, line)| !line.trim_ascii().is_empty());
    cases.map(|(number, line)| decide_case(number + 1, line)).collect()
}

fn decide_case(number: usize, line: &[u8]) -> anyhow::Result<String> {
    let case: Case = serde_json::from_slice(line).map_err(|error| {
        UsageError::new(
            format!("line {number} of the batch: {error}"),
            "expected a JSON object with `id`, `robots_txt`, `user_agent` and `url`",
        )
    })?;
    let decision = Rules::parse(case.robots_txt.as_bytes(), &case.user_agent).decide(&case.url);
    let decided = Decided { id: case.id, allowed: decision.is_allowed, rule: decision.rule };
    Ok(format!("{}\n", serde_json::to_string(&decided)?))
}

fn read(file: &Path) -> Result<Vec<u8>, BadFile> {
    std::fs::read(file).map_err(|source| BadFile { path: file.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_comes_back_with_its_id_and_rule() {
        let case = br#"{"id": 7, "robots_txt": "user-agent: *\ndisallow: /a", "user_agent": "x/1", "url": "https://h.at/a/b"}"#;
        let decided = decide_case(1, case).unwrap();
        assert_eq!(decided, "{\"id\":7,\"allowed\":false,\"rule\":\"disallow: /a\"}\n");
    }

    #[test]
    fn a_line_that_is_no_case_is_named() {
        let error = decide_case(3, b"{\"id\": 1}").unwrap_err().to_string();
        assert!(error.starts_with("line 3 of the batch") && error.contains("robots_txt"), "{error}");
    }
}
