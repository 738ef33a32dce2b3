//! Bytes to text, and text to the one folded form that glossary and pages share.

pub(crate) mod charset;
pub(crate) mod fold;
pub(crate) mod mojibake;
pub(crate) mod word;

pub use fold::{fold, fold_url};
