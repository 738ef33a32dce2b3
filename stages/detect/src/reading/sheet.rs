//! A sheet is a document with its folded text and glossary hits, which all readers share.

use crate::glossary::{Glossary, Hit, Role, Term};
use crate::html::{Block, BlockKind, Document, RawLink};
use crate::steps::Steps;
use crate::text::fold::{fold_bytes_onto, into_text};
use deklaro_schemas::codes::Place;
use deklaro_schemas::tables::Evidence;
use std::ops::Range;

/// Characters of a heading that no element marks as one.
const SHORT_BLOCK: usize = 110;

/// Words beside a hit that are counted, on either side.
const MAX_EXTRA: usize = 64;

/// A document with its folded text and the terms in it: what all readers of a page share.
pub(crate) struct Sheet<'a> {
    pub(crate) document: &'a Document<'a>,
    pub(crate) glossary: &'a Glossary,
    /// The blocks' folded texts, one after the other, a space between.
    pub(crate) folded: String,
    /// Where each block's folded text begins.
    starts: Vec<usize>,
    /// Behind [`Sheet::hits`] and its like, which count what is looked at.
    hits: Vec<Hit>,
    steps: &'a Steps<'a>,
    /// Which blocks hold a term that a link can carry.
    on_links: Vec<bool>,
}

impl<'a> Sheet<'a> {
    pub(crate) fn of(document: &'a Document<'a>, glossary: &'a Glossary, steps: &'a Steps<'a>) -> Self {
        steps.take(document.text.len() + document.blocks.len());
        let mut folded = Vec::with_capacity(document.text.len() + 16);
        folded.push(b' ');
        let mut starts = Vec::with_capacity(document.blocks.len());
        for block in &document.blocks {
            starts.push(folded.len());
            fold_bytes_onto(document.block_text(block), &mut folded);
            if folded.last() != Some(&b' ') {
                folded.push(b' ');
            }
        }
        let folded = into_text(folded);
        let hits = glossary.hits(&folded);
        steps.take(folded.len());
        let mut sheet = Self { document, glossary, folded, starts, hits, steps, on_links: Vec::new() };
        let mut on_links = vec![false; document.blocks.len()];
        for hit in sheet.hits().filter(|hit| sheet.term(hit).role.is_on_links()) {
            on_links[sheet.block_index(hit.start as usize)] = true;
        }
        sheet.on_links = on_links;
        sheet
    }

    /// False when no block that this stretch of the document's text reaches into can name a link.
    pub(crate) fn may_name_link(&self, start: usize, end: usize) -> bool {
        // The title comes first and stands anywhere: its offset says nothing about the others' order.
        let blocks = &self.document.blocks;
        let first = usize::from(blocks.first().is_some_and(|block| block.kind == BlockKind::Title));
        let from = first + blocks[first..].partition_point(|block| block.end <= start);
        let reached = blocks[from..].iter().take_while(|block| block.start <= end);
        let reached = reached.inspect(|_| self.steps.take(1));
        reached.zip(&self.on_links[from..]).any(|(_, is_on_link)| *is_on_link)
    }

    /// So many bytes or things are looked at that no method here gave.
    pub(crate) fn take_steps(&self, count: usize) {
        self.steps.take(count);
    }

    /// All hits, in order.
    pub(crate) fn hits(&self) -> impl Iterator<Item = &Hit> {
        self.steps.take(self.hits.len());
        self.hits.iter()
    }

    /// All blocks, in order.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = &'a Block> + use<'a> {
        self.steps.take(self.document.blocks.len());
        self.document.blocks.iter()
    }

    /// All links, in order.
    pub(crate) fn links(&self) -> &'a [RawLink<'a>] {
        self.steps.take(self.document.links.len());
        &self.document.links
    }

    /// All visible text.
    pub(crate) fn text(&self) -> &'a str {
        self.steps.take(self.document.text.len());
        &self.document.text
    }

    /// The text of a block.
    pub(crate) fn block_text(&self, block: &Block) -> &'a str {
        self.steps.take(block.end - block.start);
        self.document.block_text(block)
    }

    pub(crate) fn term(&self, hit: &Hit) -> &'a Term {
        self.glossary.term(hit)
    }

    /// The index of the block that a position of the folded text lies in.
    pub(crate) fn block_index(&self, position: usize) -> usize {
        self.starts.partition_point(|start| *start <= position).saturating_sub(1)
    }

    pub(crate) fn block(&self, hit: &Hit) -> &'a Block {
        &self.document.blocks[self.block_index(hit.start as usize)]
    }

    /// The hits of these roles in what the page itself says: not in navigation, footers or lists of links.
    pub(crate) fn content_hits(&self, roles: &'a [Role]) -> impl Iterator<Item = &Hit> {
        self.hits().filter(move |hit| roles.contains(&self.term(hit).role) && is_content(self.block(hit)))
    }

    /// The hits that begin within this stretch of the folded text.
    pub(crate) fn hits_in(&self, range: &Range<usize>) -> impl Iterator<Item = &Hit> {
        let from = self.hits.partition_point(|hit| (hit.start as usize) < range.start);
        let inside = self.hits[from..].iter().take_while(|hit| (hit.start as usize) < range.end);
        inside.inspect(|_| self.steps.take(1))
    }

    pub(crate) fn has(&self, roles: &'a [Role]) -> bool {
        self.content_hits(roles).next().is_some()
    }

    /// The words of the hit's block that are not the hit's, counted to 64 on either side.
    pub(crate) fn extra_words(&self, hit: &Hit) -> usize {
        let (start, end) = self.block_bounds(self.block_index(hit.start as usize));
        let words = |from: usize, to: usize| {
            let words = self.folded[from..to].split_ascii_whitespace();
            words.inspect(|word| self.steps.take(word.len() + 1))
        };
        // From the hit outwards: a long word far from it is not looked at.
        words(start, hit.start as usize).rev().take(MAX_EXTRA).count()
            + words((hit.end as usize).min(end), end).take(MAX_EXTRA).count()
    }

    /// Where a block's folded text begins and ends.
    pub(crate) fn block_bounds(&self, index: usize) -> (usize, usize) {
        (self.starts[index], self.starts.get(index + 1).copied().unwrap_or(self.folded.len()))
    }

    /// The original text that a position of the folded text came from, to the block.
    pub(crate) fn original(&self, position: usize) -> usize {
        let index = self.block_index(position);
        let block = &self.document.blocks[index];
        let (start, end) = self.block_bounds(index);
        let share = (position.saturating_sub(start)) * (block.end - block.start) / (end - start).max(1);
        let at = (block.start + share).min(block.end);
        (at..=block.end).find(|at| self.document.text.is_char_boundary(*at)).unwrap_or(block.end)
    }

    /// The hit as evidence: the term, the place, and at most 200 characters around it.
    pub(crate) fn evidence(&self, hit: &Hit) -> Evidence {
        let block = self.block(hit);
        let text = self.block_text(block);
        let place = match block.kind {
            BlockKind::Title => Place::Title,
            BlockKind::Heading(_) => Place::Heading,
            BlockKind::Text => block.place,
        };
        let offset = self.original(hit.start as usize).saturating_sub(block.start);
        let before = text[..offset.min(text.len())].chars().count().saturating_sub(60);
        let snippet: String =
            text.chars().skip(if text.chars().count() <= 200 { 0 } else { before }).take(200).collect();
        Evidence {
            term: self.term(hit).text.clone(),
            place: place.as_str().to_owned(),
            snippet: snippet.trim().to_owned(),
        }
    }
}

/// True for blocks in which the page speaks for itself.
pub(crate) fn is_content(block: &Block) -> bool {
    match block.kind {
        BlockKind::Title => true,
        _ if matches!(block.place, Place::Nav | Place::Footer) => false,
        BlockKind::Heading(_) => true,
        BlockKind::Text => block.linked * 5 < (block.end - block.start) * 4,
    }
}

/// True for headings, and for short blocks that can only be ones.
pub(crate) fn is_heading(block: &Block, text: &str) -> bool {
    match block.kind {
        BlockKind::Title => false,
        BlockKind::Heading(_) => {
            !matches!(block.place, Place::Nav | Place::Footer)
                && block.linked * 2 < block.end - block.start + 1
        }
        BlockKind::Text => is_content(block) && text.len() <= SHORT_BLOCK && !text.ends_with(['.', ',', ';']),
    }
}
