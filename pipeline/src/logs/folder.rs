//! A folder of log files, file by file.

use super::fate::{Fate, Key, anonymous, is_personal, read};
use anyhow::{Context, bail, ensure};
use deklaro_schemas::{Sha256, Timestamp};
use serde::Serialize;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

/// Endings of log files.
const ENDINGS: [&str; 3] = ["ndjson", "jsonl", "log"];
/// What was done to which file, a line each; never pruned.
const TOMBSTONES: &str = "pruned.ndjson";
/// Longest line that is read.
const LONGEST_LINE: u64 = 1 << 20;
/// A file that was written to since may be open still.
const IN_USE: Duration = Duration::from_secs(3_600);

/// What was done to a file, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FileReport {
    /// Its name.
    pub(crate) file: String,
    /// SHA-256 of what it held.
    pub(crate) sha256: Sha256,
    /// Lines that stay as they are.
    pub(crate) kept: u64,
    /// Lines whose personal fields are hashed.
    pub(crate) hashed: u64,
    /// Lines that go.
    pub(crate) gone: u64,
    /// Lines that are none of ours: they are as old as the line before, or as the file; past 30 days they go.
    pub(crate) unreadable: u64,
    /// True when it was written to within the hour: it is left as it is until it is rotated.
    pub(crate) is_in_use: bool,
}

impl FileReport {
    /// True when something is to be done to it.
    pub(crate) fn is_due(&self) -> bool {
        self.hashed + self.gone > 0
    }
}

/// A line of the tombstones.
#[derive(Serialize)]
struct Tombstone<'a> {
    at: String,
    #[serde(flatten)]
    report: &'a FileReport,
}

/// Looks at every log file of a folder as of this moment. With a key what is due is done, and written down.
pub(crate) fn prune(folder: &Path, now: Timestamp, apply: Option<&Key>) -> anyhow::Result<Vec<FileReport>> {
    let mut reports = Vec::new();
    for path in files(folder)? {
        reports.push(pruned(&path, now, apply).with_context(|| format!("pruning `{}`", path.display()))?);
    }
    Ok(reports)
}

fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading `{}`", folder.display()))? {
        let entry = entry?;
        let path = entry.path();
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        // A link may lead out of the folder.
        let is_file = entry.file_type()?.is_file();
        if is_file && ENDINGS.contains(&ending) && entry.file_name() != TOMBSTONES {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn pruned(path: &Path, now: Timestamp, apply: Option<&Key>) -> anyhow::Result<FileReport> {
    let modified = modified(path)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let looked = sifted(path, modified, now, None, &mut std::io::sink())?;
    if apply.is_none() || !looked.is_due() || looked.is_in_use {
        return Ok(looked);
    }
    let mut rest = tempfile::NamedTempFile::new_in(folder)?;
    let report = sifted(path, modified, now, apply, &mut rest)?;
    ensure!(self::modified(path)? == modified, "it was written to meanwhile");
    // Before it is done: who is killed in between leaves one tombstone too many, and never one too few.
    bury(folder, &report, now)?;
    if report.kept + report.hashed == 0 {
        fs::remove_file(path)?;
        return Ok(report);
    }
    let was = fs::metadata(path)?;
    rest.as_file().set_permissions(was.permissions())?;
    rest.as_file().set_modified(was.modified()?)?;
    rest.as_file().sync_all()?;
    rest.persist(path)?;
    Ok(report)
}

/// Counts the lines by what becomes of them, and writes those that stay.
fn sifted(
    path: &Path,
    modified: Timestamp,
    now: Timestamp,
    key: Option<&Key>,
    to: &mut dyn Write,
) -> anyhow::Result<FileReport> {
    let mut from = BufReader::new(File::open(path)?);
    let mut report = FileReport {
        file: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        sha256: sha256_of(path)?,
        kept: 0,
        hashed: 0,
        gone: 0,
        unreadable: 0,
        is_in_use: now.0.saturating_sub(modified.0) < IN_USE.as_micros() as i64,
    };
    let (mut written, mut bytes) = (modified, Vec::new());
    loop {
        bytes.clear();
        (&mut from).take(LONGEST_LINE).read_until(b'\n', &mut bytes)?;
        if bytes.is_empty() {
            return Ok(report);
        }
        if bytes.len() as u64 == LONGEST_LINE && bytes.last() != Some(&b'\n') {
            bail!("it has a line of more than {LONGEST_LINE} bytes");
        }
        let line = read(&String::from_utf8_lossy(&bytes));
        if let Some((_, at)) = &line {
            written = *at;
        } else {
            report.unreadable += 1;
        }
        match (Fate::of(written, now), line) {
            (Fate::Gone, _) | (Fate::Hashed, None) => report.gone += 1,
            (Fate::Hashed, Some((line, _))) if is_personal(&line) => {
                report.hashed += 1;
                if let Some(key) = key {
                    to.write_all(&serde_json::to_vec(&anonymous(&line, key))?)?;
                    to.write_all(b"\n")?;
                }
            }
            _ => {
                report.kept += 1;
                to.write_all(&bytes)?;
            }
        }
    }
}

/// The hash of a file, read piece by piece.
fn sha256_of(path: &Path) -> anyhow::Result<Sha256> {
    let mut file = File::open(path)?;
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    let mut piece = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        context.update(&piece[..read]);
    }
    Ok(Sha256::parse(&hex::encode(context.finish()))?)
}

fn modified(path: &Path) -> anyhow::Result<Timestamp> {
    let modified = fs::metadata(path)?.modified()?;
    let since = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX)))
}

/// Writes down what was done to a file.
fn bury(folder: &Path, report: &FileReport, now: Timestamp) -> anyhow::Result<()> {
    let path = folder.join(TOMBSTONES);
    let open = fs::OpenOptions::new().create(true).append(true).open(&path);
    let mut file = open.with_context(|| format!("writing `{}`", path.display()))?;
    let mut line = serde_json::to_vec(&Tombstone { at: now.to_string(), report })?;
    line.push(b'\n');
    file.write_all(&line)?;
    Ok(file.sync_all()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-22.
    const NOW: Timestamp = Timestamp(1_795_305_600_000_000);

    fn line(day: &str, id: &str) -> String {
        format!("{{\"timestamp\":\"{day}T12:00:00Z\",\"message\":\"answered\",\"request_id\":\"{id}\"}}\n")
    }

    /// A file of the folder, last written on that day.
    fn write(folder: &Path, name: &str, text: &str, day: &str) {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        let at: jiff::Timestamp = format!("{day}T12:00:00Z").parse().unwrap();
        let at = UNIX_EPOCH + Duration::from_micros(at.as_microsecond() as u64);
        File::options().write(true).open(path).unwrap().set_modified(at).unwrap();
    }

    fn world() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let mixed = [line("2026-03-01", "a"), line("2026-09-01", "b"), line("2026-11-20", "c")].concat();
        write(folder.path(), "mixed.ndjson", &mixed, "2026-11-20");
        write(folder.path(), "old.ndjson", &line("2026-01-01", "d"), "2026-01-01");
        write(folder.path(), "open.ndjson", &line("2026-01-01", "e"), "2026-11-22");
        write(folder.path(), "plain.log", "panicked at\n", "2026-10-01");
        write(folder.path(), "notes.txt", &line("2026-01-01", "f"), "2026-01-01");
        // It was written to this very moment.
        let now = UNIX_EPOCH + Duration::from_micros(NOW.0 as u64);
        File::options()
            .write(true)
            .open(folder.path().join("open.ndjson"))
            .unwrap()
            .set_modified(now)
            .unwrap();
        folder
    }

    fn counts(reports: &[FileReport]) -> Vec<(&str, u64, u64, u64, bool)> {
        reports.iter().map(|one| (one.file.as_str(), one.kept, one.hashed, one.gone, one.is_in_use)).collect()
    }

    const EXPECTED: [(&str, u64, u64, u64, bool); 4] = [
        ("mixed.ndjson", 1, 1, 1, false),
        ("old.ndjson", 0, 0, 1, false),
        ("open.ndjson", 0, 0, 1, true),
        ("plain.log", 0, 0, 1, false),
    ];

    #[test]
    fn without_apply_it_only_says_what_it_would_do() {
        let folder = world();
        let before = fs::read(folder.path().join("mixed.ndjson")).unwrap();
        assert_eq!(counts(&prune(folder.path(), NOW, None).unwrap()), EXPECTED);
        assert_eq!(fs::read(folder.path().join("mixed.ndjson")).unwrap(), before);
        assert!(folder.path().join("old.ndjson").exists() && !folder.path().join(TOMBSTONES).exists());
    }

    #[test]
    fn applied_it_hashes_deletes_and_leaves_a_tombstone_and_a_second_time_there_is_nothing_to_do() {
        let (folder, key) = (world(), Key::of(b"a key that is used in tests").unwrap());
        let path = |name: &str| folder.path().join(name);
        let first = prune(folder.path(), NOW, Some(&key)).unwrap();
        assert_eq!(counts(&first), EXPECTED);
        let left = fs::read_to_string(path("mixed.ndjson")).unwrap();
        assert_eq!(left.lines().count(), 2, "{left}");
        assert!(left.contains("\"request_id\":\"hmac:") && left.contains("\"request_id\":\"c\""), "{left}");
        assert!(!path("old.ndjson").exists() && !path("plain.log").exists());
        assert!(path("open.ndjson").exists() && path("notes.txt").exists());
        let tombstones = fs::read_to_string(path(TOMBSTONES)).unwrap();
        assert_eq!(tombstones.lines().count(), 3, "{tombstones}");
        assert!(
            tombstones.contains(first[1].sha256.as_str()) && !tombstones.contains("\"d\""),
            "{tombstones}"
        );
        let again = prune(folder.path(), NOW, Some(&key)).unwrap();
        assert_eq!(counts(&again), [("mixed.ndjson", 2, 0, 0, false), ("open.ndjson", 0, 0, 1, true)]);
        assert_eq!(fs::read_to_string(path("mixed.ndjson")).unwrap(), left);
    }

    #[test]
    fn what_cannot_be_written_down_is_not_done() {
        let (folder, key) = (world(), Key::of(b"a key that is used in tests").unwrap());
        let before = fs::read(folder.path().join("mixed.ndjson")).unwrap();
        fs::create_dir(folder.path().join(TOMBSTONES)).unwrap();
        let error = prune(folder.path(), NOW, Some(&key)).unwrap_err();
        assert!(format!("{error:#}").contains(TOMBSTONES), "{error:#}");
        assert_eq!(fs::read(folder.path().join("mixed.ndjson")).unwrap(), before);
    }

    #[test]
    fn half_a_year_later_everything_is_gone() {
        let (folder, key) = (world(), Key::of(b"a key that is used in tests").unwrap());
        let later = Timestamp(NOW.0 + 200 * 86_400_000_000);
        prune(folder.path(), later, Some(&key)).unwrap();
        let left: Vec<_> = files(folder.path()).unwrap();
        assert!(left.is_empty(), "{left:?}");
    }

    #[test]
    fn a_line_without_end_is_refused_and_nothing_is_done_to_its_file() {
        let (folder, key) = (tempfile::tempdir().unwrap(), Key::of(b"a key that is used in tests").unwrap());
        write(folder.path(), "long.log", &"x".repeat(LONGEST_LINE as usize + 1), "2026-01-01");
        let error = prune(folder.path(), NOW, Some(&key)).unwrap_err();
        assert!(format!("{error:#}").contains("a line of more than"), "{error:#}");
        assert!(folder.path().join("long.log").exists());
    }
}
