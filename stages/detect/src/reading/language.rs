//! Function words, letters and glossary terms decide which language a page is in.

use super::sheet::Sheet;
use crate::glossary::Role;
use crate::text::word;
use deklaro_schemas::LanguageTag;
use std::collections::BTreeSet;

/// Words of the text that are looked at.
const SAMPLE_WORDS: usize = 1_500;

/// Points for the letters of one row at most.
const MAX_LETTERS: usize = 8;

/// What the letters of the text's beginning speak for: a row of letters is shared by the languages that write it.
fn by_letters(sheet: &Sheet<'_>, points: &mut [f64]) {
    let rare = rare_letters(sheet.text()).take(SAMPLE_WORDS);
    for (count, users) in sheet.glossary.letters().count(rare) {
        let share = count.min(MAX_LETTERS) as f64 * 0.8 / users.len().max(1) as f64;
        for index in users {
            points[usize::from(*index)] += share;
        }
    }
}

/// The characters beyond ASCII, in order; the others are passed over by the byte.
fn rare_letters(text: &str) -> impl Iterator<Item = char> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at = word::beyond_ascii(text.as_bytes(), at)?;
        let letter = text[at..].chars().next()?;
        at += letter.len_utf8();
        Some(letter)
    })
}

/// The language of the text: function words, letters and glossary terms decide, the `lang` attribute helps and fills in.
pub(crate) fn page_language(sheet: &Sheet<'_>) -> Option<LanguageTag> {
    let declared = sheet.document.lang.as_deref().and_then(|tag| LanguageTag::parse(tag).ok());
    let languages = sheet.glossary.languages();
    let mut points = vec![0.0_f64; languages.len()];
    for users in sheet.glossary.stopwords().users(sheet.folded.as_bytes(), SAMPLE_WORDS) {
        for language in users {
            // A word of one language says more than one of ten.
            points[usize::from(*language)] += 1.0 / users.len() as f64;
        }
    }
    let mut seen: BTreeSet<u32> = BTreeSet::new();
    for hit in sheet.hits() {
        // A word that the page repeats says no more than once.
        if let Some(language) = sheet.glossary.language_of(hit)
            && !matches!(sheet.term(hit).role, Role::Guidance | Role::Hub)
            && seen.insert(hit.term)
        {
            points[usize::from(language)] += 2.0;
        }
    }
    by_letters(sheet, &mut points);
    let own = declared.as_ref().and_then(|tag| languages.iter().position(|own| own == tag.primary()));
    if let Some(own) = own {
        points[own] = points[own] * 1.3 + 0.5;
    }
    // Among equals the first in the alphabet wins, so that the answer is always the same.
    let best =
        points.iter().enumerate().fold(None, |best: Option<(usize, f64)>, (index, points)| match best {
            Some((_, most)) if most >= *points => best,
            _ => Some((index, *points)),
        });
    let best = best.filter(|(_, points)| *points > 0.0).map(|(index, _)| languages[index].as_str());
    best.and_then(|language| LanguageTag::parse(language).ok()).or(declared)
}
