//! How is a page fetched politely?
//!
#![doc = include_str!("../README.md")]

mod address;
mod answer;
mod body;
mod chain;
mod challenge;
mod client;
mod config;
mod content_type;
mod crawler;
#[doc(hidden)]
pub mod doors;
mod facts;
mod failure;
mod feed;
mod head;
mod names;
mod opt_out;
mod pace;
mod patience;
mod politeness;
mod refresh;
mod request;
mod retry_after;
pub mod robots;
mod session;
mod shared_states;
mod trust;
mod visit;
mod work;

pub use config::{ConnectTo, CrawlConfig, CrawlError, HostPolicy};
pub use crawler::{Crawler, HostOutcome};
pub use facts::HeaderFacts;
pub use ipnet::IpNet as AddressRange;
pub use opt_out::{OptOut, OptOutError};
