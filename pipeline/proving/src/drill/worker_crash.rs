//! A worker is killed in mid-scan, and another one takes the scan over.

use super::course::Course;
use super::europe::{DrillGround, MONTH};
use super::loss;
use super::waiting::until;
use crate::process::Process;
use anyhow::{bail, ensure};
use deklaro_console::now;
use deklaro_schemas::codes::ScanStatus;
use deklaro_schemas::stored::RunFile;
use deklaro_schemas::tables::Fetch;
use deklaro_schemas::{PageUrl, Row, RunMonth, Selection, Timestamp};
use deklaro_service::{Answered, QueueRequest, REQUESTS, ask};
use deklaro_simweb::Seen;
use deklaro_store::{Job, Store};
use std::collections::{BTreeSet, HashSet};
use std::path::Path;

pub(super) async fn drill(europe: &DrillGround<'_>, course: &mut Course) -> anyhow::Result<()> {
    let (folder, store) = europe.store("worker-crash").await?;
    let asked = QueueRequest {
        may_be_ahead: true,
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
    until("pages are written", async || Ok(are_written(&store).await?.then_some(()))).await?;
    let (killed, before) = (now(), europe.web.seen());
    course.broken(format!("killed the worker after {} requests", before.len()));
    first.kill()?;
    let again =
        job_once(&store, &job, "the scan was taken over", |job| job.attempts > 1 || !job.is_open()).await?;
    ensure!(again.attempts == 2, "the scan had ended before its worker was killed");
    course.detected("the other worker sees that the process is gone and takes the scan over");
    let done = job_once(&store, &job, "the scan is done", |job| !job.is_open()).await?;
    let Some(published) = done.published else {
        bail!("the scan failed: {}", done.error_summary.unwrap_or_default())
    };
    course.recovered(format!("{published} is published"));
    let rows: Vec<Fetch> = store.read_rows(&published, &Selection::all()).await?;
    let KeptWork { hosts, pages, again } = kept(&rows, killed, &of_the_second(&before, europe.web.seen()));
    ensure!(pages > 0, "nothing that the first worker had fetched is in {published}");
    ensure!(
        again.is_empty(),
        "asked for again, though the first worker had written it: {}",
        again.into_iter().collect::<Vec<_>>().join(", ")
    );
    course.note(format!(
        "{pages} pages of {hosts} hosts that the first worker had written were not asked for again"
    ));
    loss::check(europe, &store, &published, course).await
}

fn worker(europe: &DrillGround<'_>, name: &str, store: &Path) -> anyhow::Result<Process> {
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

/// True once pages of the run are on disk; work in progress is written every two seconds.
async fn are_written(store: &Store) -> anyhow::Result<bool> {
    let folder = format!("/work/{}/", Fetch::TABLE);
    Ok(store
        .list(RunFile::STAGING)
        .await?
        .iter()
        .any(|(path, _)| path.contains(&folder) && path.ends_with(".parquet")))
}

/// The requests of the second worker: all that came later, but for those on connections of the first.
fn of_the_second(before: &[Seen], mut all: Vec<Seen>) -> Vec<Seen> {
    let of_first: HashSet<u64> = before.iter().map(|seen| seen.connection).collect();
    all.drain(..before.len().min(all.len()));
    all.retain(|seen| !of_first.contains(&seen.connection));
    all
}

/// What the first worker had written when it was killed.
#[derive(Debug, PartialEq, Eq)]
struct KeptWork {
    hosts: usize,
    pages: usize,
    /// What of it was asked for once more.
    again: BTreeSet<String>,
}

/// A host whose rows of a round are on disk is done, and not asked again in that round. What was fetched before the kill and is in
/// the snapshot was on disk then: the rest went with the process. Other hosts may lead to a page that is there already.
fn kept(rows: &[Fetch], killed: Timestamp, later: &[Seen]) -> KeptWork {
    let (written, fetched): (Vec<&Fetch>, Vec<&Fetch>) = rows.iter().partition(|row| row.started_at < killed);
    let hosts = |rows: &[&Fetch]| -> BTreeSet<(i32, String)> {
        rows.iter().map(|row| (row.round, row.host_id.to_string())).collect()
    };
    let done = hosts(&written);
    let of_second = hosts(&fetched);
    let twice = of_second.intersection(&done).map(|(round, host)| format!("{host} in round {round}"));
    let pages: BTreeSet<&str> = written.iter().map(|row| row.url.as_str()).collect();
    let led_to: HashSet<&str> = fetched.iter().flat_map(|row| addresses(row)).collect();
    let asked = later.iter().map(|seen| format!("{}://{}{}", seen.scheme, seen.host, seen.path));
    let asked = asked.filter(|url| pages.contains(url.as_str()) && !led_to.contains(url.as_str()));
    let again: BTreeSet<String> = asked.chain(twice).collect();
    KeptWork { hosts: done.len(), pages: pages.len(), again }
}

/// Every address that a row tells of.
fn addresses(row: &Fetch) -> impl Iterator<Item = &str> {
    let hops = row.redirect_hops.iter().flat_map(|hop| [hop.from_url.as_str(), hop.to_url.as_str()]);
    hops.chain([row.url.as_str()]).chain(row.final_url.as_ref().map(PageUrl::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::tables::testing::{fetch, url};
    use std::time::Duration;

    const KILLED: Timestamp = Timestamp(1_793_500_000_000_000);

    fn row(host: &str, seconds: i64) -> Fetch {
        Fetch { started_at: Timestamp(KILLED.0 + seconds * 1_000_000), ..fetch(host) }
    }

    fn seen(host: &str, connection: u64) -> Seen {
        Seen {
            host: host.to_owned(),
            path: "/".to_owned(),
            method: "GET".to_owned(),
            scheme: "https",
            user_agent: String::new(),
            status: 200,
            at: Duration::ZERO,
            connection,
        }
    }

    /// One host that the first worker had written, one that went with it and was fetched by the second.
    fn rows() -> Vec<Fetch> {
        vec![row("a.example", -2), row("b.example", 1)]
    }

    #[test]
    fn what_was_written_is_not_asked_for_again() {
        let kept = kept(&rows(), KILLED, &[seen("b.example", 7)]);
        assert_eq!(kept, KeptWork { hosts: 1, pages: 1, again: BTreeSet::new() });
    }

    #[test]
    fn a_worker_that_begins_anew_is_found_out_by_its_requests_and_by_its_rows() {
        let asked = kept(&rows(), KILLED, &[seen("a.example", 7), seen("b.example", 7)]);
        assert_eq!(asked.again, BTreeSet::from(["https://a.example/".to_owned()]));
        let mut twice = rows();
        twice.push(row("a.example", 2));
        assert_eq!(kept(&twice, KILLED, &[]).again.len(), 1);
        twice.remove(0);
        assert_eq!(kept(&twice, KILLED, &[]).pages, 0, "nothing was written before the kill");
    }

    #[test]
    fn another_host_may_lead_to_a_page_that_is_there() {
        let mut rows = rows();
        rows[1].final_url = Some(url("https://a.example/"));
        assert!(kept(&rows, KILLED, &[seen("a.example", 7)]).again.is_empty());
    }

    #[test]
    fn the_last_requests_of_the_first_worker_are_its_own() {
        let before = [seen("a.example", 0), seen("b.example", 1)];
        let all = [&before[..], &[seen("b.example", 1), seen("b.example", 2)]].concat();
        assert_eq!(of_the_second(&before, all), [seen("b.example", 2)]);
    }
}
