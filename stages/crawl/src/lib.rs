#![doc = include_str!("../README.md")]

mod address;
mod answer;
mod body;
mod chain;
mod client;
mod config;
mod content_type;
mod crawler;
mod failure;
mod names;
mod politeness;
mod request;
mod retry_after;
pub mod robots;
mod session;
mod visit;
mod work;

pub use config::{ConnectTo, CrawlConfig, CrawlError};
pub use crawler::{Crawler, HostOutcome};
