//! A worker is killed in mid-scan, and another one takes the scan over.

use super::course::Course;
use super::europe::{Europe, MONTH};
use super::{loss, until};
use crate::process::Process;
use crate::service::{Answered, Asked, REQUESTS, ask};
use anyhow::{bail, ensure};
use deklaro_schemas::RunMonth;
use deklaro_schemas::codes::ScanStatus;
use deklaro_schemas::store::{Job, Store};
use std::path::Path;

pub(super) async fn drill(europe: &Europe<'_>, course: &mut Course) -> anyhow::Result<()> {
    let (folder, store) = europe.store("worker-crash").await?;
    let asked = Asked {
        month: RunMonth::parse(MONTH)?,
        countries: Vec::new(),
        queue: REQUESTS,
        request_id: Some("drill".to_owned()),
        idempotency_key: None,
    };
    let Answered::Queued(job) = ask(&store, &asked).await? else { bail!("the scan was not queued") };
    let mut first = worker(europe, "first-worker", &folder)?;
    job_once(&store, &job, "a worker has the scan", |job| job.status == ScanStatus::Running).await?;
    let _second = worker(europe, "second-worker", &folder)?;
    let beats = async || Ok((store.beats().await?.len() == 2).then_some(()));
    until("the second worker is there", beats).await?;
    // Every robots.txt was read, and some pages.
    europe.asked(europe.hosts * 4 / 3).await?;
    course.broken(format!("killed the worker after {} requests", europe.web.seen().len()));
    first.kill()?;
    let again =
        job_once(&store, &job, "the scan was taken over", |job| job.attempts > 1 || !job.is_open()).await?;
    ensure!(again.attempts == 2, "the scan had ended before its worker was killed");
    course.detected("the other worker sees that the process is gone and takes the scan over");
    let done = job_once(&store, &job, "the scan is done", |job| !job.is_open()).await?;
    let Some(published) = done.published else {
        bail!("the scan failed: {}", done.error_summary.unwrap_or_default())
    };
    course.recovered(format!("{published} is published, with what the first worker had fetched"));
    loss::check(europe, &store, &published, course).await
}

fn worker(europe: &Europe<'_>, name: &str, store: &Path) -> anyhow::Result<Process> {
    let words = europe.crawl_words();
    let mut all = vec!["worker", "--max-in-flight", "2"];
    all.extend(words.iter().map(String::as_str));
    europe.start(name, store, &all)
}

/// The job, once it stands where it should.
async fn job_once(
    store: &Store,
    job: &Job,
    what: &str,
    stands: impl Fn(&Job) -> bool,
) -> anyhow::Result<Job> {
    let now = async || Ok(store.job(&job.snapshot).await?.filter(|job| stands(job)));
    until(what, now).await
}
