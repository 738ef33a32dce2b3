//! Time stamps of a stranger (RFC 3161): an authority signs that it saw the hash of a manifest at a time. The answer is kept as
//! it came beside the manifest, `manifest.tsr`; `openssl ts -verify -in manifest.tsr -data manifest.json -CAfile …` reads it too.

mod after;
mod ask;
mod authority;
mod certificate;
mod check;
mod element;
mod error;
mod findings;
mod stamping;
#[cfg(test)]
mod tests;
mod token;

pub use after::{after, after_entry, stamp_head};
pub use ask::AskError;
pub use authority::{TimeAuthority, TimestampConfig, TimestampFile, Trusted, TsaFlags, trusted};
pub use check::{Stamp, check_answer};
pub use error::{ENDINGS, TimestampError, TokenError};
pub use findings::findings;
pub use stamping::{Stamped, kept, stamp};
