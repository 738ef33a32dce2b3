//! A glossary file is read into terms, or refused with the line that is wrong.

use super::role::Role;
use crate::text::{fold, fold_url};
use deklaro_schemas::LanguageTag;
use std::collections::HashMap;

/// Why a glossary file is refused.
#[derive(Debug, thiserror::Error)]
pub enum GlossaryError {
    /// A line has not six columns.
    #[error("{file}, line {line}: {count} columns, expected language, term_key, term, kind, sure, source")]
    Columns {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// Columns found.
        count: usize,
    },
    /// A kind, language or term that cannot be used.
    #[error("{file}, line {line}: `{value}` is not {expected}")]
    Value {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What stands there.
        value: String,
        /// What should.
        expected: &'static str,
    },
    /// The same term twice in a language.
    #[error("{file}, line {line}: `{term}` stands in line {first} already")]
    Duplicate {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The term.
        term: String,
        /// Where it stood first.
        first: usize,
    },
    /// The automaton is too large.
    #[error("too many terms for one automaton")]
    TooLarge(#[from] aho_corasick::BuildError),
}

/// One term of the glossary.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// Its language; `und` for what stands in every language.
    pub language: LanguageTag,
    /// The key of its row.
    pub key: String,
    /// The term as it is written.
    pub text: String,
    /// What it says.
    pub role: Role,
    /// True when it was seen in a source, false when it rests on general knowledge.
    pub is_seen: bool,
    /// Where it comes from.
    pub source: String,
    /// Its folded form, a space at both ends.
    pub(crate) folded: String,
    /// Letters its last word may go on for: a `*` at its end stands for an inflected ending.
    pub(crate) ending: usize,
}

/// The letters a `*` stands for at most.
const MAX_ENDING: usize = 6;

pub(super) fn read(files: &[(&str, &str)]) -> Result<Vec<Term>, GlossaryError> {
    let mut terms = Vec::new();
    let mut first_lines: HashMap<(LanguageTag, String, u8), usize> = HashMap::new();
    for (file, content) in files {
        for (index, row) in content.lines().enumerate().skip(1).filter(|(_, row)| !row.trim().is_empty()) {
            let line = index + 1;
            let term = term_of(file, line, row)?;
            // An address and a label, a month and a name may share a spelling.
            let space = if term.role.is_slug() {
                1
            } else if term.role.is_single_word() {
                2
            } else if term.role.is_grammar() {
                // `full` and `compliant` are parts of longer terms; one class each.
                3
            } else {
                0
            };
            let key = (term.language.clone(), format!("{}{}", term.folded, term.ending), space);
            if let Some(first) = first_lines.insert(key, line) {
                return Err(GlossaryError::Duplicate {
                    file: (*file).to_owned(),
                    line,
                    term: term.text,
                    first,
                });
            }
            terms.push(term);
        }
    }
    Ok(terms)
}

fn term_of(file: &str, line: usize, row: &str) -> Result<Term, GlossaryError> {
    let columns: Vec<&str> = row.split('\t').collect();
    let [language, key, text, kind, sure, source] = columns[..] else {
        return Err(GlossaryError::Columns { file: file.to_owned(), line, count: columns.len() });
    };
    let refuse = |value: &str, expected| GlossaryError::Value {
        file: file.to_owned(),
        line,
        value: value.to_owned(),
        expected,
    };
    let role = Role::of(kind, key).ok_or_else(|| refuse(kind, "a kind of term"))?;
    let language = LanguageTag::parse(language).map_err(|_| refuse(language, "a language tag"))?;
    let folded = if role.is_slug() { fold_url(text) } else { fold(text) };
    if folded.trim().is_empty() {
        return Err(refuse(text, "a term with a letter or digit"));
    }
    let ending = if text.ends_with('*') { MAX_ENDING } else { 0 };
    let (key, source, text) = (key.to_owned(), source.to_owned(), text.trim_end_matches('*').to_owned());
    Ok(Term { language, key, text, role, is_seen: sure == "seen", source, folded, ending })
}
