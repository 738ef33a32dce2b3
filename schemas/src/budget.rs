//! What may one document or workbook of a stranger cost, and what has it cost so far?

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Something of which one document or workbook has only so much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Cost {
    /// Bytes unpacked.
    Unpacked,
    /// Bytes of text made.
    Text,
    /// Cells, objects or operations held.
    Items,
    /// Bytes or things looked at.
    Steps,
    /// The time that its reader was given.
    Time,
}

impl Cost {
    const fn unit(self) -> &'static str {
        match self {
            Self::Unpacked => "bytes unpacked",
            Self::Text => "bytes of text",
            Self::Items => "items",
            Self::Steps => "steps",
            Self::Time => "time",
        }
    }
}

/// How much of each a document or workbook may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes unpacked at most.
    pub unpacked: u64,
    /// Bytes of text made at most.
    pub text: u64,
    /// Cells, objects and operations held at most.
    pub items: u64,
    /// Bytes and things looked at at most.
    pub steps: u64,
}

impl Limits {
    /// No limit at all, to measure what something costs.
    pub const NONE: Self = Self { unpacked: u64::MAX, text: u64::MAX, items: u64::MAX, steps: u64::MAX };

    const fn of(&self, cost: Cost) -> u64 {
        match cost {
            Cost::Unpacked => self.unpacked,
            Cost::Text => self.text,
            Cost::Items => self.items,
            Cost::Steps => self.steps,
            Cost::Time => u64::MAX,
        }
    }
}

/// The budget is spent: what is read is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[error("costs more than {limit} {}", .cost.unit())]
pub struct Exhausted {
    /// What was asked for.
    pub cost: Cost,
    /// How much of it there was, in the unit of the cost; of time, what the caller's clock knows.
    pub limit: u64,
}

/// Says whether the time of a document is over; the caller measures, a stage does not.
pub type IsOver = Arc<dyn Fn() -> bool + Send + Sync>;

/// Steps between two questions for the time.
const STEPS_BETWEEN: u64 = 1 << 16;

/// The budget of one document or workbook: every step of its reader charges it before the work is done.
///
/// It is shared by reference, also between threads.
pub struct Budget {
    limits: Limits,
    spent: [AtomicU64; 4],
    is_over: Option<IsOver>,
}

impl Budget {
    /// A budget of which nothing is spent.
    pub fn new(limits: Limits) -> Self {
        Self { limits, spent: Default::default(), is_over: None }
    }

    /// The same, and over as soon as `is_over` says so; it is asked every 65,536 steps.
    #[must_use]
    pub fn until(self, is_over: IsOver) -> Self {
        Self { is_over: Some(is_over), ..self }
    }

    /// Spends `amount`, before the work is done.
    ///
    /// # Errors
    ///
    /// The limit is passed, or the time is over. What was refused once is refused for good.
    pub fn charge(&self, cost: Cost, amount: u64) -> Result<(), Exhausted> {
        let Some(spent) = self.spent.get(cost as usize) else { return Ok(()) };
        // Saturating: a refused amount stays spent, so that nothing smaller passes behind it.
        let before = spent.fetch_update(Relaxed, Relaxed, |spent| Some(spent.saturating_add(amount)));
        let before = before.unwrap_or(u64::MAX);
        let (after, limit) = (before.saturating_add(amount), self.limits.of(cost));
        if after > limit {
            return Err(Exhausted { cost, limit });
        }
        let is_due = cost == Cost::Steps && before / STEPS_BETWEEN != after / STEPS_BETWEEN;
        if is_due && self.is_over.as_ref().is_some_and(|is_over| is_over()) {
            return Err(Exhausted { cost: Cost::Time, limit: after });
        }
        Ok(())
    }

    /// How much is left: for readers with a limit of their own.
    pub fn left(&self, cost: Cost) -> u64 {
        self.limits.of(cost).saturating_sub(self.spent(cost))
    }

    /// How much is spent.
    pub fn spent(&self, cost: Cost) -> u64 {
        self.spent.get(cost as usize).map_or(0, |spent| spent.load(Relaxed))
    }

    /// A reader that charges the bytes it gives as unpacked ones; beyond the budget it gives an error that holds [`Exhausted`].
    pub fn reader<R: Read>(&self, inner: R) -> Charged<'_, R> {
        Charged { budget: self, inner }
    }
}

/// A reader whose bytes are paid for.
pub struct Charged<'b, R> {
    budget: &'b Budget,
    inner: R,
}

impl<R: Read> Read for Charged<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.budget.charge(Cost::Unpacked, count as u64).map_err(std::io::Error::other)?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicBool;

    const SMALL: Limits = Limits { unpacked: 10, text: 10, items: 10, steps: 1_000_000 };

    #[test]
    fn a_charge_beyond_the_limit_is_refused_for_good() {
        let budget = Budget::new(SMALL);
        assert_eq!(budget.charge(Cost::Text, 10), Ok(()));
        assert_eq!(budget.left(Cost::Text), 0);
        let refused = Exhausted { cost: Cost::Text, limit: 10 };
        assert_eq!(budget.charge(Cost::Text, u64::MAX), Err(refused));
        assert_eq!(budget.charge(Cost::Text, 0), Err(refused));
        assert_eq!(budget.charge(Cost::Items, 1), Ok(()), "another cost has its own limit");
        assert_eq!(refused.to_string(), "costs more than 10 bytes of text");
    }

    #[test]
    fn two_threads_spend_one_budget() {
        let budget = Budget::new(Limits { items: 1_000, ..SMALL });
        let passed = |budget: &Budget| (0..1_000).filter(|_| budget.charge(Cost::Items, 1).is_ok()).count();
        let both = std::thread::scope(|scope| {
            let other = scope.spawn(|| passed(&budget));
            passed(&budget) + other.join().expect("no panic")
        });
        assert_eq!(both, 1_000);
    }

    #[test]
    fn a_charged_reader_stops_at_the_limit() {
        let budget = Budget::new(SMALL);
        let mut made = Vec::new();
        let error = budget.reader(std::io::repeat(7)).read_to_end(&mut made).expect_err("endless");
        let exhausted = error.get_ref().and_then(|error| error.downcast_ref::<Exhausted>());
        assert_eq!(exhausted, Some(&Exhausted { cost: Cost::Unpacked, limit: 10 }));
        assert!(made.len() <= 10, "{}", made.len());
    }

    #[test]
    fn the_time_is_asked_for_now_and_then() {
        let over = Arc::new(AtomicBool::new(false));
        let clock = Arc::clone(&over);
        let budget = Budget::new(SMALL).until(Arc::new(move || clock.load(Relaxed)));
        assert_eq!(budget.charge(Cost::Steps, STEPS_BETWEEN), Ok(()));
        over.store(true, Relaxed);
        assert_eq!(budget.charge(Cost::Steps, 1), Ok(()), "not asked again so soon");
        let refused = budget.charge(Cost::Steps, STEPS_BETWEEN).expect_err("its time is over");
        assert_eq!(refused.cost, Cost::Time);
    }
}
