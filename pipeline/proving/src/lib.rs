//! Does the product work when it is tried on itself?
//!
#![doc = include_str!("../README.md")]

mod demo;
mod demo_data;
mod demo_web;
pub mod drill;
mod loopback;
pub mod night;
mod process;
mod score;
mod setup;

pub use demo::{Demo, demo};
pub use setup::Setup;
