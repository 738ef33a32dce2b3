//! Pages that are dear to read, and pages without end.

use crate::reply::Reply;
use crate::site::{Conformance, Site};

/// Bytes of what is dear, in a page.
const DEAR: usize = 512 << 10;
/// Pages that lead on, before one is busy.
const STEPS: usize = 10;

/// Denials of conformance, and sentences of one letter in the same block.
pub(super) fn phrases(site: &Site) -> String {
    let denials = format!("{} ", Conformance::Non.phrase(site.words)).repeat(20);
    format!("<p>{denials}{}</p>", "a.".repeat(DEAR / 2))
}

/// Every status a statement could declare, over and over.
pub(super) fn hits(site: &Site) -> String {
    let all = format!("{}. ", site.words.status.join(" "));
    format!("<p>{}</p>", all.repeat(DEAR / all.len()))
}

/// The next page of those that lead on, by the path of this one.
pub(super) fn tarpit(path: &str) -> Reply {
    let step: usize = path.strip_prefix("/step/").and_then(|step| step.parse().ok()).unwrap_or(0);
    if step % (STEPS + 1) == STEPS {
        Reply::text(503, "busy\n")
    } else {
        Reply::redirect(302, format!("/step/{}", step + 1))
    }
}
