//! The disk of the store goes away in mid-run, and comes back.

use super::course::Course;
use super::europe::{DrillGround, MONTH};
use super::loss;
use super::process::ended;
use super::waiting::unfinished;
use anyhow::{Context, ensure};
use deklaro_console::Exit;
use std::fs;
use std::path::{Path, PathBuf};

pub(super) async fn drill(europe: &DrillGround<'_>, course: &mut Course) -> anyhow::Result<()> {
    let (folder, store) = europe.store("store-outage").await?;
    let words = europe.crawl_words();
    let mut all = vec!["run", "--month", MONTH, "--max-in-flight", "4"];
    all.extend(words.iter().map(String::as_str));
    let mut run = europe.start("run", &folder, &all)?;
    // Pages are being fetched.
    europe.asked(europe.hosts * 3 / 2).await?;
    let disk = Disk::of(&folder, europe.path("store-away"));
    disk.take_away(&europe.path("nothing")).context("taking the store away")?;
    course.broken(format!("the store is gone after {} requests", europe.web.seen().len()));
    let status = ended(&mut run, "the run ends without its store").await?;
    disk.bring_back().context("bringing the store back")?;
    let complaint = run.complaint();
    is_said(status.code(), &complaint, &folder)?;
    course.detected(format!("{status}: {complaint}"));
    ensure!(store.current().await? == europe.before, "another snapshot is current");

    let id = unfinished(&store).await?.to_string();
    let words = europe.web_words();
    let mut all = vec!["run", "--resume", &id];
    all.extend(words.iter().map(String::as_str));
    let mut resumed = europe.start("resumed", &folder, &all)?;
    let status = ended(&mut resumed, "the resumed run is done").await?;
    ensure!(status.success(), "the run could not be resumed: {}", resumed.complaint());
    let snapshot = store.current().await?;
    ensure!(snapshot != europe.before, "the resumed run published nothing");
    course.recovered(format!("run {id} was resumed once the store was back: {snapshot}"));
    loss::check(europe, &store, &snapshot, course).await
}

/// The run says which store is gone, and by its exit code that it may be back later.
fn is_said(code: Option<i32>, complaint: &str, store: &Path) -> anyhow::Result<()> {
    let expected = Exit::TryAgain as i32;
    ensure!(code == Some(expected), "the run ended with {code:?}, expected {expected}: {complaint}");
    let store = store.display().to_string();
    ensure!(complaint.contains(&store), "the run does not name `{store}`: {complaint}");
    Ok(())
}

/// A folder that goes away as a disk does: whatever looks into it finds no folder, and can make none.
struct Disk {
    folder: PathBuf,
    away: PathBuf,
}

impl Disk {
    fn of(folder: &Path, away: PathBuf) -> Self {
        Self { folder: folder.to_owned(), away }
    }

    /// A file that lies ready takes the folder's place.
    fn take_away(&self, nothing: &Path) -> std::io::Result<()> {
        fs::write(nothing, b"")?;
        fs::rename(&self.folder, &self.away)?;
        fs::rename(nothing, &self.folder)
    }

    fn bring_back(&self) -> std::io::Result<()> {
        fs::remove_file(&self.folder)?;
        fs::rename(&self.away, &self.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_end_or_another_cause_is_no_detection() {
        let is_told = |code, complaint: &str| is_said(code, complaint, Path::new("/lake")).is_ok();
        assert!(is_told(Some(75), "error: `staging/x`: writing failed: /lake/staging/x: Not a directory"));
        assert!(!is_told(Some(75), "error: `staging/x`: writing failed"));
        for code in [Some(0), Some(1), Some(101), None] {
            assert!(!is_told(code, "error: /lake"), "{code:?}");
        }
    }

    #[test]
    fn what_was_on_the_disk_is_there_again_and_nothing_could_be_written_meanwhile() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("store");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("a"), b"a").unwrap();
        let disk = Disk::of(&folder, temp.path().join("away"));
        disk.take_away(&temp.path().join("nothing")).unwrap();
        assert!(fs::create_dir_all(folder.join("b")).is_err() && fs::read(folder.join("a")).is_err());
        disk.bring_back().unwrap();
        assert_eq!(fs::read(folder.join("a")).unwrap(), b"a");
    }
}
