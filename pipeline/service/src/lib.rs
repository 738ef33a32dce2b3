//! What is served over HTTP, and who does the scans that are asked for?
//!
#![doc = include_str!("../README.md")]

mod answer;
mod artifacts;
mod attempts;
mod auth;
mod cache;
mod causes;
mod client;
mod current;
mod gauges;
mod heart;
mod index;
mod jobs;
mod limits;
mod listen;
mod look;
mod measured;
mod negotiate;
mod observed;
mod openapi;
mod origin;
mod paced;
mod page;
mod paging;
mod path;
mod per_snapshot;
mod problem;
mod queue;
mod ready;
mod request_id;
mod router;
mod runner;
mod scans;
mod schedule;
mod schedule_keeper;
mod settings;
mod shared;
mod shares;
mod snapshots;
mod start;
mod status;
mod strangers;
mod throttle;
mod vitals;
mod worker;

pub use observed::count_requests_for;
pub use queue::{Answered, QueueRequest, REQUESTS, ask};
pub use router::document;
pub use runner::{IsWanted, Ran, Runner, ToRun};
pub use schedule::{Cadence, Schedule};
pub use settings::{ServeFile, ServeFlags, ServiceSettings};
pub use shared::Service;
pub use start::answer_probes;
pub use vitals::{Vitals, VitalsCell};
pub use worker::{Worker, WorkerTools};
