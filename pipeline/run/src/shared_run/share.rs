//! Which process works on which host: all pages of a site in one partition, so that one process keeps its pace.

use crate::chunks::number;
use deklaro_schemas::tables::FrontierUrl;
use deklaro_schemas::{Authority, HostId, HostKey, Sha256};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Sites that hang together and are smaller than this share of a partition are packed by the bucket their name falls into …
const SMALL: u64 = 8;
/// … of which there are so many a partition: what joins or leaves a list moves few of the others.
const BUCKETS: u64 = 16;
/// Hosts of single countries where statements of many bodies stand, as `data/hosts.tsv` has them.
const HOSTS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/hosts.tsv"));

/// The central hosts and their countries.
pub(super) fn central_hosts() -> impl Iterator<Item = (HostKey, &'static str)> {
    HOSTS.lines().skip(1).filter_map(|line| {
        let mut fields = line.split('\t');
        let (host, kind, country) = (fields.next()?, fields.next()?, fields.next()?);
        if kind == "central" { Some((HostKey::parse(host).ok()?, country)) } else { None }
    })
}

/// What is asked in a round, as it is added: hosts and the sites whose servers they need.
#[derive(Debug, Default)]
pub(super) struct Dealing {
    /// Registrable domains by number.
    sites: HashMap<String, u32>,
    /// The site each one hangs together with; itself at the end of the chain.
    parent: Vec<u32>,
    requests: Vec<u64>,
    authorities: HashSet<Authority>,
    /// The site of each host.
    hosts: Vec<(u128, u32)>,
}

/// Which host is in which partition of a round.
#[derive(Debug, Clone, Default)]
pub(super) struct Shares {
    of_host: HashMap<u128, u32>,
    /// What each partition has to do.
    pub(super) loads: Vec<Load>,
}

/// What a partition has to do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// Number of the partition, from 0.
    pub partition: u32,
    /// Hosts.
    pub hosts: u64,
    /// Requests expected: the addresses, and a robots.txt for each server.
    pub requests: u64,
}

impl Dealing {
    /// Adds an address that is to be asked.
    pub(super) fn ask(&mut self, url: &FrontierUrl) {
        let own = self.site(url.canonical_hostname.registrable_domain());
        let asked = self.site(url.url.host().registrable_domain());
        self.join(own, asked);
        let is_new = self.authorities.insert(url.url.authority());
        self.requests[own as usize] += 1 + u64::from(is_new);
        let host = number(&url.host_id);
        if self.hosts.last().is_none_or(|(last, _)| *last != host) {
            self.hosts.push((host, own));
        }
    }

    /// Keeps two sites in one partition, where both are asked.
    pub(super) fn bind(&mut self, one: &str, other: &str) {
        if let (Some(one), Some(other)) = (self.sites.get(one), self.sites.get(other)) {
            self.join(*one, *other);
        }
    }

    /// Keeps the central hosts of each country in one partition.
    pub(super) fn bind_central_hosts(&mut self) {
        let mut first: HashMap<&str, HostKey> = HashMap::new();
        for (host, country) in central_hosts() {
            let with = first.entry(country).or_insert_with(|| host.clone());
            self.bind(with.registrable_domain(), host.registrable_domain());
        }
    }

    fn site(&mut self, domain: &str) -> u32 {
        if let Some(site) = self.sites.get(domain) {
            return *site;
        }
        let site = self.parent.len() as u32;
        self.sites.insert(domain.to_owned(), site);
        self.parent.push(site);
        self.requests.push(0);
        site
    }

    /// The one that stands for all that hang together.
    fn root(&mut self, mut site: u32) -> u32 {
        while self.parent[site as usize] != site {
            let above = self.parent[self.parent[site as usize] as usize];
            self.parent[site as usize] = above;
            site = above;
        }
        site
    }

    fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.root(one), self.root(other));
        // The smaller number stands for both: the outcome does not depend on the order of joining.
        self.parent[one.max(other) as usize] = one.min(other);
    }

    /// Packs what hangs together into so many partitions, by what is to be asked.
    pub(super) fn deal(mut self, partitions: u32) -> Shares {
        let groups = self.groups();
        let total: u64 = groups.values().map(|group| group.requests).sum();
        let count = u64::from(partitions.max(1));
        let mut items: BTreeMap<(bool, u64, String), Item> = BTreeMap::new();
        for (root, group) in groups {
            let hash = hash(&group.name);
            let is_large = group.requests * count * SMALL > total;
            let key = if is_large {
                (true, hash, group.name)
            } else {
                (false, hash % (BUCKETS * count), String::new())
            };
            let item = items.entry(key).or_default();
            item.requests += group.requests;
            item.roots.push(root);
        }
        let mut items: Vec<Item> = items.into_values().collect();
        // The heaviest first, each to the partition that has least to do; a stable sort keeps the order of the hashes among equals.
        items.sort_by_key(|item| std::cmp::Reverse(item.requests));
        let mut loads: Vec<Load> =
            (0..partitions.max(1)).map(|partition| Load { partition, ..Load::default() }).collect();
        let mut partition_of: HashMap<u32, u32> = HashMap::new();
        for item in items {
            let Some(load) = loads.iter_mut().min_by_key(|load| load.requests) else { continue };
            load.requests += item.requests;
            partition_of.extend(item.roots.into_iter().map(|root| (root, load.partition)));
        }
        let mut of_host = HashMap::with_capacity(self.hosts.len());
        for (host, site) in std::mem::take(&mut self.hosts) {
            let partition = partition_of[&self.root(site)];
            if of_host.insert(host, partition).is_none() {
                loads[partition as usize].hosts += 1;
            }
        }
        Shares { of_host, loads }
    }

    /// What hangs together, by the site that stands for it.
    fn groups(&mut self) -> BTreeMap<u32, Group> {
        let mut sites: Vec<(String, u32)> = std::mem::take(&mut self.sites).into_iter().collect();
        sites.sort_unstable();
        let mut groups: BTreeMap<u32, Group> = BTreeMap::new();
        for (name, site) in sites {
            let requests = self.requests[site as usize];
            let group = groups.entry(self.root(site)).or_insert_with(|| Group { name, requests: 0 });
            group.requests += requests;
        }
        groups
    }
}

/// Sites that hang together.
struct Group {
    /// The first of their names.
    name: String,
    requests: u64,
}

/// What is packed at once.
#[derive(Default)]
struct Item {
    requests: u64,
    roots: Vec<u32>,
}

impl Shares {
    /// The partition of a host; nothing where it is asked for nothing.
    pub(super) fn partition_of(&self, host: &HostId) -> Option<u32> {
        self.of_host.get(&number(host)).copied()
    }
}

/// The same on every machine and in every version.
fn hash(name: &str) -> u64 {
    u64::from_str_radix(&Sha256::of(name.as_bytes()).as_str()[..16], 16)
        .expect("a hash has 64 hexadecimal digits")
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::codes::Purpose;
    use deklaro_schemas::{CountryCode, PageUrl};
    use proptest::prelude::*;

    fn asked(host: &str, url: &str) -> FrontierUrl {
        let (country_code, canonical_hostname) =
            (CountryCode::parse("DK").unwrap(), HostKey::parse(host).unwrap());
        FrontierUrl {
            host_id: HostId::of(country_code, &canonical_hostname),
            country_code,
            canonical_hostname,
            round: 1,
            url: PageUrl::parse(url).unwrap(),
            purpose: Purpose::Entry,
            rank: 0,
            found_in: None,
        }
    }

    fn dealt(asked: &[FrontierUrl], partitions: u32) -> Shares {
        let mut dealing = Dealing::default();
        for url in asked {
            dealing.ask(url);
        }
        dealing.bind_central_hosts();
        dealing.deal(partitions)
    }

    fn many(count: usize) -> Vec<FrontierUrl> {
        let url = |n: usize| asked(&format!("www.s{n}.dk"), &format!("https://www.s{n}.dk/"));
        (0..count).map(url).collect()
    }

    #[test]
    fn partitions_have_the_same_to_do_and_are_the_same_every_time() {
        let urls = many(2_000);
        let shares = dealt(&urls, 8);
        for load in &shares.loads {
            assert!((480..=520).contains(&load.requests), "{:?}", shares.loads);
        }
        let mut reversed = urls.clone();
        reversed.reverse();
        let again = dealt(&reversed, 8);
        assert!(urls.iter().all(|url| shares.partition_of(&url.host_id) == again.partition_of(&url.host_id)));
        assert_eq!(shares.loads.iter().map(|load| load.hosts).sum::<u64>(), 2_000);
    }

    #[test]
    fn who_asks_one_server_is_in_one_partition() {
        let mut urls = many(200);
        for n in 0..40 {
            urls.push(asked(&format!("c{n}.dk"), &format!("https://was.digst.dk/c{n}")));
        }
        urls.push(asked("a.example.dk", "https://a.example.dk/"));
        urls.push(asked("b.example.dk", "https://b.example.dk/"));
        let shares = dealt(&urls, 4);
        let central: HashSet<Option<u32>> =
            urls[200..240].iter().map(|url| shares.partition_of(&url.host_id)).collect();
        assert_eq!(central.len(), 1);
        assert_eq!(shares.partition_of(&urls[240].host_id), shares.partition_of(&urls[241].host_id));
        assert_eq!(shares.partition_of(&asked("none.dk", "https://none.dk/").host_id), None);
    }

    #[test]
    fn central_hosts_are_those_of_the_shipped_file() {
        assert!(central_hosts().any(|(host, country)| (host.as_str(), country) == ("was.digst.dk", "DK")));
        assert_eq!(central_hosts().count(), HOSTS.matches("\tcentral\t").count());
    }

    proptest! {
        #[test]
        fn every_host_has_a_part_and_no_server_two(
            links in proptest::collection::vec((0..40_usize, 0..30_usize), 1..120), partitions in 1..9_u32
        ) {
            let urls: Vec<FrontierUrl> =
                links.iter().map(|(host, to)| asked(&format!("h{host}.dk"), &format!("https://s{to}.dk/"))).collect();
            let shares = dealt(&urls, partitions);
            let mut partition_of_server: HashMap<String, u32> = HashMap::new();
            for url in &urls {
                let partition = shares.partition_of(&url.host_id).unwrap();
                prop_assert!(partition < partitions);
                prop_assert_eq!(*partition_of_server.entry(url.url.host().to_string()).or_insert(partition), partition);
            }
        }
    }
}
