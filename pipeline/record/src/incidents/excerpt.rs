//! The log lines of a trace, as they may stand in a record that is never changed.

use anyhow::{Context, ensure};
use deklaro_console::{output, redact};
use deklaro_watch::logs::without_addresses;
use serde_json::Value;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// Lines that are shown at most: the last ones.
const LINES: usize = 20;
/// Longest text of a line that is shown, in characters.
const LONGEST: usize = 300;
/// Longest line that is read.
const LONGEST_LINE: u64 = 1 << 20;

/// The last log lines of this trace, in a file or in the files of a folder, without secrets and addresses.
pub(super) fn excerpt(logs: &Path, trace_id: &str) -> anyhow::Result<Vec<String>> {
    let mut paths = Vec::new();
    if logs.is_dir() {
        for entry in fs::read_dir(logs).with_context(|| format!("reading `{}`", logs.display()))? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                paths.push(entry.path());
            }
        }
    } else {
        paths.push(logs.to_owned());
    }
    let mut lines = Vec::new();
    for path in paths {
        of_file(&path, trace_id, &mut lines).with_context(|| format!("reading `{}`", path.display()))?;
    }
    lines.sort();
    Ok(lines.split_off(lines.len().saturating_sub(LINES)))
}

fn of_file(path: &Path, trace_id: &str, lines: &mut Vec<String>) -> anyhow::Result<()> {
    // Reading from a pipe may wait for ever.
    ensure!(fs::metadata(path)?.is_file(), "not a regular file");
    let mut from = BufReader::new(File::open(path)?);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        (&mut from).take(LONGEST_LINE).read_until(b'\n', &mut bytes)?;
        if bytes.is_empty() {
            return Ok(());
        }
        lines.extend(serde_json::from_slice(&bytes).ok().and_then(|line| shown(&line, trace_id)));
        // The newest lines of a long trace are enough; older ones need not be held.
        if lines.len() > 50 * LINES {
            lines.sort();
            lines.drain(..lines.len() - LINES);
        }
    }
}

/// The line for people, where it is of this trace.
fn shown(line: &Value, trace_id: &str) -> Option<String> {
    let text = |name: &str| line.get(name).and_then(Value::as_str);
    if text("trace_id") != Some(trace_id) {
        return None;
    }
    let parts = ["timestamp", "level", "component", "message", "error"].map(text);
    let whole = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let clean = without_addresses(&redact(&whole));
    let seen = |letter: char| if letter.is_control() { ' ' } else { letter };
    Some(output::field(&clean.chars().map(seen).take(LONGEST).collect::<String>()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    fn line(second: usize, trace: &str, message: &str) -> String {
        let at = format!("2026-11-22T10:00:{second:02}Z");
        serde_json::json!({ "timestamp": at, "level": "ERROR", "component": "serve", "message": message, "trace_id": trace })
            .to_string()
            + "\n"
    }

    #[test]
    fn the_last_lines_of_the_trace_in_order_of_time_without_addresses() {
        let folder = tempfile::tempdir().unwrap();
        let of = |range: std::ops::Range<usize>| -> String {
            range.map(|second| line(second, TRACE, "asked by 192.0.2.7\nnow")).collect()
        };
        fs::write(folder.path().join("b.ndjson"), of(30..50)).unwrap();
        fs::write(folder.path().join("a.ndjson"), of(10..30) + "no JSON\n" + &line(59, "another", "x"))
            .unwrap();
        let lines = excerpt(folder.path(), TRACE).unwrap();
        assert_eq!(lines.len(), LINES);
        assert_eq!(lines[0], "2026-11-22T10:00:30Z ERROR serve asked by [address] now");
        assert!(lines.is_sorted());
        assert_eq!(excerpt(&folder.path().join("a.ndjson"), "another").unwrap().len(), 1);
        assert!(excerpt(folder.path(), "none").unwrap().is_empty());
        assert!(excerpt(&folder.path().join("nothing"), TRACE).is_err());
    }
}
