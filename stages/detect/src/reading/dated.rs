use super::dates::{self, Found};
use super::markup::Prescribed;
use super::sheet::Sheet;
use crate::glossary::{Hit, Role};
use deklaro_schemas::Date;

/// Bytes between a verb and its date.
const REACH: usize = 160;

/// The dates of a statement, each with the hit of its verb.
#[derive(Debug, Default)]
pub(crate) struct Dates {
    pub(crate) prepared_on: Option<Date>,
    pub(crate) reviewed_on: Option<Date>,
    pub(crate) verbs: Vec<Hit>,
}

/// Dates count only near a verb of preparation or review: pages carry many others.
pub(crate) fn read(sheet: &Sheet<'_>, prescribed: &Prescribed, language: Option<&str>) -> Dates {
    let has_verbs = sheet.has(&[Role::Prepared, Role::Reviewed]);
    let found = if has_verbs { dates::find(&sheet.folded, sheet.glossary, language) } else { Vec::new() };
    let prepared = nearest(sheet, &found, &[Role::Prepared], None);
    let reviewed = nearest(sheet, &found, &[Role::Reviewed], prepared.map(|(_, found)| found));
    Dates {
        prepared_on: prescribed.prepared_on.or(prepared.map(|(_, found)| found.date)),
        reviewed_on: prescribed.reviewed_on.or(reviewed.map(|(_, found)| found.date)),
        verbs: prepared.iter().chain(&reviewed).map(|(hit, _)| *hit).collect(),
    }
}

/// The date closest to any of these verbs; one before the verb counts as farther than one after it.
fn nearest(sheet: &Sheet<'_>, found: &[Found], roles: &[Role], taken: Option<Found>) -> Option<(Hit, Found)> {
    let mut best: Option<(usize, Hit, Found)> = None;
    for hit in sheet.hits.iter().filter(|hit| roles.contains(&sheet.term(hit).role)) {
        if !super::sheet::is_content(sheet.block(hit)) {
            continue;
        }
        for date in found.iter().filter(|date| Some(**date) != taken) {
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
