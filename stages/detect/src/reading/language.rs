use super::sheet::Sheet;
use crate::glossary::Role;
use deklaro_schemas::LanguageTag;
use std::collections::{BTreeMap, BTreeSet};

/// Words of the text that are looked at.
const SAMPLE_WORDS: usize = 1_500;

/// The language of the text: function words and glossary terms decide, the `lang` attribute helps and fills in.
pub(crate) fn of(sheet: &Sheet<'_>) -> Option<LanguageTag> {
    let declared = sheet.document.lang.as_deref().and_then(|tag| LanguageTag::parse(tag).ok());
    let mut points: BTreeMap<&str, f64> = BTreeMap::new();
    for word in sheet.folded.split_ascii_whitespace().take(SAMPLE_WORDS) {
        let languages = sheet.glossary.stopword(word);
        for language in languages {
            // A word of one language says more than one of ten.
            *points.entry(language.primary()).or_default() += 1.0 / languages.len() as f64;
        }
    }
    let mut seen: BTreeSet<u32> = BTreeSet::new();
    for hit in &sheet.hits {
        let term = sheet.term(hit);
        // A word that the page repeats says no more than once.
        if seen.insert(hit.term)
            && term.language.as_str() != "und"
            && !matches!(term.role, Role::Guidance | Role::Hub)
        {
            *points.entry(term.language.primary()).or_default() += 2.0;
        }
    }
    if let Some(declared) = &declared {
        let own = points.get(declared.primary()).copied().unwrap_or(0.0);
        points.insert(declared.primary(), own * 1.3 + 0.5);
    }
    // Of equals the first in the alphabet, so that the answer is always the same.
    let best = points.iter().fold(None, |best: Option<(&str, f64)>, (language, points)| match best {
        Some((_, most)) if most >= *points => best,
        _ => Some((language, *points)),
    });
    best.and_then(|(language, _)| LanguageTag::parse(language).ok()).or(declared)
}
