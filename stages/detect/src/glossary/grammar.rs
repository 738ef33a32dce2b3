//! The grammar finds the words that a sentence on conformance is built from.

use super::role::Role;
use super::rows::Term;
use std::collections::HashMap;

/// A word of the lexicon and what it says.
#[derive(Debug)]
struct Entry {
    /// Its words, folded.
    words: Vec<String>,
    /// Bytes that may follow its last word.
    ending: usize,
    role: Role,
    term: u32,
}

/// A word found in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    /// What it says.
    pub(crate) role: Role,
    /// Index into the glossary's terms.
    pub(crate) term: u32,
    /// Which word of the sentence it begins with.
    pub(crate) at: usize,
    /// How many words it has.
    pub(crate) count: usize,
}

/// The words that sentences on conformance are built from, by language.
///
/// They are common words (`not`, `full`, `page`) that mean something in such a sentence only. So the
/// automaton over whole pages does not know them.
#[derive(Debug, Default)]
pub(crate) struct Grammar(HashMap<String, Vec<Entry>>);

impl Grammar {
    pub(super) fn of(terms: &[Term]) -> Self {
        let mut by_language: HashMap<String, Vec<Entry>> = HashMap::new();
        let parts = terms.iter().enumerate().filter(|(_, term)| {
            term.role.is_grammar() || matches!(term.role, Role::Degree | Role::StatusPlain)
        });
        for (index, term) in parts {
            let entry = Entry {
                words: term.folded.split_ascii_whitespace().map(str::to_owned).collect(),
                ending: term.ending,
                role: term.role,
                term: index as u32,
            };
            by_language.entry(term.language.primary().to_owned()).or_default().push(entry);
        }
        for entries in by_language.values_mut() {
            // Stable: of equally long ones the first in the file.
            entries.sort_by_key(|entry| std::cmp::Reverse(entry.words.len()));
        }
        Self(by_language)
    }

    /// What a sentence's words say in a language, in order; at one place the longest entry counts.
    pub(crate) fn read(&self, words: &[&str], language: &str) -> Vec<Found> {
        let Some(entries) = self.0.get(language) else { return Vec::new() };
        let mut found = Vec::new();
        for at in 0..words.len() {
            let mut longest = 0;
            for entry in entries.iter().filter(|entry| entry.fits(&words[at..])) {
                // One word may say two things: `is compliant` has the plain status and the word for it.
                if entry.words.len() >= longest {
                    longest = entry.words.len();
                    found.push(Found { role: entry.role, term: entry.term, at, count: longest });
                }
            }
        }
        found
    }
}

impl Entry {
    fn fits(&self, words: &[&str]) -> bool {
        let Some((last, first)) = self.words.split_last() else { return false };
        let Some(ending) = words.get(first.len()).and_then(|word| word.strip_prefix(last.as_str())) else {
            return false;
        };
        ending.chars().count() <= self.ending && first.iter().zip(words).all(|(own, word)| own == word)
    }
}
