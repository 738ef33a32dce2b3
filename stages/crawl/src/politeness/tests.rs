//! These tests show that every wait has its cause and no host is asked sooner than its gap.

use super::*;
use crate::opt_out::OptOut;
use proptest::prelude::*;
use std::collections::HashMap;

fn host(name: &str) -> HostKey {
    HostKey::parse(name).unwrap()
}

/// Everything goes to one address, so no name is looked up.
fn config() -> CrawlConfig {
    let nowhere = "127.0.0.1:9".parse().unwrap();
    CrawlConfig {
        connect_to: Some(crate::ConnectTo { http: nowhere, https: nowhere }),
        ..CrawlConfig::default()
    }
}

fn politeness(config: &CrawlConfig) -> Politeness {
    Politeness::new(config, Names::new(config))
}

/// One request through all guards; gives the time it was sent.
async fn request(
    politeness: &Politeness,
    host: &HostKey,
    result: Result<Answer, Stop>,
) -> Result<(Instant, Waits), Stop> {
    let mut waits = Waits::default();
    let mut turn = politeness.host_permit(host, &mut waits).await?;
    turn.backoff(&mut waits).await;
    turn.address_permit(&mut waits).await?;
    turn.gap(None, &mut waits).await;
    turn.slot(&mut waits).await;
    let sent = Instant::now();
    // Others get a chance to come too early.
    tokio::task::yield_now().await;
    turn.end(&result);
    Ok((sent, waits))
}

const REFUSED: Result<Answer, Stop> = Err(Stop::Failed(ReasonCode::ConnectRefused));
const LASTING: Result<Answer, Stop> = Err(Stop::Failed(ReasonCode::TlsExpired));

#[tokio::test]
async fn every_wait_has_its_cause() {
    let (gap, backoff) = (Duration::from_millis(60), Duration::from_millis(300));
    let politeness = politeness(&CrawlConfig { gap, backoff, ..config() });
    let a = host("a.example.at");
    let (_, none) = request(&politeness, &a, LASTING).await.unwrap();
    assert_eq!(none.owed(), Duration::ZERO);
    let (_, paused) = request(&politeness, &a, REFUSED).await.unwrap();
    assert!(!paused.gap.is_zero() && paused.gap == paused.owed(), "{paused:?}");
    let (_, held) = request(&politeness, &a, LASTING).await.unwrap();
    assert!(!held.backoff.is_zero() && held.backoff == held.owed(), "{held:?}");
}

#[tokio::test]
async fn a_host_that_keeps_failing_is_left_alone_and_others_are_not() {
    let config = CrawlConfig { breaker_after: 4, gap: Duration::ZERO, backoff: Duration::ZERO, ..config() };
    let politeness = politeness(&config);
    let a = host("a.example.at");
    for _ in 0..4 {
        request(&politeness, &a, REFUSED).await.unwrap();
    }
    assert_eq!(request(&politeness, &a, REFUSED).await, Err(Stop::CircuitOpen));
    assert!(request(&politeness, &host("b.example.at"), LASTING).await.is_ok());
}

#[tokio::test]
async fn an_open_circuit_lets_one_request_through_when_its_pause_is_over() {
    let config =
        CrawlConfig { breaker_after: 1, breaker_pause: Duration::ZERO, backoff: Duration::ZERO, ..config() };
    let politeness = politeness(&config);
    let a = host("a.example.at");
    request(&politeness, &a, REFUSED).await.unwrap();
    assert!(request(&politeness, &a, LASTING).await.is_ok());
}

#[test]
fn a_host_may_have_a_gap_of_its_own() {
    let slow = Duration::from_secs(7);
    let mut config = config();
    config.hosts.insert(host("slow.example.at"), crate::HostPolicy { gap: Some(slow) });
    let politeness = politeness(&config);
    let gap = |name: &str, delay| politeness.gap(&host(name), delay);
    assert_eq!(gap("slow.example.at", None), slow);
    assert_eq!(gap("a.example.at", None), config.gap);
    assert_eq!(gap("slow.example.at", Some(Duration::from_secs(9))), Duration::from_secs(9));
    assert_eq!(gap("a.example.at", Some(Duration::from_secs(3_600))), config.max_crawl_delay);
}

#[test]
fn who_opted_out_is_not_asked() {
    let config = CrawlConfig { opt_out: OptOut::parse("a.example.at").unwrap(), ..config() };
    let politeness = politeness(&config);
    assert_eq!(politeness.consent(&host("a.example.at")), Err(Stop::OptedOut));
    assert_eq!(politeness.consent(&host("b.example.at")), Ok(()));
}

/// When each request to a host was sent, in order; `traffic` says which of three hosts each asks, and whether it fails.
async fn sent(traffic: Vec<(usize, bool)>, config: CrawlConfig) -> HashMap<usize, Vec<Instant>> {
    let politeness = politeness(&config);
    let asking = traffic.into_iter().map(async |(place, fails)| {
        let result = if fails { REFUSED } else { LASTING };
        let sent = request(&politeness, &host(&format!("h{place}.example.at")), result).await;
        (place, sent.expect("no circuit opens").0)
    });
    let mut seen: HashMap<usize, Vec<Instant>> = HashMap::new();
    for (place, sent) in futures::future::join_all(asking).await {
        seen.entry(place).or_default().push(sent);
    }
    for times in seen.values_mut() {
        times.sort();
    }
    seen
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_host_sees_two_requests_nearer_than_its_gap(
        traffic in proptest::collection::vec((0..3usize, any::<bool>()), 1..16),
        gap_ms in 1..7u64,
        places in 1..4usize,
    ) {
        let gap = Duration::from_millis(gap_ms);
        let config = CrawlConfig { gap, backoff: gap, max_in_flight: places, breaker_after: 0, ..config() };
        let asked = traffic.len();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
        let seen = runtime.block_on(sent(traffic, config));
        prop_assert_eq!(seen.values().map(Vec::len).sum::<usize>(), asked);
        for times in seen.values() {
            for pair in times.windows(2) {
                prop_assert!(pair[1] >= pair[0] + gap, "{:?} after {:?}", pair[1], pair[0]);
            }
        }
    }
}
