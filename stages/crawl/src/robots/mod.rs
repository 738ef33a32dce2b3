//! robots.txt by RFC 9309: bytes → lines → the group that applies to us → a decision per URL.

mod agents;
mod cache;
mod decode;
mod fetch;
mod groups;
mod keys;
mod markup;
mod octets;
mod rules;
mod stance;

pub use agents::product_token;
pub(crate) use cache::RobotsCache;
pub(crate) use fetch::consent;
pub use fetch::is_given_up;
pub use rules::{Decision, Rules};
