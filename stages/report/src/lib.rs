//! Which checks do the tables fail, and what do the pages show?
//!
#![doc = include_str!("../README.md")]

mod check;
mod check_list;
mod cohort;
mod database;
mod declared_checks;
#[cfg(test)]
mod judged;
mod rule;
mod site;
mod summary;
#[cfg(test)]
mod testing;
mod wording;

pub use cohort::Cohort;
pub use database::{Database, OpenOptions, ReportError, write_database};
pub use site::{Detector, Measured, Publication, Sink, SiteInput, SitePage};
