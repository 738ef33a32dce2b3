//! What is read in a process of its own, and what if that process dies?
//!
#![doc = include_str!("../README.md")]

mod apart;
mod child;
mod error;
mod frame;
mod kind;
mod limits;
mod line;
mod papers;
mod pipes;
mod pool;
mod workbooks;

pub use apart::Apart;
pub use child::{Trial, child, child_with};
pub use error::ApartError;
pub use kind::WORD;
