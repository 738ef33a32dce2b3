//! Is this page a statement, and what is the verdict on the host?
//!
#![doc = include_str!("../README.md")]

mod batches;
pub mod eval;
mod glossary;
mod html;
mod inspect;
mod links;
#[cfg(test)]
mod nasty;
mod page;
mod paper;
mod pdf;
mod probes;
mod reader;
mod reading;
mod round;
mod steps;
mod text;
mod verdict;
mod view;

pub use batches::{DetectError, read_page_batches, read_round_batches, verdict_batches};
pub use glossary::{Glossary, GlossaryError, OFFICIAL_LANGUAGES, Role, Term};
pub use inspect::inspect;
pub use links::{Link, Strength};
pub use page::{Page, PageInput};
pub use paper::{Fault, Paper, Papers, Unread};
pub use pdf::Here;
pub use probes::probes;
pub use reader::{Patience, Patient, Reader};
pub use reading::Checklist;
pub use round::{Bodies, RoundReadings, read_pages, read_round};
pub use text::{fold, fold_url};
pub use verdict::{RUBRIC, Rule, rubric_version, verdicts};
pub use view::{LinkView, PageView, REVIEW_DAYS};
