#![doc = include_str!("../README.md")]

mod answer;
mod country;
mod draw;
mod europe;
mod habit;
mod hosts;
mod languages;
mod pages;
mod pdf;
mod registers;
mod seeds;
mod server;
mod site;
mod table;

pub use answer::{Answer, Payload, Reply, Scheme, SimRequest};
pub use europe::{Europe, SimHost, StatementTruth, Truth};
pub use habit::Habit;
pub use seeds::seed_list_csv;
pub use server::{Fault, Seen, ServeConfig, Simweb, SimwebError, serve};
