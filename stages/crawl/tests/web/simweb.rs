//! A round over the simulated Europe: every habit a host can have, against what is true of it.

use crate::support::crawl;
use deklaro_crawl::{ConnectTo, CrawlConfig};
use deklaro_schemas::codes::FetchOutcome;
use deklaro_schemas::tables::Fetch;
use deklaro_schemas::tables::testing::frontier_url;
use deklaro_simweb::{Habit, Seen, ServeConfig, Simweb, serve};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const HOSTS: usize = 400;

async fn europe() -> Simweb {
    let any_port = "127.0.0.1:0".parse().unwrap();
    let config = ServeConfig { seed: 7, http: any_port, https: any_port, month: 1 };
    serve(config, CancellationToken::new()).await.unwrap()
}

/// One home page per habit and as many more as make up the number.
fn hostnames(simweb: &Simweb) -> BTreeMap<String, Habit> {
    let many = simweb.europe().hosts(4_000);
    let mut habits = BTreeSet::new();
    let first_of_each = many.iter().filter(|host| habits.insert(host.habit));
    let hosts = first_of_each.collect::<Vec<_>>().into_iter().chain(many.iter().take(HOSTS));
    hosts.map(|host| (host.hostname.clone(), host.habit)).collect()
}

/// The final answer is a whole page.
fn is_reached(fetch: &Fetch) -> bool {
    fetch.outcome == FetchOutcome::Ok && !fetch.is_truncated && fetch.body_sha256.is_some()
}

/// The smallest time between two requests for one host, by the server's clock.
fn smallest_gap(seen: &[Seen]) -> Duration {
    let mut last: BTreeMap<&str, Duration> = BTreeMap::new();
    let asked = seen.iter().filter(|seen| seen.method != "TLS");
    asked
        .filter_map(|seen| Some(seen.at.saturating_sub(last.insert(&seen.host, seen.at)?)))
        .min()
        .unwrap_or(Duration::MAX)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_habit_is_met_as_it_should_be() {
    let simweb = europe().await;
    let hosts = hostnames(&simweb);
    let gap = Duration::from_millis(10);
    let config = CrawlConfig {
        gap,
        backoff: Duration::from_millis(10),
        body_timeout: Duration::from_secs(4),
        max_retry_after: Duration::from_millis(1_200),
        connect_to: Some(ConnectTo { http: simweb.http(), https: simweb.https() }),
        extra_ca_pem: Some(simweb.ca_pem().to_owned()),
        ..CrawlConfig::default()
    };
    let frontier = hosts.keys().map(|host| frontier_url(host, &format!("https://{host}/"), 0)).collect();
    let outcomes = crawl(config, frontier).await;

    assert_eq!(outcomes.len(), hosts.len());
    let mut wrong = BTreeSet::new();
    for outcome in &outcomes {
        let last = outcome.fetches.last().unwrap();
        assert!(last.is_final && outcome.is_complete);
        let truth = simweb.europe().truth(last.canonical_hostname.as_str(), 1);
        if is_reached(last) != truth.is_reachable {
            wrong.insert(format!("{:?} {} {:?}", truth.habit, last.outcome, last.reason_code));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let answered =
        outcomes.iter().flat_map(|outcome| &outcome.fetches).filter(|row| row.remote_address.is_some());
    for row in answered {
        let is_secure = row.final_url.as_ref().is_some_and(deklaro_schemas::PageUrl::is_https);
        assert_eq!(row.tls_version.as_deref(), is_secure.then_some("TLS 1.3"), "{row:?}");
    }
    let seen = simweb.seen();
    assert!(smallest_gap(&seen) >= gap, "{:?}", smallest_gap(&seen));
    let mut met = BTreeSet::new();
    let first = seen.iter().filter(|seen| seen.method != "TLS" && met.insert((seen.scheme, &seen.host)));
    let unasked: Vec<&Seen> = first.filter(|seen| seen.path != "/robots.txt").collect();
    assert!(unasked.is_empty(), "robots.txt comes first: {unasked:#?}");
}
