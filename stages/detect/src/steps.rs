//! How many steps did a page cost so far, and what if that is too many?

use deklaro_schemas::budget::{Budget, Cost};
use std::cell::Cell;

/// Steps between two payments: most pages pay a few hundred times.
const PAYMENT: u64 = 4_096;

/// The steps of one page, paid for from its budget.
///
/// Readers would have to hand an error through every function. Instead, a budget that is spent unwinds to
/// [`Reader::inspect`](crate::Reader::inspect), as a cancelled query does in some compilers. Nothing is printed.
pub(crate) struct Steps<'b> {
    budget: &'b Budget,
    unpaid: Cell<u64>,
}

impl<'b> Steps<'b> {
    pub(crate) fn of(budget: &'b Budget) -> Self {
        Self { budget, unpaid: Cell::new(0) }
    }

    /// So many bytes or things are looked at. Does not come back where the budget is spent.
    #[inline]
    pub(crate) fn take(&self, count: usize) {
        let unpaid = self.unpaid.get().saturating_add(count as u64);
        self.unpaid.set(unpaid);
        if unpaid >= PAYMENT {
            self.pay();
        }
    }

    #[cold]
    fn pay(&self) {
        if let Err(exhausted) = self.budget.charge(Cost::Steps, self.unpaid.take()) {
            std::panic::resume_unwind(Box::new(exhausted));
        }
    }
}

#[cfg(test)]
impl Steps<'static> {
    /// Steps that nobody counts.
    pub(crate) fn free() -> Self {
        use deklaro_schemas::budget::Limits;
        static FREE: std::sync::LazyLock<Budget> = std::sync::LazyLock::new(|| Budget::new(Limits::NONE));
        Self::of(&FREE)
    }
}
