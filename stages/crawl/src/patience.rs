//! How much longer may the work on one host hold the round?

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
    fn without_a_budget_there_is_no_end() {
        let patience = Patience::new(Duration::ZERO);
        patience.spend(Duration::from_secs(86_400));
        assert!(!patience.is_over() && !patience.is_mostly_spent_since(Duration::ZERO));
    }
}
