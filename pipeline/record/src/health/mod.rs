//! The platform's health as of a snapshot: months gone by, signals, the judgement.

mod history;
mod judgement;
mod signals;

pub use history::{history, month_figures, read_summary};
pub use judgement::{Judgement, judgement};
pub use signals::{artifact_write_failures, live_signals};
