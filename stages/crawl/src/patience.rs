//! How much longer may the work on one host, or one host or address that many lead to, hold the round?

use deklaro_schemas::HostKey;
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The time that one host's work of a round may wait for servers: name servers and the hosts it asks. Pauses that we keep
/// ourselves are no such time.
#[derive(Debug)]
pub(crate) struct Patience {
    /// None for no end.
    budget: Option<Duration>,
    spent: Mutex<Duration>,
}

impl Patience {
    /// So much of it; zero for no end.
    pub(crate) fn new(budget: Duration) -> Self {
        Self { budget: Some(budget).filter(|budget| !budget.is_zero()), spent: Mutex::default() }
    }

    /// Takes off what was waited.
    pub(crate) fn spend(&self, waited: Duration) {
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner) += waited;
    }

    /// What was waited so far.
    pub(crate) fn spent(&self) -> Duration {
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The longest wait that is left; the longest there is where there is no end.
    pub(crate) fn left(&self) -> Duration {
        self.budget.map_or(Duration::MAX, |budget| budget.saturating_sub(self.spent()))
    }

    /// True when nothing more may be asked for.
    pub(crate) fn is_over(&self) -> bool {
        self.left().is_zero()
    }

    /// True when waiting that began at `before` took so much of the budget that it, and not what went before, used it up.
    pub(crate) fn is_mostly_spent_since(&self, before: Duration) -> bool {
        self.budget.is_some_and(|budget| self.spent().saturating_sub(before) >= budget / 2)
    }
}

/// Of a host's budget for the whole round an answer may take this part and count for nothing: a host that many lead to is
/// busy, and not slow.
const FREE: u32 = 60;

/// All names at one address are waited for so many times as long as one host. Four at once are asked there, so a server that
/// hangs holds a round for a quarter of an hour, and one that serves a thousand slow sites is heard.
const NAMES: u32 = 30;

/// What all work of a round together waited for each host and each address. Requests to one host go one by one, and to one
/// address a few at a time: a slow one that many listed hosts lead to would else be waited for with the patience of each.
#[derive(Debug)]
pub(crate) struct Together {
    /// What an answer may take and count for nothing.
    free: Duration,
    hosts: Spent<HostKey>,
    addresses: Spent<IpAddr>,
}

impl Together {
    /// So much of it for each host that is asked; zero for no end.
    pub(crate) fn new(budget: Duration) -> Self {
        Self {
            free: budget / FREE,
            hosts: Spent::new(budget),
            addresses: Spent::new(budget.saturating_mul(NAMES)),
        }
    }

    /// Takes off what was waited for this host at once, at its address where that is known.
    pub(crate) fn spend(&self, host: &HostKey, address: Option<IpAddr>, waited: Duration) {
        let counted = waited.saturating_sub(self.free);
        self.hosts.spend(host, counted);
        if let Some(address) = address {
            self.addresses.spend(&address, counted);
        }
    }

    /// True when nobody may ask this host any more in this round.
    pub(crate) fn is_over(&self, host: &HostKey) -> bool {
        self.hosts.is_over(host)
    }

    /// True when nobody may ask at this address any more in this round.
    pub(crate) fn is_over_at(&self, address: IpAddr) -> bool {
        self.addresses.is_over(&address)
    }
}

/// What was waited for each of many.
#[derive(Debug)]
struct Spent<K> {
    budget: Duration,
    on: Mutex<HashMap<K, Duration>>,
}

impl<K: Clone + Eq + Hash> Spent<K> {
    fn new(budget: Duration) -> Self {
        Self { budget, on: Mutex::default() }
    }

    fn spend(&self, key: &K, waited: Duration) {
        if !waited.is_zero() && !self.budget.is_zero() {
            let mut on = self.on.lock().unwrap_or_else(PoisonError::into_inner);
            *on.entry(key.clone()).or_default() += waited;
        }
    }

    fn is_over(&self, key: &K) -> bool {
        let on = self.on.lock().unwrap_or_else(PoisonError::into_inner);
        on.get(key).is_some_and(|spent| *spent >= self.budget)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spent_is_gone_and_no_more() {
        let second = Duration::from_secs(1);
        let patience = Patience::new(3 * second);
        patience.spend(second);
        assert!(patience.left() == 2 * second && !patience.is_over());
        assert!(!patience.is_mostly_spent_since(Duration::ZERO));
        patience.spend(9 * second);
        assert!(patience.left().is_zero() && patience.is_over());
        assert!(patience.is_mostly_spent_since(second) && !patience.is_mostly_spent_since(9 * second));
    }

    #[test]
    fn a_busy_host_may_be_asked_for_ever_and_a_slow_one_may_not() {
        let host = |name: &str| HostKey::parse(name).unwrap();
        let (busy, slow) = (host("busy.example.at"), host("slow.example.at"));
        let together = Together::new(Duration::from_secs(120));
        (0..10_000).for_each(|_| together.spend(&busy, None, Duration::from_secs(2)));
        (0..4).for_each(|_| together.spend(&slow, None, Duration::from_secs(30)));
        assert!(!together.is_over(&busy) && !together.is_over(&slow));
        together.spend(&slow, None, Duration::from_secs(30));
        assert!(!together.is_over(&busy) && together.is_over(&slow));
    }

    #[test]
    fn without_a_budget_there_is_no_end() {
        let (host, together) = (HostKey::parse("a.example.at").unwrap(), Together::new(Duration::ZERO));
        together.spend(&host, None, Duration::from_secs(86_400));
        assert!(!together.is_over(&host));
        let patience = Patience::new(Duration::ZERO);
        patience.spend(Duration::from_secs(86_400));
        assert!(!patience.is_over() && !patience.is_mostly_spent_since(Duration::ZERO));
    }

    #[test]
    fn an_address_with_many_slow_names_is_waited_for_as_long_as_thirty_hosts() {
        let (address, together) = (IpAddr::from([203, 0, 113, 7]), Together::new(Duration::from_secs(120)));
        let ask = |number: u32, waited| {
            let host = HostKey::parse(&format!("h{number}.example.at")).unwrap();
            together.spend(&host, Some(address), Duration::from_secs(waited));
            together.is_over(&host)
        };
        assert!((0..10_000).all(|number| !ask(number, 2)) && !together.is_over_at(address), "busy, not slow");
        let asked = (0..1_000).find(|number| !ask(*number, 32) && together.is_over_at(address));
        assert_eq!(asked, Some(119), "120 names of half a minute each");
    }
}
