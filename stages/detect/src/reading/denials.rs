//! Is a denial about the site, or about a part of it or a case that may be?

use super::sentences;
use super::sheet::Sheet;
use crate::glossary::{Hit, Role};

/// Words of a sentence that are looked at.
const MAX_WORDS: usize = 80;

/// The denials of a page, in order: each sentence is folded once, however many denials it holds.
pub(super) struct Denials<'s> {
    sheet: &'s Sheet<'s>,
    language: Option<&'s str>,
    /// The block of the last denial, and its sentences that were not looked at yet.
    block: Option<usize>,
    rest: Box<dyn Iterator<Item = &'s str> + 's>,
    sentence: Sentence,
}

/// A folded sentence and where it stands in the page's folded text.
#[derive(Default)]
struct Sentence {
    folded: String,
    start: usize,
    end: usize,
}

impl<'s> Denials<'s> {
    /// Without a language every denial is about the site.
    pub(super) fn of(sheet: &'s Sheet<'s>, language: Option<&'s str>) -> Self {
        let (rest, sentence) = (Box::new(std::iter::empty()), Sentence::default());
        Self { sheet, language, block: None, rest, sentence }
    }

    /// False for a denial about a part of the site, or about a case that may be. Examples: "if something does not
    /// comply, tell us", "documents that are not compliant".
    pub(super) fn is_of_site(&mut self, hit: &Hit) -> bool {
        let Some(language) = self.language else { return true };
        let at = hit.start as usize;
        if !self.find_sentence(at) {
            return true;
        }
        let before = self.sentence.folded.get(1..1 + at - self.sentence.start).unwrap_or("");
        self.sheet.take_steps(before.len());
        let words: Vec<&str> = before.split_ascii_whitespace().take(MAX_WORDS).collect();
        let found = self.sheet.glossary.grammar().read(&words, language);
        !found.iter().any(|part| matches!(part.role, Role::Modal | Role::Condition | Role::SitePart))
    }

    /// Goes on to the sentence that this place lies in; false where the block has none.
    fn find_sentence(&mut self, at: usize) -> bool {
        let index = self.sheet.block_index(at);
        if self.block != Some(index) {
            let start = self.sheet.block_bounds(index).0;
            let text = self.sheet.block_text(&self.sheet.document.blocks[index]);
            (self.block, self.rest) = (Some(index), Box::new(sentences::of(text)));
            self.sentence = Sentence { folded: String::new(), start, end: start };
        }
        while at >= self.sentence.end {
            let Some(text) = self.rest.next() else { return false };
            let (folded, start) = (crate::text::fold(text), self.sentence.end);
            // The folded sentence begins with the space that ends the one before.
            let end = start + folded.len() - 1;
            self.sentence = Sentence { folded, start, end };
        }
        at >= self.sentence.start
    }
}
