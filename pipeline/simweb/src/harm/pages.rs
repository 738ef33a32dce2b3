//! Pages that are dear to read, and pages without end.

use crate::pages::statement_with;
use crate::reply::Reply;
use crate::site::{Conformance, Site};

/// Bytes of what is dear, in a page.
const DEAR: usize = 512 << 10;
/// Pages that lead on, before one is busy.
const STEPS: usize = 10;

/// The statement, denials of conformance, and sentences of one letter in the same block.
pub(super) fn phrases(site: &Site) -> Reply {
    let denials = format!("{} ", Conformance::Non.phrase(site.words)).repeat(20);
    statement_with(site, &format!("<p>{denials}{}</p>", "a.".repeat(DEAR / 2)))
}

/// The statement, and every status it could declare, over and over.
pub(super) fn hits(site: &Site) -> Reply {
    let all = format!("{}. ", site.words.status.join(" "));
    statement_with(site, &format!("<p>{}</p>", all.repeat(DEAR / all.len())))
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
