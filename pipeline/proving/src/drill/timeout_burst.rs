//! The web falls silent in mid-crawl for a while.

use super::course::Course;
use super::europe::{DrillGround, MONTH};
use super::loss;
use super::waiting::until;
use anyhow::ensure;
use deklaro_console::now;
use deklaro_crawl::CrawlConfig;
use deklaro_schemas::codes::ReasonCode;
use deklaro_schemas::tables::Fetch;
use deklaro_schemas::{Selection, Timestamp};
use deklaro_simweb::Fault;
use std::collections::BTreeMap;
use std::time::Duration;

/// Pages after which it falls silent; robots.txt is not among them, its requests leave no row that could be looked at.
const PAGES_BEFORE: usize = 20;
/// For so long.
const BURST: Duration = Duration::from_secs(3);

pub(super) async fn drill(europe: &DrillGround<'_>, course: &mut Course) -> anyhow::Result<()> {
    let (_, store) = europe.store("timeout-burst").await?;
    let crawl = impatient(&europe.crawl);
    let burst = async {
        let pages = || europe.web.seen().iter().filter(|seen| seen.path != "/robots.txt").count();
        let are_asked = async || Ok((pages() >= PAGES_BEFORE).then_some(()));
        until("pages are being fetched", are_asked).await?;
        europe.strike(Fault::Silent);
        let from = now();
        tokio::time::sleep(BURST).await;
        let to = now();
        europe.web.set_fault(None);
        anyhow::Ok(Silence { from, to })
    };
    let (ran, silence) = tokio::join!(europe.run(&store, &crawl, MONTH, &[]), burst);
    let (snapshot, silence) = (ran?.snapshot, silence?);
    course.note(format!("no host answered for {} ms, after {PAGES_BEFORE} pages", silence.ms()));
    let rows: Vec<Fetch> = store.read_rows(&snapshot, &Selection::all()).await?;
    let BurstFigures { requests, pages, again, first_ms, last_ms, unanswered, unended } =
        told(&rows, silence);
    ensure!(requests > 0, "no request was under way in the burst");
    course.detected_after(first_ms, format!("the first of {requests} requests timed out"));
    ensure!(first_ms <= silence.ms(), "no request was given up before the burst was over");
    course.note(format!("{again} of {pages} pages met it at more than one attempt"));
    ensure!(again > 0, "no page met the burst at more than one attempt");
    course.recovered_after(last_ms, format!("the last of {pages} pages was fetched at a later attempt"));
    course.lost(unanswered as u64, "pages that no attempt got");
    course.lost(unended as u64, "pages without a last word");
    loss::check(europe, &store, &snapshot, course).await
}

/// The crawl gives a request up after 0.6 s, the limits for name, connection and headers added up. So many
/// requests are in flight that pages get a second turn during the silence. They are few enough that pages are
/// left when the silence begins. The retries last longer than the silence.
fn impatient(crawl: &CrawlConfig) -> CrawlConfig {
    CrawlConfig {
        max_in_flight: 96,
        dns_timeout: Duration::from_millis(100),
        connect_timeout: Duration::from_millis(300),
        headers_timeout: Duration::from_millis(200),
        backoff: Duration::from_millis(300),
        max_retry_after: Duration::from_secs(1),
        retries: 4,
        ..crawl.clone()
    }
}

/// A time in which nobody answered.
#[derive(Debug, Clone, Copy)]
struct Silence {
    from: Timestamp,
    to: Timestamp,
}

impl Silence {
    fn ms(self) -> u64 {
        u64::try_from((self.to.0 - self.from.0) / 1_000).unwrap_or(0)
    }

    /// True for a request that was under way in it and timed out; later ones are slow for another reason.
    fn met(self, row: &Fetch) -> bool {
        let is_silenced = row.reason_code == Some(ReasonCode::HeadersTimeout);
        is_silenced && end_us(row) >= self.from.0 && row.started_at <= self.to
    }

    /// Milliseconds from its beginning to the end of a request.
    fn until_end_of(self, row: &Fetch) -> u64 {
        u64::try_from((end_us(row) - self.from.0) / 1_000).unwrap_or(0)
    }
}

fn end_us(row: &Fetch) -> i64 {
    row.started_at.0 + row.duration_ms * 1_000
}

/// What the rows of a crawl tell of a silence.
#[derive(Debug, Default, PartialEq, Eq)]
struct BurstFigures {
    /// Requests that timed out in it.
    requests: usize,
    /// Pages they were for.
    pages: usize,
    /// Of which so many met it at more than one attempt.
    again: usize,
    /// When the first of the requests had timed out.
    first_ms: u64,
    /// When the last of the pages was there.
    last_ms: u64,
    /// Pages whose last attempt got no answer either.
    unanswered: usize,
    /// Pages without a last attempt.
    unended: usize,
}

fn told(rows: &[Fetch], silence: Silence) -> BurstFigures {
    let hit: Vec<&Fetch> = rows.iter().filter(|row| silence.met(row)).collect();
    let mut attempts: BTreeMap<_, usize> = BTreeMap::new();
    for row in &hit {
        *attempts.entry(page(row)).or_default() += 1;
    }
    let is_hit = |row: &&Fetch| attempts.contains_key(&page(row));
    let ends: BTreeMap<_, &Fetch> =
        rows.iter().filter(|row| row.is_final).filter(is_hit).map(|row| (page(row), row)).collect();
    BurstFigures {
        requests: hit.len(),
        pages: attempts.len(),
        again: attempts.values().filter(|count| **count > 1).count(),
        first_ms: hit.iter().map(|row| silence.until_end_of(row)).min().unwrap_or(0),
        last_ms: ends.values().map(|row| silence.until_end_of(row)).max().unwrap_or(0),
        unanswered: ends.values().filter(|row| is_given_up(row)).count(),
        unended: attempts.len() - ends.len(),
    }
}

/// An item of a round's frontier: its attempts may go to another address of the host in the end.
fn page(row: &Fetch) -> (&str, i32, &'static str, i32) {
    (row.host_id.as_str(), row.round, row.purpose.as_str(), row.rank)
}

fn is_given_up(row: &Fetch) -> bool {
    matches!(
        row.reason_code,
        Some(ReasonCode::HeadersTimeout | ReasonCode::ConnectTimeout | ReasonCode::CircuitOpen)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::tables::testing::fetch;

    const FROM_MS: i64 = 1_793_500_000_000;

    fn silence() -> Silence {
        let at = |ms| Timestamp::from_millis(FROM_MS + ms);
        Silence { from: at(0), to: at(3_000) }
    }

    /// An attempt that began so long after the silence did; a timeout unless it is the last one.
    fn attempt(host: &str, number: i32, after_ms: i64) -> Fetch {
        Fetch {
            attempt: number,
            is_final: false,
            status_code: None,
            reason_code: Some(ReasonCode::HeadersTimeout),
            started_at: Timestamp::from_millis(FROM_MS + after_ms),
            duration_ms: 600,
            ..fetch(host)
        }
    }

    fn answered(host: &str, number: i32, after_ms: i64) -> Fetch {
        Fetch { is_final: true, reason_code: None, duration_ms: 5, ..attempt(host, number, after_ms) }
    }

    /// One page that met the silence twice, and one that was asked for before and after it.
    fn crawl() -> Vec<Fetch> {
        vec![
            attempt("a.example", 1, -100),
            attempt("a.example", 2, 900),
            answered("a.example", 3, 3_100),
            attempt("b.example", 1, -5_000),
            answered("b.example", 2, 4_000),
        ]
    }

    #[test]
    fn a_page_that_met_it_twice_is_there_in_the_end() {
        let whole = BurstFigures {
            requests: 2,
            pages: 1,
            again: 1,
            first_ms: 500,
            last_ms: 3_105,
            ..BurstFigures::default()
        };
        assert_eq!(told(&crawl(), silence()), whole);
    }

    #[test]
    fn a_page_without_a_last_word_or_without_an_answer_is_missed() {
        let mut rows = crawl();
        rows.remove(2);
        assert_eq!((told(&rows, silence()).unended, told(&rows, silence()).unanswered), (1, 0));
        for reason in [ReasonCode::HeadersTimeout, ReasonCode::ConnectTimeout, ReasonCode::CircuitOpen] {
            let mut rows = crawl();
            rows[2].reason_code = Some(reason);
            assert_eq!((told(&rows, silence()).unended, told(&rows, silence()).unanswered), (0, 1));
        }
    }

    #[test]
    fn a_page_that_met_it_once_has_not_shown_that_retries_help() {
        let mut rows = crawl();
        rows.remove(1);
        assert_eq!((told(&rows, silence()).pages, told(&rows, silence()).again), (1, 0));
        assert_eq!(told(&rows[1..], silence()), BurstFigures::default());
    }

    /// However soon a request is given up and however short its pauses are.
    #[test]
    fn a_second_attempt_falls_into_the_burst_and_the_last_one_after_it() {
        let crawl = impatient(&CrawlConfig::default());
        let for_connection = crawl.dns_timeout + crawl.connect_timeout;
        let pause = |strike: u32| (crawl.backoff * 2_u32.pow(strike)).min(crawl.max_retry_after);
        assert!(2 * (for_connection + crawl.headers_timeout) + pause(0).mul_f64(1.25) < BURST);
        assert!((0..crawl.retries).map(|strike| for_connection + pause(strike)).sum::<Duration>() > BURST);
    }
}
