//! What was seen while the program ran?
//!
#![doc = include_str!("../README.md")]

mod audit;
mod buffer;
mod kept_spans;
mod lines;
pub mod logs;
pub mod names;
mod otlp;
mod outcomes;
mod push;
mod recorder;
mod sample;
pub mod schema;
mod settings;
mod spans;
mod start;
mod text;
mod trace;

pub use audit::{Execution, LEAST_COVERED, SpanAudit, audit};
pub use buffer::Watch;
pub use kept_spans::{KeptSpan, SPANS_PATH, parse, read_spans, write_spans};
pub use otlp::is_exported;
pub use outcomes::batch_ended;
pub use push::push;
pub use recorder::{families, render, upkeep};
pub use settings::{File, Given, WatchSettings};
pub use spans::{StageOf, ended, partition, stage};
pub use start::{Logs, end, init};
pub use text::Text;
pub use trace::trace_id;
