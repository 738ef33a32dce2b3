//! A month's name, in any language of the glossary, gives its number.

use super::role::Role;
use super::rows::Term;
use rustc_hash::FxBuildHasher;
use std::collections::HashMap;

/// Month names of all languages, folded.
#[derive(Debug)]
pub(super) struct Months(HashMap<String, Vec<(String, i8)>, FxBuildHasher>);

impl Months {
    pub(super) fn of(terms: &[Term]) -> Self {
        let mut by_word: HashMap<String, Vec<(String, i8)>, FxBuildHasher> = HashMap::default();
        for term in terms.iter().filter(|term| term.role == Role::Month) {
            let month: i8 =
                term.key.strip_prefix("month_").and_then(|digits| digits.parse().ok()).unwrap_or(0);
            let entry = (term.language.primary().to_owned(), month);
            by_word.entry(term.folded.trim().to_owned()).or_default().push(entry);
        }
        Self(by_word)
    }

    pub(super) fn get(&self, word: &str, language: Option<&str>) -> Option<i8> {
        let entries = self.0.get(word)?;
        if let Some((_, month)) = entries.iter().find(|(tag, _)| Some(tag.as_str()) == language) {
            return Some(*month);
        }
        let first = entries.first()?.1;
        entries.iter().all(|(_, month)| *month == first).then_some(first)
    }
}
