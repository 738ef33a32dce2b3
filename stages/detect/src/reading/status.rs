//! A statement declares its conformance in a fixed phrase or in its own words.

use super::denials::Denials;
use super::phrase;
use super::sheet::{Sheet, is_content, is_heading};
use crate::glossary::{Hit, Role};
use crate::html::BlockKind;
use deklaro_schemas::codes::Conformance;
use std::ops::Range;

const STATUSES: [Role; 3] = [Role::StatusFull, Role::StatusPartial, Role::StatusNon];
/// Bytes of folded text after its heading that a status is looked for in.
const SECTION: usize = 700;
/// Headings of the status that are looked at.
const MAX_SECTIONS: usize = 20;
/// Denials outside of them that are looked at.
const MAX_DENIALS: usize = 20;
/// Bytes within which all three statuses are a list of options.
const LIST: u32 = 900;
/// What decides whether a sentence declares plain accordance.
const SAID: [Role; 6] =
    [Role::StatusPlain, Role::Law, Role::Standard, Role::Exception, Role::Degree, Role::Commitment];

/// What a page declares.
#[derive(Debug, Default)]
pub(crate) struct Declared {
    /// The status, when one stands out.
    pub(crate) status: Option<Conformance>,
    /// Where.
    pub(crate) hit: Option<Hit>,
    /// The status of the Dutch register as declared, `A` to `E`: it has five, the decision three.
    pub(crate) national: Option<String>,
    /// True when it rests on a fixed phrase or stands under the heading for it.
    pub(crate) is_firm: bool,
    /// True when the page lists all three statuses: a template or a guide.
    pub(crate) is_list: bool,
}

impl Declared {
    fn of(status: Conformance, hit: &Hit, is_firm: bool) -> Self {
        Self { status: Some(status), hit: Some(*hit), is_firm, ..Self::default() }
    }
}

/// The declared status. Fixed phrases under the heading of that section come first. Next comes what else is
/// said there ("in accordance … with exceptions"), then fixed phrases anywhere. Last come sentences that say
/// it in words of their own.
pub(crate) fn declared(sheet: &Sheet<'_>, language: Option<&str>) -> Declared {
    let sections = sections(sheet);
    let in_section = |hit: &&Hit| sections.iter().any(|section| section.contains(&(hit.start as usize)));
    let is_denial = |hit: &&Hit| sheet.term(hit).role == Role::StatusNon;
    let (mut denials, mut of_site) = (0, Denials::of(sheet, language));
    let is_fixed = |hit: &&Hit| {
        if !is_denial(hit) || in_section(hit) {
            return true;
        }
        denials += 1;
        denials <= MAX_DENIALS && of_site.is_of_site(hit)
    };
    let fixed: Vec<&Hit> = sheet.content_hits(&STATUSES).filter(is_fixed).collect();
    let is_case = |hit: &&Hit| phrase::is_only_case(sheet, hit, language);
    let (cases, fixed): (Vec<&Hit>, Vec<&Hit>) = fixed.into_iter().partition(is_case);
    let first = fixed.iter().copied().find(in_section);
    // Definitions: each status with the case it stands for, and none that is said of the site.
    let defines =
        fixed.is_empty() && cases.windows(2).any(|pair| sheet.term(pair[0]).role != sheet.term(pair[1]).role);
    let lead = first.or(fixed.first().copied());
    let is_one_of_three = lead.is_some_and(|lead| phrase::is_one_of_three(sheet, lead, language));
    if defines || is_one_of_three || is_option_list(sheet, &fixed, first) || is_plain_option_list(sheet) {
        return Declared { is_list: true, ..Declared::default() };
    }
    let by_phrase = |hit: &Hit| Declared {
        national: national(sheet, hit),
        ..Declared::of(meaning(sheet, hit), hit, true)
    };
    // Ordinary pages have sentences too; only those that speak as a statement are worth the look.
    let speaks = || sheet.has(&[Role::Name, Role::NameVariant, Role::Mention, Role::Scope]);
    let by_words = |within: Option<&[Range<usize>]>| {
        if within.is_none() && !speaks() {
            return None;
        }
        let found = phrase::first(sheet, language, within)?;
        let is_firm = within.is_some() || found.status == Conformance::Partial;
        Some(Declared::of(found.status, &found.hit, is_firm))
    };
    first
        .map(by_phrase)
        .or_else(|| if sections.is_empty() { None } else { by_words(Some(&sections)) })
        .or_else(|| sections.iter().find_map(|section| described(sheet, section)))
        .or_else(|| fixed.first().copied().map(by_phrase))
        .or_else(|| by_words(None))
        .or_else(|| sentence(sheet))
        .unwrap_or_default()
}

/// The stretches of text under headings that announce the status.
fn sections(sheet: &Sheet<'_>) -> Vec<Range<usize>> {
    let is_status = |hit: &&Hit| {
        let key = &sheet.term(hit).key;
        let block = sheet.block(hit);
        (key.starts_with("compliance_status") || key == "how_accessible")
            && is_heading(block, sheet.document.block_text(block))
            && sheet.extra_words(hit) <= 12
    };
    let headings = sheet.content_hits(&[Role::Heading]).filter(is_status);
    headings.take(MAX_SECTIONS).map(|hit| hit.end as usize..section_end(sheet, hit)).collect()
}

/// The next marked heading ends a section.
fn section_end(sheet: &Sheet<'_>, hit: &Hit) -> usize {
    let own = sheet.block_index(hit.start as usize);
    let next = sheet
        .blocks()
        .enumerate()
        .skip(own + 1)
        .find(|(_, block)| matches!(block.kind, BlockKind::Heading(_)));
    let end = next.map_or(sheet.folded.len(), |(index, _)| sheet.block_bounds(index).0);
    end.min(hit.end as usize + SECTION)
}

/// A status without a fixed phrase: a word of degree makes it partial, and so do exceptions to plain accordance.
fn described(sheet: &Sheet<'_>, section: &Range<usize>) -> Option<Declared> {
    let find = |roles: &[Role]| {
        sheet
            .hits_in(section)
            .find(|hit| roles.contains(&sheet.term(hit).role) && is_content(sheet.block(hit)))
    };
    if let Some(degree) = find(&[Role::Degree]) {
        return Some(Declared::of(Conformance::Partial, degree, true));
    }
    let plain = find(&[Role::StatusPlain])?;
    let status = if find(&[Role::Exception]).is_some() { Conformance::Partial } else { Conformance::Full };
    Some(Declared::of(status, plain, true))
}

/// Plain accordance with a law or standard in one sentence that is not the commitment.
pub(super) fn sentence(sheet: &Sheet<'_>) -> Option<Declared> {
    let hits = sheet.content_hits(&SAID);
    let hits: Vec<(usize, &Hit)> = hits.map(|hit| (sheet.block_index(hit.start as usize), hit)).collect();
    // Hits are in order, so those of a block are neighbours.
    hits.chunk_by(|one, next| one.0 == next.0).find_map(|block| {
        let says = |role: Role| block.iter().any(|(_, hit)| sheet.term(hit).role == role);
        let (_, plain) = block.iter().find(|(_, hit)| sheet.term(hit).role == Role::StatusPlain)?;
        let has_exception = says(Role::Exception);
        let has_demand = has_exception || says(Role::Law) || says(Role::Standard);
        if !has_demand || says(Role::Commitment) {
            return None;
        }
        let is_partial = has_exception || says(Role::Degree);
        Some(Declared::of(if is_partial { Conformance::Partial } else { Conformance::Full }, plain, false))
    })
}

/// All three close together, where the first phrase is one of them: options left in. A status given first and
/// explained later beside the others is no list.
fn is_option_list(sheet: &Sheet<'_>, hits: &[&Hit], first: Option<&Hit>) -> bool {
    let lead = first.or(hits.first().copied()).map_or(0, |hit| hit.start);
    let hits: Vec<(Role, u32)> = hits.iter().map(|hit| (sheet.term(hit).role, hit.start)).collect();
    has_all_near(&hits, lead)
}

/// True when from one of these places on, in order, each status stands within the length of a list, and the lead too.
fn has_all_near(places: &[(Role, u32)], lead: u32) -> bool {
    let mut counts = STATUSES.map(|_| 0_usize);
    let index_of = |role: Role| STATUSES.iter().position(|status| *status == role);
    let mut behind = 0;
    places.iter().any(|&(role, start)| {
        while let Some(&(role, _)) = places.get(behind).filter(|(_, near)| near - start < LIST) {
            counts[index_of(role).unwrap_or(0)] += 1;
            behind += 1;
        }
        let is_list = counts.iter().all(|count| *count > 0) && (start..start + LIST).contains(&lead);
        counts[index_of(role).unwrap_or(0)] -= 1;
        is_list
    })
}

/// The same where "compliant" has no adverb: plain, partial and negative one right after the other.
fn is_plain_option_list(sheet: &Sheet<'_>) -> bool {
    let options = [Role::StatusPlain, Role::StatusPartial, Role::StatusNon];
    let hits: Vec<(Role, u32)> =
        sheet.content_hits(&options).map(|hit| (sheet.term(hit).role, hit.start)).collect();
    hits.windows(3).any(|three| {
        three[2].1 - three[0].1 < LIST / 3 && [0, 1, 2].iter().all(|at| three[*at].0 == options[*at])
    })
}

/// The letter of a Dutch status, by its row in the glossary.
fn national(sheet: &Sheet<'_>, hit: &Hit) -> Option<String> {
    sheet.term(hit).key.strip_prefix("compliance_nl_").map(str::to_ascii_uppercase)
}

fn meaning(sheet: &Sheet<'_>, hit: &Hit) -> Conformance {
    let term = sheet.term(hit);
    match term.role {
        _ if term.key == "compliance_nl_c" => Conformance::FirstMeasures,
        Role::StatusFull => Conformance::Full,
        Role::StatusPartial => Conformance::Partial,
        _ => Conformance::Non,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same by its definition: from each place on, all near ones are looked at.
    fn by_definition(places: &[(Role, u32)], lead: u32) -> bool {
        (0..places.len()).any(|index| {
            let start = places[index].1;
            let near = places[index..].iter().take_while(|(_, place)| place - start < LIST);
            let near: Vec<Role> = near.map(|(role, _)| *role).collect();
            STATUSES.iter().all(|status| near.contains(status)) && (start..start + LIST).contains(&lead)
        })
    }

    proptest! {
        #[test]
        fn lists_are_those_of_the_definition(
            steps in proptest::collection::vec((0..3_usize, 0..600_u32), 0..30),
            lead in 0..9_000_u32,
        ) {
            let mut at = 0;
            let place = |(role, step): (usize, u32)| {
                at += step;
                (STATUSES[role], at)
            };
            let places: Vec<(Role, u32)> = steps.into_iter().map(place).collect();
            prop_assert_eq!(has_all_near(&places, lead), by_definition(&places, lead));
            let first = places.first().map_or(0, |place| place.1);
            prop_assert_eq!(has_all_near(&places, first), by_definition(&places, first));
        }
    }
}
