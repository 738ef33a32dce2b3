//! A sentence can declare a status in its own words: a word for meeting a demand, a word of degree, a
//! negation.
//!
//! Fixed phrases cover what the model statements say. Bodies also write "does not yet meet all requirements"
//! or "is for the most part compliant", with the name of the law in between. Within one sentence the parts
//! decide together.

use super::sheet::{Sheet, is_content};
use crate::glossary::{Found, Hit, Role};
use crate::html::BlockKind;
use deklaro_schemas::codes::Conformance;
use std::ops::Range;

/// Words of a sentence that are looked at.
const MAX_WORDS: usize = 80;
/// Sentences of a page that are looked at.
const MAX_SENTENCES: usize = 400;
/// Bytes of blocks that are joined.
const MAX_PARAGRAPH: usize = 2_000;
/// What ends a sentence.
const ENDS: [char; 5] = ['.', '!', '?', ':', ';'];
/// Words behind a status in which a condition makes it a case.
const CASE_REACH: usize = 3;
/// Words between two statuses that are named one after the other.
const OPTIONS_REACH: usize = 5;
/// Words between the word of degree and the word for meeting a demand: the name of a law may stand between.
const DEGREE_REACH: usize = 16;

/// A status put together from the words of one sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Phrase {
    pub(super) status: Conformance,
    pub(super) hit: Hit,
}

/// The first sentence that declares a status. Within these stretches of the folded text, any word for meeting
/// a demand is about the site. Without a stretch the sentence may stand anywhere, and must name the site
/// itself.
pub(super) fn first(
    sheet: &Sheet<'_>,
    language: Option<&str>,
    within: Option<&[Range<usize>]>,
) -> Option<Phrase> {
    let language = language?;
    let reaches = |start: usize, end: usize| {
        within.is_none_or(|ranges| ranges.iter().any(|range| range.start < end && start < range.end))
    };
    let mut left = MAX_SENTENCES;
    for (start, text) in paragraphs(sheet, &reaches) {
        let mut at = start;
        for text in super::sentences::of(&text) {
            sheet.take_steps(text.len());
            let folded = crate::text::fold(text);
            let sentence =
                Sentence { sheet, folded: &folded, at, is_question: text.trim_end().ends_with('?') };
            // The folded sentence begins with the space that ends the one before.
            at += folded.len() - 1;
            left = left.checked_sub(1)?;
            if reaches(sentence.at, at)
                && let Some(phrase) = sentence.status(language, within.is_some())
            {
                return Some(phrase);
            }
        }
    }
    None
}

/// True when a status is no more than the name of a case: "partially compliant: if at least half …".
pub(super) fn is_only_case(sheet: &Sheet<'_>, hit: &Hit, language: Option<&str>) -> bool {
    let Some(language) = language else { return false };
    let (_, end) = sheet.block_bounds(sheet.block_index(hit.start as usize));
    let after = sheet.folded.get(hit.end as usize..end).unwrap_or("");
    let words = after.split_ascii_whitespace().take(CASE_REACH);
    let words: Vec<&str> = words.inspect(|word| sheet.take_steps(word.len())).collect();
    is_case(&sheet.glossary.grammar().read(&words, language), 0)
}

/// A word such as "if" right behind this place.
fn is_case(found: &[Found], behind: usize) -> bool {
    found
        .iter()
        .any(|part| part.role == Role::Condition && (0..CASE_REACH).contains(&part.at.wrapping_sub(behind)))
}

/// True when the words around a status name all three of them, one after the other: "fully, partly or not compliant".
pub(super) fn is_one_of_three(sheet: &Sheet<'_>, hit: &Hit, language: Option<&str>) -> bool {
    let Some(language) = language else { return false };
    let (start, end) = sheet.block_bounds(sheet.block_index(hit.start as usize));
    let split = |from: usize, to: usize| sheet.folded.get(from..to).unwrap_or("").split_ascii_whitespace();
    let mut words: Vec<&str> = split(start, hit.start as usize).rev().take(OPTIONS_REACH).collect();
    words.reverse();
    words.extend(split(hit.start as usize, end).take(OPTIONS_REACH + 4));
    let found = sheet.glossary.grammar().read(&words, language);
    let places = |roles: &[Role]| -> Vec<usize> {
        found.iter().filter(|part| roles.contains(&part.role)).map(|part| part.at).collect()
    };
    let full = places(&[Role::FullDegree]);
    let non = places(&[Role::Negation, Role::NotConform]);
    places(&[Role::Degree, Role::DegreeWord]).into_iter().any(|partly| {
        let near = |place: &&usize| place.abs_diff(partly) <= OPTIONS_REACH && **place != partly;
        let (before, after) = (|place: &&usize| **place < partly, |place: &&usize| **place > partly);
        let (full, non): (Vec<&usize>, Vec<&usize>) =
            (full.iter().filter(near).collect(), non.iter().filter(near).collect());
        full.iter().any(before) && non.iter().any(after) || non.iter().any(before) && full.iter().any(after)
    })
}

/// The texts of the page's own blocks, each with its offset in the folded text. A block without a full stop,
/// before one that begins with a small letter, forms one text with it. Converted pages have a paragraph for
/// every line.
fn paragraphs<'d>(
    sheet: &Sheet<'d>,
    reaches: &dyn Fn(usize, usize) -> bool,
) -> Vec<(usize, std::borrow::Cow<'d, str>)> {
    let mut texts: Vec<(usize, std::borrow::Cow<'d, str>)> = Vec::new();
    let mut last = None;
    for (index, block) in sheet.blocks().enumerate().filter(|(_, block)| is_content(block)) {
        let (start, end) = sheet.block_bounds(index);
        if !reaches(start, end) {
            continue;
        }
        let text = sheet.block_text(block);
        let goes_on = block.kind == BlockKind::Text
            && last == index.checked_sub(1)
            && text.starts_with(|first: char| first.is_lowercase() || first.is_ascii_digit() || first == '(');
        match texts.last_mut().filter(|(_, before)| goes_on && !before.ends_with(ENDS)) {
            Some((_, before)) if before.len() < MAX_PARAGRAPH => {
                let joined = before.to_mut();
                joined.push(' ');
                joined.push_str(text);
            }
            _ => texts.push((start, text.into())),
        }
        last = Some(index);
    }
    texts
}

struct Sentence<'a, 's> {
    sheet: &'a Sheet<'s>,
    folded: &'a str,
    /// Where its first letter stands in the page's folded text.
    at: usize,
    is_question: bool,
}

impl Sentence<'_, '_> {
    fn status(&self, language: &str, is_inside: bool) -> Option<Phrase> {
        let words: Vec<&str> = self.folded.split_ascii_whitespace().take(MAX_WORDS).collect();
        if self.is_question || words.len() < 3 || self.is_intention() {
            return None;
        }
        let found = self.sheet.glossary.grammar().read(&words, language);
        let parts = Parts { found: &found, is_inside, has_demand: self.has(&[Role::Law, Role::Standard]) };
        let (status, part) = parts.status(self.has(&[Role::Exception]))?;
        Some(Phrase { status, hit: self.hit(&words, part) })
    }

    /// A body that commits itself says what it wants, not what is.
    fn is_intention(&self) -> bool {
        self.has(&[Role::Commitment])
    }

    fn has(&self, roles: &[Role]) -> bool {
        let (start, end) = (self.at.saturating_sub(1), self.at + self.folded.len());
        self.sheet.hits_in(&(start..end)).any(|hit| roles.contains(&self.sheet.term(hit).role))
    }

    fn hit(&self, words: &[&str], part: Found) -> Hit {
        let width = |words: &[&str]| words.iter().map(|word| word.len() + 1).sum::<usize>();
        let start = self.at + width(&words[..part.at]);
        let end = start + width(&words[part.at..part.at + part.count]) - 1;
        Hit { term: part.term, start: start as u32, end: end as u32 }
    }
}

/// What the words of one sentence say.
struct Parts<'a> {
    found: &'a [Found],
    /// The sentence stands under the heading that announces the status.
    is_inside: bool,
    /// A law or a standard is named in it.
    has_demand: bool,
}

impl Parts<'_> {
    fn all(&self, roles: &'static [Role]) -> impl Iterator<Item = Found> {
        self.found.iter().copied().filter(move |part| roles.contains(&part.role))
    }

    fn status(&self, has_exception: bool) -> Option<(Conformance, Found)> {
        let core =
            self.all(&[Role::Conform, Role::StatusPlain, Role::NotConform, Role::Accessible]).next()?;
        // "If the site does not …", "sites must meet …": rules and questions, unless under the heading.
        let modal = [Role::Modal, Role::Condition];
        let is_modal = self.found.iter().any(|part| modal.contains(&part.role));
        let is_before = |part: &Found| modal.contains(&part.role) && part.at < core.at;
        if !self.is_inside && self.found.iter().any(is_before) || is_case(self.found, core.at + core.count) {
            return None;
        }
        let is_subject = self.is_inside
            || self.all(&[Role::Site]).any(|site| site.at < 12)
            || self.all(&[Role::Demand]).any(|demand| demand.at < 3);
        let denied = self.all(&[Role::NotConform]).next();
        let met = self.all(&[Role::Conform, Role::StatusPlain]).next();
        let accessible = self.all(&[Role::Accessible]).next();
        if !is_subject {
            return None;
        }
        if let Some(core) = met.or(denied).or(accessible)
            && self.is_partly(core)
        {
            return Some((Conformance::Partial, core));
        }
        if is_modal {
            return None;
        }
        if let Some(core) = denied.or_else(|| met.filter(|core| self.is_denied(*core))) {
            return self.is_short(core).then_some((Conformance::Non, core));
        }
        let core = met?;
        let has_demand = self.has_demand || self.all(&[Role::Demand]).next().is_some();
        if !has_demand {
            return None;
        }
        let is_full = self.all(&[Role::FullDegree]).any(|full| full.at.abs_diff(core.at) <= DEGREE_REACH);
        let follows = self.all(&[Role::Site]).any(|site| (1..=4).contains(&core.at.saturating_sub(site.at)));
        match (has_exception, is_full, follows) {
            (true, ..) => Some((Conformance::Partial, core)),
            (false, true, _) | (false, false, true) => Some((Conformance::Full, core)),
            (false, false, false) => None,
        }
    }

    /// Partly, for the most part; and "not" right before "fully" or "all".
    fn is_partly(&self, core: Found) -> bool {
        let is_near = |part: Found| part.at.abs_diff(core.at) <= DEGREE_REACH;
        let partial = self.all(&[Role::Degree, Role::DegreeWord]).any(is_near);
        let denied = self.all(&[Role::Negation, Role::NotConform]).any(|not| {
            self.all(&[Role::FullDegree]).any(|full| (1..=4).contains(&full.at.saturating_sub(not.at)))
        });
        partial || denied
    }

    fn is_denied(&self, core: Found) -> bool {
        self.all(&[Role::Negation]).any(|not| {
            (1..=12).contains(&core.at.saturating_sub(not.at))
                || (1..=3).contains(&not.at.saturating_sub(core.at))
        })
    }

    /// Under its heading, or with the site right before: "documents on this site that do not …" is no status.
    fn is_short(&self, core: Found) -> bool {
        if self.all(&[Role::SitePart]).any(|part| part.at < core.at) {
            return false;
        }
        let first = self.all(&[Role::Site]).next();
        self.is_inside || first.is_some_and(|site| site.at <= 4 && core.at.saturating_sub(site.at) <= 10)
    }
}
