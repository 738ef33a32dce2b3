//! How does a command talk to its terminal, and how does it end?
//!
#![doc = include_str!("../README.md")]

mod clock;
pub mod descriptors;
mod ended;
mod ending;
mod errors;
mod exit;
mod foreign;
pub mod line;
mod log_format;
pub mod output;
mod output_format;
mod private_file;
mod progress;
mod redact;
mod shutdown;

pub use clock::{moment, now};
pub use ended::{exit_of, hint_of, know, reason_code_of};
pub use ending::{Ended, Ending, Knows, known};
pub use errors::{BadFile, BadFiles, BadLine, Stopped, UsageError};
pub use exit::Exit;
pub use log_format::LogFormat;
pub use output_format::Output;
pub use private_file::private_file;
pub use progress::{Progress, ProgressStep, Stand, Standing};
pub use redact::redact;
pub use shutdown::Shutdown;
