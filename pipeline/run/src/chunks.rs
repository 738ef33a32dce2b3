//! Which hosts are worked on together.

use deklaro_schemas::tables::Target;
use deklaro_schemas::{CountryCode, HostId};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

/// Hosts worked on at once after the crawl: what a chunk's rows need in memory stays near 100 MB.
pub(crate) const HOSTS_PER_CHUNK: usize = 2_048;

/// Which host belongs to which chunk, in table order, so that chunk after chunk is the table's order too.
#[derive(Debug, Clone, Default)]
pub(crate) struct Chunks {
    /// By the number the id spells, which takes a fifth of the text.
    of_host: HashMap<u128, u32>,
    per_country: BTreeMap<CountryCode, i64>,
    of_country: BTreeMap<CountryCode, Range<u32>>,
}

impl Chunks {
    /// Deals out hosts in the order given.
    pub(crate) fn deal(&mut self, targets: &[Target]) {
        for target in targets {
            let chunk = (self.of_host.len() / HOSTS_PER_CHUNK) as u32;
            self.of_host.insert(number(&target.host_id), chunk);
            *self.per_country.entry(target.country_code).or_default() += 1;
            self.of_country.entry(target.country_code).or_insert(chunk..chunk).end = chunk + 1;
        }
    }

    /// The numbers of the chunks.
    pub(crate) fn numbers(&self) -> Range<u32> {
        0..self.of_host.len().div_ceil(HOSTS_PER_CHUNK) as u32
    }

    /// The chunks that hold hosts of a country.
    pub(crate) fn of_country(&self, country: CountryCode) -> Range<u32> {
        self.of_country.get(&country).cloned().unwrap_or_default()
    }

    /// The chunk of a host.
    pub(crate) fn chunk_of(&self, host: &HostId) -> Option<u32> {
        self.of_host.get(&number(host)).copied()
    }

    /// Hosts in all.
    pub(crate) fn host_count(&self) -> usize {
        self.of_host.len()
    }

    /// Hosts per country.
    pub(crate) fn per_country(&self) -> &BTreeMap<CountryCode, i64> {
        &self.per_country
    }
}

/// The 32 hexadecimal digits of an id as a number.
pub(super) fn number(host: &HostId) -> u128 {
    u128::from_str_radix(host.as_str(), 16).expect("a host id has 32 hexadecimal digits")
}
