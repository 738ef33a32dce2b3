//! A statement's dates are those near a verb of preparation, review or promise.

use super::dates::{self, Found};
use super::markup::Prescribed;
use super::sheet::Sheet;
use crate::glossary::{Hit, Role};
use deklaro_schemas::Date;

/// Bytes between a verb and its date.
const REACH: usize = 160;

/// Promised dates kept.
const MAX_PROMISES: usize = 20;

/// The dates of a statement, each with the hit of its verb.
#[derive(Debug, Default)]
pub(crate) struct Dates {
    pub(crate) prepared_on: Option<Date>,
    pub(crate) reviewed_on: Option<Date>,
    /// Dates by which the body promises to have repaired something.
    pub(crate) promised_on: Vec<Date>,
    pub(crate) verbs: Vec<Hit>,
}

/// Dates count only near a verb of preparation or review: pages carry many others.
pub(crate) fn read(sheet: &Sheet<'_>, prescribed: &Prescribed, language: Option<&str>) -> Dates {
    let has_verbs = sheet.has(&[Role::Prepared, Role::Reviewed, Role::Noncompliant]);
    sheet.take_steps(if has_verbs { sheet.folded.len() } else { 0 });
    let found = if has_verbs { dates::find(&sheet.folded, sheet.glossary, language) } else { Vec::new() };
    let prepared = nearest(sheet, &found, &[Role::Prepared], None);
    let reviewed = nearest(sheet, &found, &[Role::Reviewed], prepared.map(|(_, found)| found));
    let prepared_on = prescribed.prepared_on.or(prepared.map(|(_, found)| found.date));
    let reviewed_on = prescribed.reviewed_on.or(reviewed.map(|(_, found)| found.date));
    Dates {
        prepared_on,
        reviewed_on,
        promised_on: promised(sheet, &found, prepared_on.max(reviewed_on)),
        verbs: prepared.iter().chain(&reviewed).map(|(hit, _)| *hit).collect(),
    }
}

/// Dates in the section on what is not accessible that lie after the statement itself: what is older is history.
fn promised(sheet: &Sheet<'_>, found: &[Found], written_on: Option<Date>) -> Vec<Date> {
    let Some(written_on) = written_on else { return Vec::new() };
    let Some(from) = sheet.content_hits(&[Role::Noncompliant]).next().map(|hit| hit.end as usize) else {
        return Vec::new();
    };
    let next = [Role::Feedback, Role::Enforcement, Role::Prepared, Role::Reviewed];
    let end = sheet.content_hits(&next).map(|hit| hit.start as usize).find(|start| *start > from);
    let end = end.unwrap_or(sheet.folded.len());
    let inside = found.iter().filter(|date| (from..end).contains(&date.start) && date.date > written_on);
    let mut dates: Vec<Date> = inside.map(|found| found.date).collect();
    dates.sort_unstable();
    dates.dedup();
    dates.truncate(MAX_PROMISES);
    dates
}

/// The date closest to any of these verbs; one before the verb counts as farther than one after it.
fn nearest(sheet: &Sheet<'_>, found: &[Found], roles: &[Role], taken: Option<Found>) -> Option<(Hit, Found)> {
    let mut best: Option<(usize, Hit, Found)> = None;
    for hit in sheet.hits().filter(|hit| roles.contains(&sheet.term(hit).role)) {
        if !super::sheet::is_content(sheet.block(hit)) {
            continue;
        }
        // The dates are in order: only those in reach are looked at.
        let from = found.partition_point(|date| date.end + REACH < hit.start as usize);
        let near = found[from..].iter().take_while(|date| date.start <= hit.end as usize + REACH);
        for date in near.inspect(|_| sheet.take_steps(1)).filter(|date| Some(**date) != taken) {
            let Some(distance) = distance(hit, date) else { continue };
            if best.is_none_or(|(least, ..)| distance < least) {
                best = Some((distance, *hit, *date));
            }
        }
    }
    best.map(|(_, hit, date)| (hit, date))
}

fn distance(hit: &Hit, date: &Found) -> Option<usize> {
    let after = date.start.checked_sub(hit.end as usize);
    let before = (hit.start as usize).checked_sub(date.end).map(|distance| distance * 2 + 8);
    after.or(before).filter(|distance| *distance <= REACH)
}
