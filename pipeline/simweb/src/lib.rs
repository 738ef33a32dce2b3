//! What does the simulated Europe answer?
//!
#![doc = include_str!("../README.md")]

mod answer;
mod body;
mod country;
mod draw;
mod europe;
mod habit;
mod harm;
mod harmful;
mod hostname;
mod hosts;
mod languages;
mod pages;
mod pdf;
mod register_answer;
mod registers;
mod reply;
mod request;
mod seeds;
mod server;
mod site;
mod table;
mod truth;

pub use body::SimHost;
pub use europe::Europe;
pub use habit::Habit;
pub use harm::{Harm, Share};
pub use reply::{Answer, Payload, Reply};
pub use request::{Scheme, SimRequest};
pub use seeds::seed_list_csv;
pub use server::{Fault, Seen, ServeConfig, Simweb, SimwebError, serve, serve_with_harm};
pub use truth::{StatementTruth, Truth};
