//! Is the month healthy and ready, and may it be released?
//!
#![doc = include_str!("../README.md")]

mod health;
mod measures;
mod metrics;
mod readiness;
pub mod release;
mod state;
mod suites;
mod summary;
mod thresholds;

pub use health::{Health, HealthCheck, HealthInput, HealthVerdict, Signals, health};
pub use metrics::metrics;
pub use readiness::{
    QuarterlyReview, ReadinessInput, Scorecard, Suite, SuiteResult, SuiteScore, SuiteStatus, Waiver,
    data_suite, readiness,
};
pub use state::HealthState;
pub use suites::{Bench, CARGO_ENDED, EndToEnd, Figure, ResultFile, WalkStep, suite_results};
pub use summary::{Count, Funnel, Requests, RunFigures, Summary};
pub use thresholds::{
    HealthThreshold, ReadinessThresholds, SHIPPED_THRESHOLDS, ThresholdError, Thresholds, Tolerance,
};
