//! The signs on a page decide what kind of page it is.

use super::sheet::Sheet;
use super::signals::Signs;
use super::status::Declared;
use super::template;
use crate::glossary::Role;
use crate::html::BlockKind;
use deklaro_schemas::codes::{PageKind, ReasonCode};

/// Characters of text below which a page with scripts is a shell.
const SHELL_TEXT: usize = 260;
/// Characters of text below which a block page is believed.
const BLOCK_TEXT: usize = 2_500;
/// Points from which a page is a statement.
const STATEMENT: f64 = 5.0;

/// What the page is, and why.
pub(crate) fn decide(sheet: &Sheet<'_>, signs: &Signs, declared: &Declared) -> (PageKind, Vec<ReasonCode>) {
    if let Some(answer) = no_page(sheet) {
        return answer;
    }
    let points = points(signs);
    let speaks_as_statement = points >= STATEMENT && strong(signs) >= 2;
    let has_name = signs.name_on_top.is_some() || signs.name_in_heading.is_some();
    let may_be_template = has_name || signs.has_markup || signs.scope.is_some();
    let is_unfilled = may_be_template && template::is_unfilled(sheet);
    if is_unfilled || may_be_template && declared.is_list {
        let reason = if is_unfilled || signs.guidance_on_top.is_none() {
            (PageKind::Template, ReasonCode::UnfilledTemplate)
        } else {
            (PageKind::AboutAccessibility, ReasonCode::GuidancePage)
        };
        return (reason.0, vec![reason.1]);
    }
    if speaks_as_statement && !declared.is_list {
        let reason =
            if signs.codes().len() >= 2 { ReasonCode::StatementRead } else { ReasonCode::SingleSignal };
        return (PageKind::Statement, vec![reason]);
    }
    about(signs, declared)
}

/// Pages that are no pages: challenges, and shells that wait for scripts.
fn no_page(sheet: &Sheet<'_>) -> Option<(PageKind, Vec<ReasonCode>)> {
    let document = sheet.document;
    let text: usize = sheet.blocks().map(|block| block.end - block.start).sum();
    let count = |role: Role| sheet.hits().filter(|hit| sheet.term(hit).role == role).count();
    if text < BLOCK_TEXT
        && document.links.len() < 12
        && count(Role::Block) > 0
        && !sheet.has(&[Role::Scope, Role::Law])
    {
        return Some((PageKind::Block, vec![ReasonCode::BlockPage]));
    }
    if text < BLOCK_TEXT && document.links.len() < 12 && asks_for_consent_only(sheet) {
        return Some((PageKind::Block, vec![ReasonCode::ConsentWall]));
    }
    if text < SHELL_TEXT
        && document.links.len() < 3
        && !document.frames.is_empty()
        && document.refresh.is_none()
    {
        return Some((PageKind::ScriptShell, vec![ReasonCode::FramesOnly]));
    }
    let waits = document.script_count > 0
        && (document.links.is_empty() || text < SHELL_TEXT && document.links.len() < 3);
    let is_statement_like = sheet.has(&[Role::Scope, Role::Heading]) || text > 4_000;
    if waits
        && document.refresh.is_none()
        && document.frames.is_empty()
        && !is_statement_like
        && (text < SHELL_TEXT
            || document.links.is_empty() && text < 1_500
            || count(Role::Script) > 0 && text < 800)
    {
        return Some((PageKind::ScriptShell, vec![ReasonCode::ScriptOnly]));
    }
    None
}

/// True where hardly a word is left besides those on cookies: banners stand above pages, walls in place of them.
fn asks_for_consent_only(sheet: &Sheet<'_>) -> bool {
    let asking: Vec<usize> = sheet
        .hits()
        .filter(|hit| sheet.term(hit).role == Role::Consent)
        .map(|hit| sheet.block_index(hit.start as usize))
        .collect();
    if asking.len() < 2 || sheet.has(&[Role::Scope, Role::Law, Role::Name]) {
        return false;
    }
    let blocks = sheet.blocks().enumerate().filter(|(_, block)| block.kind != BlockKind::Title);
    let other: usize = blocks
        .filter(|(index, _)| asking.binary_search(index).is_err())
        .map(|(_, block)| block.end - block.start)
        .sum();
    other < SHELL_TEXT
}

/// Weighs the signs. Independent ones add up; words of guidance and of another accessibility on top take away.
fn points(signs: &Signs) -> f64 {
    let name = match (&signs.name_on_top, &signs.name_in_heading, &signs.name_in_text, &signs.bare_on_top) {
        (Some(_), ..) => 3.0,
        (None, Some(_), _, Some(_)) => 2.5,
        (None, Some(_), ..) | (None, None, Some(_), Some(_)) => 2.0,
        (None, None, Some(_), None) | (None, None, None, Some(_)) => 1.0,
        (None, None, None, None) => -1.0,
    };
    let has = |sign: bool, points: f64| if sign { points } else { 0.0 };
    let sections = [0.0, 0.5, 1.5, 2.5, 3.0, 3.5, 4.0][signs.sections.len().min(6)];
    name + has(signs.scope.is_some(), 2.0)
        + has(signs.commitment.is_some(), 1.0)
        + has(signs.has_status, 2.0)
        + sections
        + has(signs.law.is_some(), 1.0)
        + has(signs.standard.is_some(), 1.0)
        + has(signs.feedback.is_some(), 0.5)
        + has(signs.has_contact, 0.5)
        + has(signs.enforcement.is_some(), 1.0)
        + has(signs.burden.is_some(), 0.5)
        + has(signs.is_dated, 1.0)
        + has(signs.has_method, 0.5)
        + has(signs.has_markup, 3.0)
        + has(signs.is_central, 3.0)
        + has(signs.is_named, 1.0)
        - has(signs.guidance_on_top.is_some(), if signs.scope.is_some() { 2.0 } else { 7.0 })
        - has(signs.negative_on_top.is_some(), 3.0)
}

/// Signs that ordinary pages about accessibility do not show.
fn strong(signs: &Signs) -> usize {
    let signs = [
        signs.name_on_top.is_some() || signs.name_in_heading.is_some(),
        signs.scope.is_some() || signs.commitment.is_some(),
        signs.has_status,
        signs.sections.len() >= 2,
        signs.has_markup || signs.is_central,
        signs.is_dated && (signs.enforcement.is_some() || signs.has_status && signs.law.is_some()),
        signs.is_named && signs.name_in_text.is_some(),
    ];
    signs.iter().filter(|holds| **holds).count()
}

fn about(signs: &Signs, declared: &Declared) -> (PageKind, Vec<ReasonCode>) {
    let has_name = signs.name_on_top.is_some() || signs.name_in_heading.is_some();
    let is_guidance = declared.is_list || signs.guidance_on_top.is_some() && has_name;
    if is_guidance || has_name && signs.name_on_top.is_some() {
        return (PageKind::AboutAccessibility, vec![ReasonCode::GuidancePage]);
    }
    let is_about =
        signs.bare_on_top.is_some() || signs.negative_on_top.is_some() || has_name || signs.density >= 2;
    if is_about {
        (PageKind::AboutAccessibility, vec![ReasonCode::BareWordOnly])
    } else {
        (PageKind::Ordinary, Vec::new())
    }
}
