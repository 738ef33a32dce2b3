//! The terms of `data/glossary`, read once, and one automaton over all of them.

mod builtin;
mod grammar;
mod letters;
mod matcher;
mod months;
mod openings;
mod role;
mod rows;
mod stopwords;

pub(crate) use grammar::{Found, Grammar};
pub(crate) use letters::Letters;
pub(crate) use matcher::Hit;
pub use role::Role;
pub use rows::{GlossaryError, Term};
pub(crate) use stopwords::Stopwords;

use deklaro_schemas::Sha256;
use matcher::Matcher;
use months::Months;
use rustc_hash::FxBuildHasher;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

/// Languages of the Union's institutions (Regulation 1/1958), by tag.
pub const OFFICIAL_LANGUAGES: [&str; 24] = [
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv", "mt",
    "nl", "pl", "pt", "ro", "sk", "sl", "sv",
];

/// All terms, ready to be looked for.
#[derive(Debug)]
pub struct Glossary {
    /// What tells it from any other.
    version: String,
    terms: Vec<Term>,
    matcher: Matcher,
    months: Months,
    grammar: Grammar,
    letters: Letters,
    /// Primary languages of the terms, `und` left out; the index is what the two below hold.
    languages: Vec<String>,
    /// The language of each term.
    term_languages: Vec<Option<u8>>,
    /// What each language has a term for.
    roles: HashSet<(u8, Role), FxBuildHasher>,
    stopwords: Stopwords,
}

impl Glossary {
    /// The glossary the program ships with; read on first use.
    #[expect(
        clippy::missing_panics_doc,
        reason = "the shipped files are read by a test; no input reaches them"
    )]
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Glossary> = OnceLock::new();
        BUILTIN.get_or_init(|| {
            Self::parse(builtin::FILES).expect("the shipped glossary is read by this crate's own test")
        })
    }

    /// Reads tab-separated files (name, content) with the columns `language`, `term_key`, `term`, `kind`, `sure`, `source`.
    ///
    /// A term that stands twice in a language is refused with file and line, as is a kind or language nobody knows.
    pub fn parse(files: &[(&str, &str)]) -> Result<Self, GlossaryError> {
        let terms = rows::read(files)?;
        let version = version(files);
        let mut languages: Vec<String> =
            terms.iter().map(|term| term.language.primary().to_owned()).collect();
        languages.sort_unstable();
        languages.dedup();
        languages.retain(|language| language != "und");
        let index_of = |term: &Term| {
            let index = languages.iter().position(|language| language == term.language.primary());
            index.and_then(|index| u8::try_from(index).ok())
        };
        let term_languages: Vec<Option<u8>> = terms.iter().map(index_of).collect();
        let mut stopwords = Stopwords::default();
        for (term, language) in terms.iter().zip(&term_languages) {
            if let (Role::Stopword, Some(language)) = (term.role, language) {
                stopwords.add(term.folded.trim().as_bytes(), *language);
            }
        }
        let roles =
            terms.iter().zip(&term_languages).filter_map(|(term, language)| Some(((*language)?, term.role)));
        let roles = roles.collect();
        let (matcher, months) = (Matcher::of(&terms)?, Months::of(&terms));
        let (grammar, letters) = (Grammar::of(&terms), Letters::of(&languages));
        Ok(Self {
            version,
            terms,
            matcher,
            months,
            grammar,
            letters,
            languages,
            term_languages,
            roles,
            stopwords,
        })
    }

    /// What tells this glossary from any other: the first 16 digits of the hash of its files.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The shipped terms and a user's own: a file of the same columns, whose name errors carry.
    ///
    /// A term that the shipped files have already is refused like any that stands twice.
    pub fn with_own(name: &str, content: &str) -> Result<Self, GlossaryError> {
        let mut files = builtin::FILES.to_vec();
        files.push((name, content));
        Self::parse(&files)
    }

    /// Every term, in file order.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Kinds that an official language has no term for, as `language: kind`; every gap is listed here.
    pub fn gaps(&self) -> Vec<String> {
        let has = |language: &str, role| {
            self.terms.iter().any(|term| term.role == role && term.language.primary() == language)
        };
        let pairs = OFFICIAL_LANGUAGES
            .iter()
            .flat_map(|language| Role::REQUIRED.iter().map(move |role| (language, role)));
        pairs
            .filter(|(language, role)| !has(language, **role))
            .map(|(l, role)| format!("{l}: {role:?}"))
            .collect()
    }

    /// Names and bare words that speak of another accessibility in another language, as `es: x is negative in
    /// ca`. On a link both meanings are heard. A test lists every known one.
    pub fn false_friends(&self) -> Vec<String> {
        let is_name = |role| {
            matches!(role, Role::Name | Role::NameVariant | Role::Mention | Role::Bare | Role::BareVariant)
        };
        let negative = self.terms.iter().filter(|term| term.role == Role::Negative);
        let against: HashMap<&str, &Term> = negative.map(|term| (term.folded.as_str(), term)).collect();
        let names = self.terms.iter().filter(|term| is_name(term.role));
        names
            .filter_map(|name| Some((name, against.get(name.folded.as_str())?)))
            .map(|(name, other)| {
                format!("{}: {} is negative in {}", name.language, name.text, other.language)
            })
            .collect()
    }

    pub(crate) fn term(&self, hit: &Hit) -> &Term {
        &self.terms[hit.term as usize]
    }

    /// What stands in a folded text: leftmost, then longest, whole words, in order.
    pub(crate) fn hits(&self, folded: &str) -> Vec<Hit> {
        self.matcher.hits(folded, &self.terms)
    }

    /// The month a folded word names; where languages disagree (`listopad`), the given one decides.
    pub(crate) fn month(&self, word: &str, language: Option<&str>) -> Option<i8> {
        self.months.get(word, language)
    }

    /// What letters say about the language of a text.
    pub(crate) fn letters(&self) -> &Letters {
        &self.letters
    }

    /// The words of a language that make up a sentence on conformance.
    pub(crate) fn grammar(&self) -> &Grammar {
        &self.grammar
    }

    /// Primary languages that have terms, in alphabetical order.
    pub(crate) fn languages(&self) -> &[String] {
        &self.languages
    }

    /// The index of a term's language; none for what stands in every language.
    pub(crate) fn language_of(&self, hit: &Hit) -> Option<u8> {
        self.term_languages[hit.term as usize]
    }

    /// True when this primary language has a term of this kind.
    pub(crate) fn knows(&self, language: &str, role: Role) -> bool {
        let index = self.languages.binary_search_by(|own| own.as_str().cmp(language)).ok();
        index
            .and_then(|index| u8::try_from(index).ok())
            .is_some_and(|index| self.roles.contains(&(index, role)))
    }

    /// The function words of all languages.
    pub(crate) fn stopwords(&self) -> &Stopwords {
        &self.stopwords
    }
}

/// Over names and contents; where a checkout changed the line ends, the terms are still the same.
fn version(files: &[(&str, &str)]) -> String {
    let lines = files.iter().flat_map(|(name, content)| std::iter::once(*name).chain(content.lines()));
    Sha256::of_fields(lines).as_str()[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_glossary_is_whole() {
        let glossary = Glossary::parse(builtin::FILES).unwrap();
        // The gap that is known: no Irish name of the transposing act was found in a source.
        assert_eq!(glossary.gaps(), ["ga: Law"]);
        assert!(glossary.terms().len() > 3_000);
    }

    #[test]
    fn false_friends_are_known() {
        assert_eq!(Glossary::builtin().false_friends(), [""; 0]);
    }

    #[test]
    fn own_terms_stand_beside_the_shipped_ones() {
        let header = "language\tterm_key\tterm\tkind\tsure\tsource\n";
        let own = format!("{header}de\taccessibility_statement\tZugangsauskunft\tlabel\tseen\tx\n");
        let glossary = Glossary::with_own("mine.tsv", &own).unwrap();
        assert_eq!(glossary.terms().len(), Glossary::builtin().terms().len() + 1);
        assert_ne!(glossary.version(), Glossary::builtin().version());
        assert!(!glossary.hits(&crate::text::fold("Unsere Zugangsauskunft")).is_empty());
        let shipped =
            format!("{header}de\taccessibility_statement\tErklärung zur Barrierefreiheit\tlabel\tseen\tx\n");
        let refused = Glossary::with_own("mine.tsv", &shipped).unwrap_err().to_string();
        assert!(
            refused.starts_with("mine.tsv, line 2: `Erklärung zur Barrierefreiheit` stands"),
            "{refused}"
        );
    }

    #[test]
    fn a_term_that_stands_twice_is_refused_with_its_line() {
        let text = "language\tterm_key\tterm\tkind\tsure\tsource\nde\taccessibility\tBarrierefreiheit\tlabel\tknown\tx\n\
                    de\taccessibility\tBARRIEREFREI\u{AD}HEIT\tlabel\tknown\tx\n";
        let error = Glossary::parse(&[("own.tsv", text)]).unwrap_err().to_string();
        assert_eq!(error, "own.tsv, line 3: `BARRIEREFREI\u{AD}HEIT` stands in line 2 already");
    }

    #[test]
    fn longest_wins_and_words_are_whole() {
        let glossary = Glossary::builtin();
        let names = |text: &str| -> Vec<String> {
            let folded = crate::text::fold(text);
            let terms = glossary.hits(&folded).into_iter().map(|hit| glossary.term(&hit).clone());
            let mut names: Vec<String> =
                terms.filter(|term| !term.role.is_slug()).map(|term| term.text).collect();
            names.dedup();
            names
        };
        assert_eq!(names("parzialmente conforme"), ["parzialmente conforme"]);
        assert_eq!(names("Accessibilité : non conforme"), ["Accessibilité : non conforme"]);
        assert_eq!(names("inte helt förenlig"), ["inte helt förenlig"]);
        assert_eq!(names("reconformed"), [""; 0]);
        assert_eq!(names("erklaerung-zur-barrierefreiheit"), ["Erklärung zur Barrierefreiheit"]);
    }
}
