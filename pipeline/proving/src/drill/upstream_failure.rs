//! Every host of a country fails, and comes back.

use super::course::Course;
use super::europe::{DrillGround, MONTH};
use super::loss;
use super::waiting::unfinished;
use anyhow::{bail, ensure};
use deklaro_run;
use deklaro_run::ending::ChecksFailed;
use deklaro_schemas::tables::Host;
use deklaro_schemas::{CountryCode, Selection, SnapshotId};
use deklaro_simweb::Fault;
use deklaro_store::Store;

/// The country that fails.
const COUNTRY: &str = "NL";

pub(super) async fn drill(europe: &DrillGround<'_>, course: &mut Course) -> anyhow::Result<()> {
    let (_, store) = europe.store("upstream-failure").await?;
    let country = CountryCode::parse(COUNTRY)?;
    europe.strike(Fault::Failing(COUNTRY));
    course.broken(format!("every host of {COUNTRY} answers 503, robots.txt included"));
    let Err(error) = europe.run(&store, &europe.crawl, MONTH, &[]).await else {
        bail!("the month was published as if nothing had happened")
    };
    ensure!(error.is::<ChecksFailed>(), "the run failed of something else: {error:#}");
    course.detected(format!("the run refuses to publish: {error}"));
    ensure!(store.current().await? == europe.before, "another snapshot is current");

    let reason = Some(format!("every host of {COUNTRY} is down"));
    let run = unfinished(&store).await?;
    let without =
        Box::pin(deklaro_run::resume(europe.tools(&store, &europe.crawl), &run, reason)).await?.snapshot;
    let (last, now) =
        (hosts(&store, &europe.before, country).await?, hosts(&store, &without, country).await?);
    let (stale, known) = (now.iter().filter(|host| host.is_stale).count(), now.len());
    course.note(format!(
        "{without} is published with that reason: {stale} of {known} hosts of {COUNTRY} are stale"
    ));
    ensure!(last.iter().any(was_reached), "no host of `{COUNTRY}` was reached before");
    let not_kept = not_kept(&last, &now);
    ensure!(not_kept.is_empty(), "without their last verdict, or not stale: {}", not_kept.join(", "));
    loss::check(europe, &store, &without, course).await?;

    europe.calm();
    let back = europe.run(&store, &europe.crawl, MONTH, &[country]).await?.snapshot;
    let stale = hosts(&store, &back, country).await?.iter().filter(|host| host.is_stale).count();
    ensure!(stale == 0, "{stale} hosts of `{COUNTRY}` are stale still");
    course.recovered(format!("{COUNTRY} was run again once it was back: {back}, no host is stale"));
    loss::check(europe, &store, &back, course).await
}

async fn hosts(store: &Store, snapshot: &SnapshotId, country: CountryCode) -> anyhow::Result<Vec<Host>> {
    let wanted = Selection::all().only("country_code", country.as_str());
    Ok(store.read_rows(snapshot, &wanted).await?)
}

fn was_reached(host: &Host) -> bool {
    host.last_reached_month.is_some()
}

/// The hosts that were reached before and do not stand as they did, marked as stale: what a host that cannot be reached has to.
fn not_kept<'a>(last: &'a [Host], now: &[Host]) -> Vec<&'a str> {
    let verdict = |host: &Host| {
        (host.detection_status, host.confidence, host.statement_url.clone(), host.verdict_snapshot.clone())
    };
    let is_kept = |last: &Host| {
        let now = now.iter().find(|host| host.host_id == last.host_id);
        now.is_some_and(|now| now.is_stale && verdict(now) == verdict(last))
    };
    let lost = last.iter().filter(|host| was_reached(host) && !is_kept(host));
    lost.map(|host| host.canonical_hostname.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::codes::DetectionStatus;
    use deklaro_schemas::tables::made_up::state;

    /// Three hosts as they were, and as they are kept.
    fn months() -> (Vec<Host>, Vec<Host>) {
        let last: Vec<Host> = (10..13).filter_map(state).collect();
        assert!(last.len() == 3 && last.iter().all(was_reached));
        let kept = last.iter().cloned().map(|host| Host { is_stale: true, ..host }).collect();
        (last, kept)
    }

    #[test]
    fn every_host_that_was_reached_has_to_be_stale_with_its_verdict() {
        let (last, mut now) = months();
        assert!(not_kept(&last, &now).is_empty());
        now[1].is_stale = false;
        assert_eq!(not_kept(&last, &now), [last[1].canonical_hostname.as_str()]);
        now.pop();
        assert_eq!(not_kept(&last, &now).len(), 2);
    }

    #[test]
    fn a_verdict_made_without_an_answer_is_found_out() {
        let (mut last, mut now) = months();
        now[0].detection_status = DetectionStatus::Uncertain;
        assert_eq!(not_kept(&last, &now).len(), 1);
        last[0].last_reached_month = None;
        assert!(not_kept(&last, &now).is_empty(), "there was nothing to keep");
    }
}
