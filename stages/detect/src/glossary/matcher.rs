use super::role::Role;
use super::rows::{GlossaryError, Term};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
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

/// One automaton over all spellings of all terms.
#[derive(Debug)]
pub(super) struct Matcher {
    automaton: AhoCorasick,
    /// For each pattern the terms it spells: equal spellings of several languages share one.
    owners: Vec<Vec<u32>>,
    /// The spellings that a link can carry, alone: most links carry none, and this says so fastest.
    links: AhoCorasick,
}

impl Matcher {
    pub(super) fn of(terms: &[Term]) -> Result<Self, GlossaryError> {
        let mut patterns: Vec<String> = Vec::new();
        let mut owners: Vec<Vec<u32>> = Vec::new();
        let mut index_of: HashMap<String, usize> = HashMap::new();
        let mut on_links: Vec<usize> = Vec::new();
        for (index, term) in terms.iter().enumerate().filter(|(_, term)| is_searched_for(term.role)) {
            for spelling in spellings(term) {
                let at = *index_of.entry(spelling.clone()).or_insert_with(|| {
                    patterns.push(spelling);
                    owners.push(Vec::new());
                    patterns.len() - 1
                });
                if !owners[at].contains(&(index as u32)) {
                    owners[at].push(index as u32);
                }
                if term.role.is_on_links() {
                    on_links.push(at);
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .match_kind(MatchKind::Standard)
            .build(&patterns)?;
        let links = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .build(on_links.into_iter().map(|at| patterns[at].as_str()))?;
        Ok(Self { automaton, owners, links })
    }

    /// False when no term of a link can stand in a folded text; true is a reason to look closer.
    pub(super) fn may_be_on_link(&self, folded: &str) -> bool {
        self.links.is_match(folded)
    }

    /// All matches with word borders on both sides, then the leftmost and of those the longest; equal spellings all stay.
    pub(super) fn hits(&self, folded: &str, terms: &[Term]) -> Vec<Hit> {
        let mut found: Vec<Hit> = Vec::new();
        for matched in self.automaton.find_overlapping_iter(folded) {
            for &term in &self.owners[matched.pattern().as_usize()] {
                if let Some(end) = word_end(folded, matched.end(), terms[term as usize].ending) {
                    found.push(Hit { term, start: matched.start() as u32 + 1, end: end as u32 });
                }
            }
        }
        found.sort_by(|a, b| {
            (a.start, std::cmp::Reverse(a.end), a.term).cmp(&(b.start, std::cmp::Reverse(b.end), b.term))
        });
        let mut kept: Vec<Hit> = Vec::with_capacity(found.len());
        for hit in found {
            let fits = kept
                .last()
                .is_none_or(|last| hit.start >= last.end || (hit.start, hit.end) == (last.start, last.end));
            if fits {
                kept.push(hit);
            }
        }
        kept
    }
}

fn is_searched_for(role: Role) -> bool {
    !role.is_single_word() && !role.is_grammar()
}

/// Where the word ends that a match ends in, when no more letters than allowed are left of it.
fn word_end(folded: &str, end: usize, ending: usize) -> Option<usize> {
    let rest = &folded[end..];
    let letters = rest.chars().take(ending + 1).take_while(|character| *character != ' ');
    let (count, bytes) =
        letters.fold((0, 0), |(count, bytes), letter| (count + 1, bytes + letter.len_utf8()));
    (count <= ending).then_some(end + bytes)
}

/// The folded term with its left border; for names also the spellings of addresses.
fn spellings(term: &Term) -> Vec<String> {
    let plain = term.folded.trim_end().to_owned();
    let mut all = vec![plain.clone()];
    if matches!(
        term.role,
        Role::Name | Role::NameVariant | Role::Bare | Role::BareVariant | Role::SlugName | Role::SlugBare
    ) {
        let digraphs = digraphs(&term.text);
        let variants = [digraphs.trim_end(), &plain];
        for variant in variants {
            all.push(variant.to_owned());
            let joined = format!(" {}", variant.replace(' ', ""));
            if joined.len() > 9 {
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
