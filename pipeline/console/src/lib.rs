#![doc = include_str!("../README.md")]

mod clock;
mod ending;
mod errors;
mod exit;
mod foreign;
pub mod line;
mod log_format;
pub mod output;
mod progress;
mod redact;
mod shutdown;

pub use clock::{moment, now};
pub use ending::{Ended, Ending, Knows, exit_of, hint_of, know, known, reason_code_of};
pub use errors::{BadFile, BadFiles, BadLine, Stopped, UsageError};
pub use exit::Exit;
pub use log_format::LogFormat;
pub use progress::{Progress, Stand, Standing, Step};
pub use redact::redact;
pub use shutdown::Shutdown;
