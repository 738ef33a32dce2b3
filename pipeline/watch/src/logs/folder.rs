//! A folder of log files, file by file.

use super::fate::{Fate, Key, anonymous, is_personal, read};
use super::names::Named;
use anyhow::{Context, bail};
use deklaro_schemas::{Sha256, Timestamp, rfc3339};
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use serde::Serialize;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

/// What was done to which file, a line each; never pruned.
const TOMBSTONES: &str = "pruned.ndjson";
/// Longest line that is read.
const LONGEST_LINE: u64 = 1 << 20;
/// Folders below a folder that are looked into for logs.
const DEPTH: usize = 4;
/// A file that was written to since may be open still.
const IN_USE: Duration = Duration::from_secs(3_600);

/// What was done to a file, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogFileReport {
    /// Its name.
    pub file: String,
    /// SHA-256 of what it held.
    pub sha256: Sha256,
    /// Lines that stay as they are.
    pub kept: u64,
    /// Lines whose personal fields are hashed.
    pub hashed: u64,
    /// Lines that go.
    pub gone: u64,
    /// Lines that are none of ours: they are as old as the line before, or as the file; past 30 days they go.
    pub unreadable: u64,
    /// True when it was written to within the hour: it is left as it is until it is rotated.
    pub is_in_use: bool,
}

impl LogFileReport {
    /// True when something is to be done to it.
    pub fn is_due(&self) -> bool {
        self.hashed + self.gone > 0
    }
}

/// A line of the tombstones.
#[derive(Serialize)]
struct Tombstone<'a> {
    #[serde(with = "rfc3339")]
    at: Timestamp,
    #[serde(flatten)]
    report: &'a LogFileReport,
}

/// A file that was left as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Its name.
    pub file: String,
    /// Why.
    pub why: String,
    /// True where it may hold lines of a log all the same.
    pub is_like_log: bool,
}

/// A file that could not be looked at to its end; nothing was done to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failed {
    /// Its name.
    pub file: String,
    /// What went wrong.
    pub problem: String,
}

/// Everything that is in a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Looked {
    /// Log files.
    pub files: Vec<LogFileReport>,
    /// What is none, by its name or its kind.
    pub skipped: Vec<Skipped>,
    /// Log files that are still as they were, because something is wrong with them.
    pub failed: Vec<Failed>,
}

/// A log file to look at.
struct LogFile {
    path: PathBuf,
    is_compressed: bool,
}

/// Looks at everything in a folder as of this moment. With a key it does what is due, and records it.
pub fn prune(folder: &Path, now: Timestamp, apply: Option<&Key>) -> anyhow::Result<Looked> {
    let (files, skipped) = listed(folder)?;
    let mut looked = Looked { skipped, ..Looked::default() };
    for file in files {
        match pruned(&file, now, apply) {
            Ok(report) => looked.files.push(report),
            // The other files are no worse for it.
            Err(error) => {
                looked.failed.push(Failed { file: name_of(&file.path), problem: format!("{error:#}") });
            }
        }
    }
    Ok(looked)
}

/// The log files of a folder, and what else is in it; the tombstones are neither.
fn listed(folder: &Path) -> anyhow::Result<(Vec<LogFile>, Vec<Skipped>)> {
    let (mut files, mut skipped) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder).with_context(|| format!("reading `{}`", folder.display()))? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        let file = name_of(&path);
        let named = Named::of(&file);
        let mut skip = |why: &str, is_like_log| {
            skipped.push(Skipped { file: file.clone(), why: why.to_owned(), is_like_log });
        };
        match named {
            _ if file.starts_with(TOMBSTONES) && kind.is_file() => {}
            // A link may lead out of the folder.
            _ if kind.is_symlink() => skip("a link", named.is_like_log()),
            _ if kind.is_dir() => skip("a folder: prune it by itself", has_logs(&path, DEPTH)),
            _ if !kind.is_file() => skip("not a regular file", named.is_like_log()),
            Named::Other(true) => skip("a log of a kind that is not read", true),
            Named::Other(false) => skip("not a log by its name", false),
            Named::Log => files.push(LogFile { path, is_compressed: false }),
            Named::Compressed => files.push(LogFile { path, is_compressed: true }),
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    skipped.sort_by(|one, other| one.file.cmp(&other.file));
    Ok((files, skipped))
}

/// True where a file in the folder or below it may be a log, and where that cannot be seen.
fn has_logs(folder: &Path, depth: usize) -> bool {
    let Ok(mut entries) = fs::read_dir(folder) else { return true };
    entries.any(|entry| {
        let Ok(entry) = entry else { return true };
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => depth == 0 || has_logs(&entry.path(), depth - 1),
            Ok(_) => Named::of(&name_of(&entry.path())).is_like_log(),
            Err(_) => true,
        }
    })
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn pruned(file: &LogFile, now: Timestamp, apply: Option<&Key>) -> anyhow::Result<LogFileReport> {
    let path = &file.path;
    let modified = modified(path)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let looked = sifted(file, modified, now, None, &mut std::io::sink())?;
    if apply.is_none() || !looked.is_due() || looked.is_in_use {
        return Ok(looked);
    }
    // By its name it is a log too: who is killed before the end leaves nothing that is never looked at again.
    let suffix = if file.is_compressed { ".ndjson.gz" } else { ".ndjson" };
    let mut rest = tempfile::Builder::new().prefix(".pruning-").suffix(suffix).tempfile_in(folder)?;
    let report = if file.is_compressed {
        let mut packed = GzEncoder::new(&mut rest, Compression::default());
        let report = sifted(file, modified, now, apply, &mut packed)?;
        packed.finish()?;
        report
    } else {
        sifted(file, modified, now, apply, &mut rest)?
    };
    if self::modified(path)? != modified {
        // It was written to meanwhile.
        return Ok(LogFileReport { is_in_use: true, ..looked });
    }
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
    file: &LogFile,
    modified: Timestamp,
    now: Timestamp,
    key: Option<&Key>,
    to: &mut dyn Write,
) -> anyhow::Result<LogFileReport> {
    let opened = File::open(&file.path)?;
    let mut from: Box<dyn BufRead> = if file.is_compressed {
        Box::new(BufReader::new(MultiGzDecoder::new(BufReader::new(opened))))
    } else {
        Box::new(BufReader::new(opened))
    };
    let mut report = LogFileReport {
        file: name_of(&file.path),
        sha256: sha256_of(&file.path)?,
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
            // No line was written after its file was: the clock was ahead, or somebody made the line up.
            written = (*at).min(modified);
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
fn bury(folder: &Path, report: &LogFileReport, now: Timestamp) -> anyhow::Result<()> {
    let path = folder.join(TOMBSTONES);
    let open = fs::OpenOptions::new().create(true).append(true).open(&path);
    let mut file = open.with_context(|| format!("writing `{}`", path.display()))?;
    let mut line = serde_json::to_vec(&Tombstone { at: now, report })?;
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

    fn counts(reports: &[LogFileReport]) -> Vec<(&str, u64, u64, u64, bool)> {
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
        assert_eq!(counts(&prune(folder.path(), NOW, None).unwrap().files), EXPECTED);
        assert_eq!(fs::read(folder.path().join("mixed.ndjson")).unwrap(), before);
        assert!(folder.path().join("old.ndjson").exists() && !folder.path().join(TOMBSTONES).exists());
    }

    #[test]
    fn applied_it_hashes_deletes_and_leaves_a_tombstone_and_a_second_time_there_is_nothing_to_do() {
        let (folder, key) = (world(), Key::of(b"a key that is used in tests").unwrap());
        let path = |name: &str| folder.path().join(name);
        let first = prune(folder.path(), NOW, Some(&key)).unwrap().files;
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
        let again = prune(folder.path(), NOW, Some(&key)).unwrap().files;
        assert_eq!(counts(&again), [("mixed.ndjson", 2, 0, 0, false), ("open.ndjson", 0, 0, 1, true)]);
        assert_eq!(fs::read_to_string(path("mixed.ndjson")).unwrap(), left);
    }

    #[test]
    fn what_cannot_be_written_down_is_not_done() {
        let (folder, key) = (world(), Key::of(b"a key that is used in tests").unwrap());
        let before = fs::read(folder.path().join("mixed.ndjson")).unwrap();
        fs::create_dir(folder.path().join(TOMBSTONES)).unwrap();
        let looked = prune(folder.path(), NOW, Some(&key)).unwrap();
        assert!(looked.failed.iter().any(|one| one.problem.contains(TOMBSTONES)), "{:?}", looked.failed);
        assert_eq!(fs::read(folder.path().join("mixed.ndjson")).unwrap(), before);
    }

    #[test]
    fn half_a_year_later_everything_is_gone() {
        let (folder, key) = (world(), Key::of(b"a key that is used in tests").unwrap());
        let later = Timestamp(NOW.0 + 200 * 86_400_000_000);
        prune(folder.path(), later, Some(&key)).unwrap();
        let (left, skipped) = listed(folder.path()).unwrap();
        assert!(left.is_empty() && skipped.iter().all(|one| one.file == "notes.txt"), "{skipped:?}");
    }

    #[test]
    fn a_line_without_end_stops_its_file_and_no_other() {
        let (folder, key) = (world(), Key::of(b"a key that is used in tests").unwrap());
        write(folder.path(), "long.log", &"x".repeat(LONGEST_LINE as usize + 1), "2026-01-01");
        write(folder.path(), "cut.ndjson.gz", "no gzip", "2026-01-01");
        let looked = prune(folder.path(), NOW, Some(&key)).unwrap();
        assert_eq!(counts(&looked.files), EXPECTED);
        let failed: Vec<&str> = looked.failed.iter().map(|one| one.file.as_str()).collect();
        assert_eq!(failed, ["cut.ndjson.gz", "long.log"]);
        assert!(looked.failed[1].problem.contains("a line of more than"), "{:?}", looked.failed);
        assert!(folder.path().join("long.log").exists() && folder.path().join("cut.ndjson.gz").exists());
        assert!(!folder.path().join("old.ndjson").exists());
    }

    fn packed(text: &str) -> Vec<u8> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(text.as_bytes()).unwrap();
        packed.finish().unwrap()
    }

    #[test]
    fn rotated_and_compressed_files_are_pruned_as_well() {
        let (folder, key) = (tempfile::tempdir().unwrap(), Key::of(b"a key that is used in tests").unwrap());
        let text = [line("2026-01-01", "a"), line("2026-09-01", "b")].concat();
        write(folder.path(), "serve.ndjson.1", &text, "2026-09-01");
        let path = folder.path().join("serve.ndjson.2.gz");
        fs::write(&path, packed(&text)).unwrap();
        let then = UNIX_EPOCH + Duration::from_secs(1_788_264_000);
        File::options().write(true).open(&path).unwrap().set_modified(then).unwrap();
        let looked = prune(folder.path(), NOW, Some(&key)).unwrap();
        let both = [("serve.ndjson.1", 0, 1, 1, false), ("serve.ndjson.2.gz", 0, 1, 1, false)];
        assert_eq!(counts(&looked.files), both);
        let mut left = String::new();
        MultiGzDecoder::new(File::open(&path).unwrap()).read_to_string(&mut left).unwrap();
        assert!(left.lines().count() == 1 && left.contains("\"request_id\":\"hmac:"), "{left}");
        assert_eq!(fs::read_to_string(folder.path().join("serve.ndjson.1")).unwrap(), left);
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), then);
        assert!(looked.skipped.is_empty() && looked.failed.is_empty(), "{looked:?}");
    }

    #[test]
    fn what_is_left_alone_is_named() {
        let folder = world();
        fs::create_dir_all(folder.path().join("archive/2026")).unwrap();
        fs::create_dir(folder.path().join("empty")).unwrap();
        write(&folder.path().join("archive/2026"), "a.ndjson.gz", "", "2026-01-01");
        write(folder.path(), "a.log.zst", "", "2026-01-01");
        std::os::unix::fs::symlink("mixed.ndjson", folder.path().join("current.ndjson")).unwrap();
        let skipped = prune(folder.path(), NOW, None).unwrap().skipped;
        let told: Vec<(&str, bool)> =
            skipped.iter().map(|one| (one.file.as_str(), one.is_like_log)).collect();
        let expected = [
            ("a.log.zst", true),
            ("archive", true),
            ("current.ndjson", true),
            ("empty", false),
            ("notes.txt", false),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_line_of_the_future_is_as_old_as_its_file() {
        let (folder, key) = (tempfile::tempdir().unwrap(), Key::of(b"a key that is used in tests").unwrap());
        let text = line("2099-01-01", "a") + "panicked at\n" + &line("2026-10-01", "b");
        write(folder.path(), "ahead.ndjson", &text, "2026-10-01");
        let looked = prune(folder.path(), NOW, Some(&key)).unwrap();
        assert_eq!(counts(&looked.files), [("ahead.ndjson", 0, 2, 1, false)]);
        let later = prune(folder.path(), Timestamp(NOW.0 + 200 * 86_400_000_000), Some(&key)).unwrap();
        assert_eq!(counts(&later.files), [("ahead.ndjson", 0, 0, 2, false)]);
        assert!(!folder.path().join("ahead.ndjson").exists());
    }
}
