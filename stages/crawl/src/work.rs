//! The round's URLs, grouped by host and put in an order that starts crowded hosts early and evenly.

use deklaro_schemas::tables::FrontierUrl;
use deklaro_schemas::{HostId, HostKey};
use std::collections::{HashMap, HashSet};

/// The URLs of one host in one round, by rank; never empty.
#[derive(Debug)]
pub(crate) struct HostWork(Vec<FrontierUrl>);

impl HostWork {
    pub(crate) fn urls(&self) -> &[FrontierUrl] {
        &self.0
    }

    pub(crate) fn first(&self) -> &FrontierUrl {
        &self.0[0]
    }
}

/// The work of a round.
///
/// Thousands of bodies keep their statements on one national host, and its requests go one by one. Spread evenly over
/// the round, they never stop for lack of a place among the open hosts, nor take all of them.
pub(crate) fn plan(frontier: impl IntoIterator<Item = FrontierUrl>) -> Vec<HostWork> {
    let mut hosts: Vec<HostWork> = Vec::new();
    let mut places: HashMap<HostId, usize> = HashMap::new();
    for item in frontier {
        let place = *places.entry(item.host_id.clone()).or_insert(hosts.len());
        match hosts.get_mut(place) {
            Some(work) => work.0.push(item),
            None => hosts.push(HostWork(vec![item])),
        }
    }
    for work in &mut hosts {
        work.0.sort_by(|a, b| (a.rank, &a.url).cmp(&(b.rank, &b.url)));
        let mut seen = HashSet::new();
        work.0.retain(|item| seen.insert(item.url.clone()));
    }
    spread(hosts)
}

/// Spreads each crowd over the round: of n hosts that ask for one host, the k-th stands at k/n. The hosts
/// that share no host with others are one crowd too.
fn spread(hosts: Vec<HostWork>) -> Vec<HostWork> {
    let mut asked: HashMap<HostKey, usize> = HashMap::new();
    for item in hosts.iter().flat_map(HostWork::urls) {
        *asked.entry(item.url.host()).or_default() += 1;
    }
    let crowds: Vec<Option<HostKey>> = hosts.iter().map(|work| crowd(work, &asked)).collect();
    let mut sizes: HashMap<&Option<HostKey>, usize> = HashMap::new();
    for crowd in &crowds {
        *sizes.entry(crowd).or_default() += 1;
    }
    let mut taken: HashMap<&Option<HostKey>, usize> = HashMap::new();
    let mut placed: Vec<(f64, HostWork)> = Vec::with_capacity(hosts.len());
    for (work, crowd) in hosts.into_iter().zip(&crowds) {
        let place = taken.entry(crowd).or_default();
        placed.push((*place as f64 / sizes[crowd] as f64, work));
        *place += 1;
    }
    placed.sort_by(|a, b| a.0.total_cmp(&b.0));
    placed.into_iter().map(|(_, work)| work).collect()
}

/// The most wanted of the hosts this work asks, where it is not alone with it.
fn crowd(work: &HostWork, asked: &HashMap<HostKey, usize>) -> Option<HostKey> {
    let own = |host: &HostKey| work.urls().iter().filter(|item| item.url.host() == *host).count();
    let shared = work.urls().iter().map(|item| item.url.host()).filter(|host| asked[host] > own(host));
    shared.max_by_key(|host| (asked[host], host.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::tables::testing::frontier_url;

    #[test]
    fn urls_are_grouped_by_host_and_ordered_by_rank() {
        let frontier = [
            frontier_url("a.dk", "https://a.dk/2", 2),
            frontier_url("b.dk", "https://b.dk/", 0),
            frontier_url("a.dk", "https://a.dk/1", 1),
            frontier_url("a.dk", "https://a.dk/2", 0),
        ];
        let plan = plan(frontier);
        let urls: Vec<Vec<&str>> =
            plan.iter().map(|work| work.urls().iter().map(|item| item.url.as_str()).collect()).collect();
        assert_eq!(urls, [vec!["https://a.dk/2", "https://a.dk/1"], vec!["https://b.dk/"]]);
    }

    #[test]
    fn a_crowd_is_spread_over_the_round() {
        let crowd =
            (0..50).map(|n| frontier_url(&format!("c{n}.dk"), &format!("https://was.example.dk/{n}"), 0));
        let others = (0..450).map(|n| frontier_url(&format!("o{n}.dk"), &format!("https://o{n}.dk/"), 0));
        let plan = plan(crowd.chain(others));
        assert_eq!(plan.len(), 500);
        for part in plan.chunks(100) {
            let crowded = part.iter().filter(|work| work.first().url.as_str().contains("was.")).count();
            assert!((8..=13).contains(&crowded), "{crowded}");
        }
    }
}
