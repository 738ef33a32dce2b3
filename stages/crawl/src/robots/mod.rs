//! robots.txt by RFC 9309: bytes → lines → the group that applies to us → a decision per URL.

mod cache;
mod decode;
mod fetch;
mod groups;
mod octets;
mod rules;

pub(crate) use cache::RobotsCache;
pub(crate) use fetch::robots_of;
pub use groups::product_token;
pub use rules::{Decision, Rules};
