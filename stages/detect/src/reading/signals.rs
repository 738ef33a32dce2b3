//! The signals are the independent signs on a page that it is a statement.

use super::markup::Prescribed;
use super::sheet::{Sheet, is_content, is_heading};
use super::statement_dates::Dates;
use super::status::Declared;
use crate::glossary::{Hit, Role};
use crate::html::BlockKind;
use crate::links::{Site, is_central_statement};
use deklaro_schemas::codes::Signal;
use deklaro_schemas::tables::Evidence;

/// Evidence kept per page.
const MAX_EVIDENCE: usize = 12;
const NAMES: [Role; 3] = [Role::Name, Role::NameVariant, Role::Mention];
const BARE: [Role; 2] = [Role::Bare, Role::BareVariant];
const SECTIONS: [Role; 6] =
    [Role::Heading, Role::Noncompliant, Role::Burden, Role::Feedback, Role::Enforcement, Role::Prepared];

/// The signs a page shows, before they are weighed.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a sign of its own, weighed apart")]
pub(crate) struct Signs {
    /// The legal name in the title or a first heading, with few other words.
    pub(crate) name_on_top: Option<Hit>,
    /// The legal name in another heading.
    pub(crate) name_in_heading: Option<Hit>,
    /// The legal name anywhere in the text.
    pub(crate) name_in_text: Option<Hit>,
    /// The bare word in title or first heading.
    pub(crate) bare_on_top: Option<Hit>,
    /// Words of guidance, or of another accessibility, in title or first heading.
    pub(crate) guidance_on_top: Option<Hit>,
    pub(crate) negative_on_top: Option<Hit>,
    pub(crate) scope: Option<Hit>,
    pub(crate) commitment: Option<Hit>,
    pub(crate) has_status: bool,
    /// Different sections of the model announced by a heading.
    pub(crate) sections: Vec<Hit>,
    pub(crate) law: Option<Hit>,
    pub(crate) standard: Option<Hit>,
    pub(crate) feedback: Option<Hit>,
    pub(crate) has_contact: bool,
    pub(crate) enforcement: Option<Hit>,
    pub(crate) burden: Option<Hit>,
    pub(crate) is_dated: bool,
    /// Self-assessment or a third party is named.
    pub(crate) has_method: bool,
    pub(crate) has_markup: bool,
    pub(crate) is_central: bool,
    pub(crate) is_named: bool,
    /// Accessibility words per hundred words of content, capped at 100.
    pub(crate) density: usize,
}

impl Signs {
    pub(crate) fn of(
        sheet: &Sheet<'_>,
        site: &Site<'_>,
        prescribed: &Prescribed,
        declared: &Declared,
        dates: &Dates,
        named: Option<bool>,
    ) -> Self {
        let first = |roles: &'static [Role]| sheet.content_hits(roles).next().copied();
        let name_in_text = first(&NAMES);
        let top = |roles: &[Role], most_extra: usize| on_top(sheet, roles, most_extra);
        let name_on_top = top(&NAMES, 14);
        Self {
            name_in_heading: in_heading(sheet),
            name_in_text,
            bare_on_top: top(&BARE, 12),
            guidance_on_top: top(&[Role::Guidance], 30).or_else(|| question_on_top(sheet)),
            negative_on_top: top(&[Role::Negative, Role::Widget], 30),
            name_on_top,
            scope: first(&[Role::Scope]),
            commitment: first(&[Role::Commitment]),
            has_status: declared.is_firm,
            sections: sections(sheet),
            law: first(&[Role::Law]),
            standard: first(&[Role::Standard]),
            feedback: first(&[Role::Feedback]),
            has_contact: has_contact(sheet),
            enforcement: first(&[Role::Enforcement]),
            burden: first(&[Role::Burden]),
            is_dated: dates.prepared_on.is_some() || dates.reviewed_on.is_some(),
            has_method: sheet.has(&[Role::MethodSelf, Role::MethodThird]),
            has_markup: prescribed.is_present,
            is_central: is_central_statement(site.page.as_str()),
            is_named: named == Some(true),
            density: density(sheet),
        }
    }

    /// True when something on the page is a public body's duty rather than anybody's good will. That is the
    /// transposing law or the directive, the enforcement procedure, a national generator's markup or a
    /// national host.
    pub(crate) fn has_legal_part(&self) -> bool {
        self.law.is_some() || self.enforcement.is_some() || self.has_markup || self.is_central
    }

    /// The independent signals, in the order of the code list.
    pub(crate) fn codes(&self) -> Vec<Signal> {
        let pairs = [
            (Signal::LegalName, self.name_on_top.is_some() || self.name_in_heading.is_some()),
            (Signal::StatusDeclared, self.has_status),
            (Signal::ModelSections, self.sections.len() >= 2 || self.scope.is_some()),
            (Signal::LawNamed, self.law.is_some() || self.standard.is_some()),
            (Signal::Feedback, self.feedback.is_some() && self.has_contact),
            (Signal::Enforcement, self.enforcement.is_some()),
            (Signal::Dated, self.is_dated),
            (Signal::Markup, self.has_markup),
            (Signal::CentralHost, self.is_central),
        ];
        pairs.into_iter().filter(|(_, holds)| *holds).map(|(signal, _)| signal).collect()
    }

    /// The terms behind the signs, strongest first.
    pub(crate) fn evidence(&self, sheet: &Sheet<'_>, declared: &Declared, dates: &Dates) -> Vec<Evidence> {
        let single = [
            self.name_on_top.or(self.name_in_heading).or(self.name_in_text).or(self.bare_on_top),
            declared.hit,
            self.scope,
            self.law,
            self.standard,
            self.enforcement,
        ];
        let all = single
            .into_iter()
            .flatten()
            .chain(dates.verbs.iter().copied())
            .chain(self.sections.iter().copied());
        let mut kept: Vec<Hit> = Vec::new();
        for hit in all {
            if !kept.iter().any(|other| (other.start, other.end) == (hit.start, hit.end))
                && kept.len() < MAX_EVIDENCE
            {
                kept.push(hit);
            }
        }
        kept.iter().map(|hit| sheet.evidence(hit)).collect()
    }
}

/// A hit of these roles in the title, a heading of level one, or the first two headings.
fn on_top(sheet: &Sheet<'_>, roles: &[Role], most_extra: usize) -> Option<Hit> {
    let headings = sheet
        .blocks()
        .enumerate()
        .filter(|(_, block)| matches!(block.kind, BlockKind::Heading(_)) && is_heading(block, ""));
    let first_headings: Vec<usize> = headings.map(|(index, _)| index).take(2).collect();
    let is_top = |hit: &Hit| {
        let index = sheet.block_index(hit.start as usize);
        let block = &sheet.document.blocks[index];
        match block.kind {
            BlockKind::Title => true,
            BlockKind::Heading(1) => is_heading(block, ""),
            BlockKind::Heading(_) => first_headings.contains(&index),
            BlockKind::Text => false,
        }
    };
    let hits = sheet.hits().filter(|hit| roles.contains(&sheet.term(hit).role));
    hits.copied().find(|hit| is_top(hit) && sheet.extra_words(hit) <= most_extra)
}

/// A name or the bare word on top, in a question: a page that asks what a statement is is none.
fn question_on_top(sheet: &Sheet<'_>) -> Option<Hit> {
    let roles: Vec<Role> = NAMES.into_iter().chain(BARE).collect();
    on_top(sheet, &roles, 14).filter(|hit| {
        let text = sheet.document.block_text(sheet.block(hit)).trim_end();
        // The Greek question mark looks like a semicolon.
        text.ends_with(['?', '\u{37E}']) || text.ends_with(';') && text.contains(is_greek)
    })
}

fn is_greek(letter: char) -> bool {
    ('\u{370}'..'\u{400}').contains(&letter)
}

fn in_heading(sheet: &Sheet<'_>) -> Option<Hit> {
    let hits = sheet.hits().filter(|hit| NAMES.contains(&sheet.term(hit).role));
    hits.copied().find(|hit| {
        let block = sheet.block(hit);
        is_heading(block, sheet.document.block_text(block)) && sheet.extra_words(hit) <= 8
    })
}

/// One hit per kind of section that a heading announces.
fn sections(sheet: &Sheet<'_>) -> Vec<Hit> {
    let mut found: Vec<Hit> = Vec::new();
    for hit in sheet.hits().filter(|hit| SECTIONS.contains(&sheet.term(hit).role)) {
        let role = sheet.term(hit).role;
        let block = sheet.block(hit);
        let is_new = !found.iter().any(|other| sheet.term(other).role == role);
        if is_new && is_heading(block, sheet.document.block_text(block)) && sheet.extra_words(hit) <= 12 {
            found.push(*hit);
        }
    }
    found
}

fn has_contact(sheet: &Sheet<'_>) -> bool {
    let has_link = |link: &crate::html::RawLink<'_>| {
        link.href.as_deref().is_some_and(|href| href.starts_with("mailto:") || href.starts_with("tel:"))
    };
    sheet.text().contains('@') || sheet.links().iter().any(has_link)
}

fn density(sheet: &Sheet<'_>) -> usize {
    let terms = sheet
        .content_hits(&[Role::Name, Role::NameVariant, Role::Bare, Role::BareVariant, Role::Standard])
        .count();
    let blocks = sheet.blocks().enumerate().filter(|(_, block)| is_content(block));
    sheet.take_steps(sheet.folded.len());
    let words: usize = blocks
        .map(|(index, _)| sheet.block_bounds(index))
        // One space stands behind each word.
        .map(|(start, end)| memchr::memchr_iter(b' ', &sheet.folded.as_bytes()[start..end]).count())
        .sum();
    (terms * 100 / words.max(1)).min(100)
}
