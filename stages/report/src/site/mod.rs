//! The report as static pages: an overview, a page per country with its lists of websites, and what stands around them.

mod advice;
mod chart;
mod context;
mod figures;
mod find;
mod input;
mod listing;
mod make;
mod pages;
mod publication;
mod render;
#[cfg(test)]
mod tests;
mod website;

pub use input::{Sink, SiteInput, SitePage};
pub use publication::{Detector, Measured, Publication};
