#![doc = include_str!("../README.md")]

mod check;
mod check_list;
mod database;
mod declared_checks;
mod health;
mod metrics;
mod readiness;
mod site;
mod suites;
mod summary;
#[cfg(test)]
mod testing;
mod thresholds;
mod wording;

pub use database::{Database, OpenOptions, ReportError, write_database};
pub use health::{Health, HealthCheck, HealthInput, HealthState, HealthVerdict, Signals, health};
pub use metrics::metrics;
pub use readiness::{
    QuarterlyReview, ReadinessInput, Scorecard, Suite, SuiteResult, SuiteScore, SuiteStatus, Waiver,
    data_suite, readiness,
};
pub use site::{Detector, Measured, Page, Publication, Sink, SiteInput};
pub use suites::{Bench, CARGO_ENDED, EndToEnd, Figure, ResultFile, Step, suite_results};
pub use summary::{Count, Funnel, Requests, RunFigures, Summary};
pub use thresholds::{HealthThreshold, ReadinessThresholds, ThresholdError, Thresholds, Tolerance};
