//! Who decided what about a month?
//!
#![doc = include_str!("../README.md")]

mod announced;
mod chosen;
pub mod health;
pub mod incidents;
mod lease_break;
mod month;
mod owner;
mod recorded_readiness;
pub mod rehearsal;
pub mod release;
mod tables;
pub mod timestamp;

use deklaro_console::Knows;

pub use announced::{Announced, announce, new_run_id};
pub use chosen::{chosen, moment_of};
pub use lease_break::break_leases;
pub use month::{not_ahead, this_month};
pub use owner::{is_gone, owner};
pub use recorded_readiness::{LastScorecard, RecordedReadiness};
pub use tables::{Answer, Tables};

/// How the errors of this crate end the program.
pub const ENDINGS: [&[Knows]; 2] = [release::ENDINGS, timestamp::ENDINGS];
