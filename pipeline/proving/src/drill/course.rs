//! What happened in a drill, and when.

use deklaro_schemas::stored::Drill;
use std::time::Instant;

/// A drill under way.
#[derive(Debug)]
pub(super) struct Course {
    broken: Instant,
    detected_ms: Option<u64>,
    recovered_ms: Option<u64>,
    lost: u64,
    details: Vec<String>,
}

impl Course {
    /// Nothing is broken yet.
    pub(super) fn begin() -> Self {
        Self { broken: Instant::now(), detected_ms: None, recovered_ms: None, lost: 0, details: Vec::new() }
    }

    /// The fault is there: times are counted from now on.
    pub(super) fn broken(&mut self, what: impl Into<String>) {
        self.broken_at(Instant::now(), what);
    }

    /// The fault was there at that moment.
    pub(super) fn broken_at(&mut self, at: Instant, what: impl Into<String>) {
        self.broken = at;
        self.note(what);
    }

    /// The system said so. The first time counts.
    pub(super) fn detected(&mut self, how: impl Into<String>) {
        let passed = self.passed_ms();
        self.detected_after(passed, how);
    }

    /// The system said so after so many milliseconds.
    pub(super) fn detected_after(&mut self, ms: u64, how: impl Into<String>) {
        self.detected_ms.get_or_insert(ms);
        self.details.push(format!("detected after {ms} ms: {}", how.into()));
    }

    /// All is well again. The last time counts.
    pub(super) fn recovered(&mut self, how: impl Into<String>) {
        let passed = self.passed_ms();
        self.recovered_after(passed, how);
    }

    /// All was well again after so many milliseconds.
    pub(super) fn recovered_after(&mut self, ms: u64, how: impl Into<String>) {
        self.recovered_ms = Some(ms);
        self.details.push(format!("recovered after {ms} ms: {}", how.into()));
    }

    /// So much is missing that should be there.
    pub(super) fn lost(&mut self, count: u64, of: impl Into<String>) {
        self.lost += count;
        self.details.push(format!("lost {count}: {}", of.into()));
    }

    /// A line of what was done or found.
    pub(super) fn note(&mut self, line: impl Into<String>) {
        self.details.push(line.into());
    }

    fn passed_ms(&self) -> u64 {
        u64::try_from(self.broken.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// The row that is recorded. What was never noticed or mended gets the time until it was given up.
    pub(super) fn ended(mut self, name: &str, went: &anyhow::Result<()>) -> Drill {
        let passed_ms = self.passed_ms();
        let is_whole = self.detected_ms.is_some() && self.recovered_ms.is_some() && self.lost == 0;
        if let Err(error) = went {
            self.details.push(format!("failed: {error:#}"));
        }
        Drill {
            name: name.to_owned(),
            passed: is_whole && went.is_ok(),
            detected_ms: self.detected_ms.unwrap_or(passed_ms),
            recovered_ms: self.recovered_ms.unwrap_or(passed_ms),
            lost: self.lost,
            details: self.details,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(lost: u64) -> Course {
        let mut course = Course::begin();
        course.broken("a fault");
        course.detected_after(3, "said");
        course.detected_after(5, "said again");
        course.recovered_after(7, "half");
        course.recovered_after(9, "whole");
        course.lost(lost, "rows");
        course
    }

    #[test]
    fn the_first_notice_and_the_last_recovery_count() {
        let drill = course(0).ended("x", &Ok(()));
        assert_eq!((drill.passed, drill.detected_ms, drill.recovered_ms, drill.lost), (true, 3, 9, 0));
    }

    #[test]
    fn what_was_not_noticed_not_mended_or_not_all_there_has_not_passed() {
        assert!(!course(1).ended("x", &Ok(())).passed);
        let failed = course(0).ended("x", &Err(anyhow::anyhow!("no room")));
        assert_eq!((failed.passed, failed.details.last().unwrap().as_str()), (false, "failed: no room"));
        let mut unnoticed = Course::begin();
        unnoticed.recovered("by itself");
        assert!(!unnoticed.ended("x", &Ok(())).passed);
    }
}
