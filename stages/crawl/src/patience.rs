//! How much longer may the work on one host, or one host that many lead to, hold the round?

use deklaro_schemas::HostKey;
use std::collections::HashMap;
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

/// What all work of a round together waited for each host. Requests to one host go one by one: a slow one that many listed
/// hosts lead to would else be waited for with the patience of each.
#[derive(Debug)]
pub(crate) struct Together {
    budget: Duration,
    spent: Mutex<HashMap<HostKey, Duration>>,
}

impl Together {
    /// So much of it for each host that is asked; zero for no end.
    pub(crate) fn new(budget: Duration) -> Self {
        Self { budget, spent: Mutex::default() }
    }

    /// Takes off what was waited for this host at once.
    pub(crate) fn spend(&self, host: &HostKey, waited: Duration) {
        let counted = waited.saturating_sub(self.budget / FREE);
        if !counted.is_zero() && !self.budget.is_zero() {
            let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
            *spent.entry(host.clone()).or_default() += counted;
        }
    }

    /// True when nobody may ask this host any more in this round.
    pub(crate) fn is_over(&self, host: &HostKey) -> bool {
        let spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        spent.get(host).is_some_and(|spent| *spent >= self.budget)
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
        (0..10_000).for_each(|_| together.spend(&busy, Duration::from_secs(2)));
        (0..4).for_each(|_| together.spend(&slow, Duration::from_secs(30)));
        assert!(!together.is_over(&busy) && !together.is_over(&slow));
        together.spend(&slow, Duration::from_secs(30));
        assert!(!together.is_over(&busy) && together.is_over(&slow));
    }

    #[test]
    fn without_a_budget_there_is_no_end() {
        let (host, together) = (HostKey::parse("a.example.at").unwrap(), Together::new(Duration::ZERO));
        together.spend(&host, Duration::from_secs(86_400));
        assert!(!together.is_over(&host));
        let patience = Patience::new(Duration::ZERO);
        patience.spend(Duration::from_secs(86_400));
        assert!(!patience.is_over() && !patience.is_mostly_spent_since(Duration::ZERO));
    }
}
