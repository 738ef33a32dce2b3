use super::sheet::Sheet;
use crate::glossary::Role;
use deklaro_schemas::LanguageTag;
use std::collections::BTreeSet;

/// Words of the text that are looked at.
const SAMPLE_WORDS: usize = 1_500;

/// Letters that few languages write, each with those that do.
const LETTERS: [(&str, &[&str]); 21] = [
    ("őű", &["hu"]),
    ("ħġċ", &["mt"]),
    ("șțăţş", &["ro"]),
    ("łąęśźż", &["pl"]),
    ("řěů", &["cs"]),
    ("ľŕĺ", &["sk"]),
    ("đ", &["hr"]),
    ("āēīūķļņģ", &["lv"]),
    ("ėųįęū", &["lt"]),
    ("ðþ", &["is"]),
    ("ñ", &["es", "gl", "eu"]),
    ("ãõ", &["pt", "et"]),
    ("øæ", &["da", "nb", "nn"]),
    ("åä", &["sv", "fi"]),
    ("ŵŷ", &["cy"]),
    ("ßü", &["de", "lb", "et", "hu"]),
    ("ë", &["lb", "nl"]),
    ("ъщѝ", &["bg"]),
    ("ô", &["sk", "fr", "cy"]),
    ("çê", &["fr", "pt", "ca"]),
    ("čšž", &["cs", "hr", "lt", "lv", "sk", "sl"]),
];
/// Points for the letters of one row at most.
const MAX_LETTERS: usize = 8;

/// What the letters of the text's beginning speak for: each found one once, shared by the languages that write it.
fn by_letters(sheet: &Sheet<'_>, points: &mut [f64]) {
    let languages = sheet.glossary.languages();
    let text = &sheet.document.text;
    let rare = text.chars().filter(|letter| !letter.is_ascii()).take(SAMPLE_WORDS);
    let mut counts = [0_usize; LETTERS.len()];
    for letter in rare.flat_map(char::to_lowercase) {
        for (count, _) in counts.iter_mut().zip(LETTERS).filter(|(_, (letters, _))| letters.contains(letter))
        {
            *count += 1;
        }
    }
    for (count, (_, users)) in counts.iter().zip(LETTERS) {
        let share = (*count).min(MAX_LETTERS) as f64 * 0.8 / users.len() as f64;
        for index in users.iter().filter_map(|user| languages.iter().position(|own| own == user)) {
            points[index] += share;
        }
    }
}

/// The language of the text: function words, letters and glossary terms decide, the `lang` attribute helps and fills in.
pub(crate) fn of(sheet: &Sheet<'_>) -> Option<LanguageTag> {
    let declared = sheet.document.lang.as_deref().and_then(|tag| LanguageTag::parse(tag).ok());
    let languages = sheet.glossary.languages();
    let mut points = vec![0.0_f64; languages.len()];
    for word in sheet.folded.split(' ').filter(|word| !word.is_empty()).take(SAMPLE_WORDS) {
        let users = sheet.glossary.stopword(word);
        for language in users {
            // A word of one language says more than one of ten.
            points[usize::from(*language)] += 1.0 / users.len() as f64;
        }
    }
    let mut seen: BTreeSet<u32> = BTreeSet::new();
    for hit in &sheet.hits {
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
    // Of equals the first in the alphabet, so that the answer is always the same.
    let best =
        points.iter().enumerate().fold(None, |best: Option<(usize, f64)>, (index, points)| match best {
            Some((_, most)) if most >= *points => best,
            _ => Some((index, *points)),
        });
    let best = best.filter(|(_, points)| *points > 0.0).map(|(index, _)| languages[index].as_str());
    best.and_then(|language| LanguageTag::parse(language).ok()).or(declared)
}
