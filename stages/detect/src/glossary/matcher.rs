//! The matcher finds every glossary term in a folded text.

use super::openings::Openings;
use super::role::Role;
use super::rows::{GlossaryError, Term};
use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::{Anchored, MatchKind};
use std::collections::HashMap;

/// A term found in a folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Index into the glossary's terms; of several languages' equal terms the first.
    pub(crate) term: u32,
    /// Where its first letter stands in the folded text.
    pub(crate) start: u32,
    /// Behind its last letter, an inflected ending included.
    pub(crate) end: u32,
}

/// One automaton over all spellings of all terms, walked from the beginnings of words only.
#[derive(Debug)]
pub(super) struct Matcher {
    automaton: NFA,
    start: StateID,
    /// For each pattern the terms it spells: equal spellings of several languages share one.
    owners: Vec<Vec<u32>>,
    /// How words begin that begin a spelling: most words begin none.
    openings: Openings,
}

impl Matcher {
    pub(super) fn of(terms: &[Term]) -> Result<Self, GlossaryError> {
        let mut patterns: Vec<String> = Vec::new();
        let mut owners: Vec<Vec<u32>> = Vec::new();
        let mut index_of: HashMap<String, usize> = HashMap::new();
        let mut openings = Openings::new();
        for (index, term) in terms.iter().enumerate().filter(|(_, term)| is_searched_for(term.role)) {
            for spelling in spellings(term) {
                openings.add(spelling.as_bytes());
                let at = *index_of.entry(spelling.clone()).or_insert_with(|| {
                    patterns.push(spelling);
                    owners.push(Vec::new());
                    patterns.len() - 1
                });
                if !owners[at].contains(&(index as u32)) {
                    owners[at].push(index as u32);
                }
            }
        }
        let automaton = NFA::builder().match_kind(MatchKind::Standard).build(&patterns)?;
        let start =
            automaton.start_state(Anchored::Yes).expect("every automaton of this kind can be anchored");
        Ok(Self { automaton, start, owners, openings })
    }

    /// All matches with word borders on both sides, then the leftmost and of those the longest; equal spellings all stay.
    pub(super) fn hits(&self, folded: &str, terms: &[Term]) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::new();
        let mut taken = 0;
        for start in self.openings.words(folded.as_bytes()) {
            if start >= taken {
                let known = hits.len();
                self.longest_at(start, folded, terms, &mut hits);
                taken = hits.get(known).map_or(taken, |hit| hit.end as usize);
            }
        }
        hits
    }

    /// Adds the longest match that begins here, once for each term it spells.
    fn longest_at(&self, start: usize, folded: &str, terms: &[Term], hits: &mut Vec<Hit>) {
        let known = hits.len();
        for (pattern, behind) in self.patterns_at(start, folded.as_bytes()) {
            for &term in &self.owners[pattern] {
                let Some(end) = word_end(folded, behind, terms[term as usize].ending) else { continue };
                let longest = hits.get(known).map_or(0, |hit| hit.end as usize);
                if end > longest {
                    hits.truncate(known);
                }
                if end >= longest {
                    hits.push(Hit { term, start: start as u32, end: end as u32 });
                }
            }
        }
        hits[known..].sort_by_key(|hit| hit.term);
    }

    /// The patterns that begin here, shortest first, and the place behind each.
    fn patterns_at(&self, start: usize, folded: &[u8]) -> impl Iterator<Item = (usize, usize)> {
        let mut state = self.start;
        let walk = folded[start..].iter().enumerate().map_while(move |(offset, byte)| {
            state = self.automaton.next_state(Anchored::Yes, state, *byte);
            (!self.automaton.is_dead(state)).then_some((state, offset + 1))
        });
        walk.filter(|(state, _)| self.automaton.is_match(*state)).flat_map(move |(state, length)| {
            let matched =
                (0..self.automaton.match_len(state)).map(move |at| self.automaton.match_pattern(state, at));
            // A state also knows the patterns that end here and began later.
            matched
                .filter(move |pattern| self.automaton.pattern_len(*pattern) == length)
                .map(move |pattern| (pattern.as_usize(), start + length))
        })
    }
}

fn is_searched_for(role: Role) -> bool {
    !role.is_single_word() && !role.is_grammar()
}

/// The end of the word in which a match ends. None when more letters than allowed follow the match.
fn word_end(folded: &str, end: usize, ending: usize) -> Option<usize> {
    let rest = &folded[end..];
    let letters = rest.chars().take(ending + 1).take_while(|character| *character != ' ');
    let (count, bytes) =
        letters.fold((0, 0), |(count, bytes), letter| (count + 1, bytes + letter.len_utf8()));
    (count <= ending).then_some(end + bytes)
}

/// The folded term; for names also the spellings of addresses.
fn spellings(term: &Term) -> Vec<String> {
    let plain = term.folded.trim().to_owned();
    let mut all = vec![plain.clone()];
    if matches!(
        term.role,
        Role::Name | Role::NameVariant | Role::Bare | Role::BareVariant | Role::SlugName | Role::SlugBare
    ) {
        let digraphs = digraphs(&term.text);
        let variants = [digraphs.trim(), &plain];
        for variant in variants {
            all.push(variant.to_owned());
            let joined = variant.replace(' ', "");
            if joined.len() > 8 {
                all.push(joined);
            }
        }
    }
    all.dedup();
    all
}

/// The term with the letters that ASCII spells as two: `Erklärung` as `erklaerung`, `på` as `paa`.
fn digraphs(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len() + 4);
    for letter in text.chars() {
        match letter {
            'ä' | 'Ä' => spelled.push_str("ae"),
            'ö' | 'Ö' | 'ø' | 'Ø' => spelled.push_str("oe"),
            'ü' | 'Ü' => spelled.push_str("ue"),
            'å' | 'Å' => spelled.push_str("aa"),
            other => spelled.push(other),
        }
    }
    crate::text::fold(&spelled)
}
