//! Every host of a country fails, and comes back.

use super::course::Course;
use super::europe::{Europe, MONTH};
use super::{loss, unfinished};
use crate::exit::ChecksFailed;
use crate::run;
use anyhow::{bail, ensure};
use deklaro_schemas::store::Store;
use deklaro_schemas::tables::Host;
use deklaro_schemas::{CountryCode, Selection, SnapshotId};
use deklaro_simweb::Fault;

/// The country that fails.
const COUNTRY: &str = "NL";

pub(super) async fn drill(europe: &Europe<'_>, course: &mut Course) -> anyhow::Result<()> {
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
    let without = Box::pin(run::resume(europe.tools(&store, &europe.crawl), &run, reason)).await?.snapshot;
    let (known, stale) = count(&store, &without, country, |host| host.is_stale).await?;
    course.note(format!(
        "{without} is published with that reason: {stale} of {known} hosts of {COUNTRY} are stale"
    ));
    ensure!(stale > 0, "no host of `{COUNTRY}` is stale");
    loss::check(europe, &store, &without, course).await?;

    europe.calm();
    let back = europe.run(&store, &europe.crawl, MONTH, &[country]).await?.snapshot;
    let (_, stale) = count(&store, &back, country, |host| host.is_stale).await?;
    ensure!(stale == 0, "{stale} hosts of `{COUNTRY}` are stale still");
    course.recovered(format!("{COUNTRY} was run again once it was back: {back}, no host is stale"));
    loss::check(europe, &store, &back, course).await
}

/// The hosts of a country, and how many of them are so.
async fn count(
    store: &Store,
    snapshot: &SnapshotId,
    country: CountryCode,
    is_so: impl Fn(&Host) -> bool,
) -> anyhow::Result<(usize, usize)> {
    let mut hosts: Vec<Host> = store.read_rows(snapshot, &Selection::all()).await?;
    hosts.retain(|host| host.country_code == country);
    Ok((hosts.len(), hosts.iter().filter(|host| is_so(host)).count()))
}
