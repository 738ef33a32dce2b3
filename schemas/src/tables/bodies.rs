//! The table `bodies` holds the bytes of pages and robots.txt files.

use crate::table::table;
use crate::{Bytes, Sha256};

table! {
    /// One row per distinct body, kept under `evidence/` with a retention of its own.
    Body in bodies, version 1, key [body_sha256], sort [body_sha256], carry No;
    /// SHA-256 of the decoded bytes.
    body_sha256: Sha256,
    /// Media type as sent, without parameters.
    content_type: Option<String>,
    /// Charset parameter as sent.
    charset: Option<String>,
    /// Length.
    body_bytes: i64,
    /// The bytes, decoded from any content encoding, cut at the cap.
    body: Bytes,
}
