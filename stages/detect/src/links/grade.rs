//! A link's words and address give the score with which it may lead to the statement.

use super::hosts::{HostKind, host_kind};
use super::link::Strength;
use super::target::Target;
use super::{Site, is_central_statement};
use crate::glossary::Role;
use crate::html::{Document, RawLink};
use crate::reading::Sheet;
use crate::text::word::words;
use crate::text::{fold, fold_url};
use deklaro_schemas::codes::{Place, ReasonCode};
use deklaro_schemas::{CountryCode, LanguageTag, PageUrl};

/// What the words and the address of a link are worth.
pub(super) struct Graded {
    pub(super) score: f64,
    pub(super) strength: Strength,
    pub(super) terms: Vec<String>,
    pub(super) language: Option<LanguageTag>,
    pub(super) reasons: Vec<&'static str>,
    pub(super) why_not: Option<ReasonCode>,
    /// The text that carried the grade.
    pub(super) text: String,
}

/// Below this a link says nothing.
const FLOOR: f64 = 0.05;

/// The grade of one piece of text or address.
#[derive(Default)]
struct Piece {
    score: f64,
    strength: Option<Strength>,
    reason: &'static str,
    terms: Vec<String>,
    language: Option<LanguageTag>,
    is_negative: bool,
    is_guidance: bool,
}

impl Piece {
    fn raise(&mut self, score: f64, strength: Strength, reason: &'static str) {
        if score > self.score {
            (self.score, self.strength, self.reason) = (score, Some(strength), reason);
        }
    }
}

/// Grades a link; `None` when nothing about it speaks of accessibility or of a hub.
pub(super) fn grade(
    raw: &RawLink<'_>,
    target: &Target,
    sheet: &Sheet<'_>,
    site: &Site<'_>,
) -> Option<Graded> {
    let url = if let Target::Page(url) = target { Some(url) } else { None };
    let shown = sheet.document.link_text(raw);
    let (mut best, text) = best_label(raw, sheet);
    let address = url.map(|url| of_address(url, sheet)).unwrap_or_default();
    let is_central = url.is_some_and(|url| is_central_statement(url.as_str())) || is_central_statement(shown);
    if best.strength.is_none() && address.strength.is_none() && !is_central {
        return None;
    }
    let is_negative = best.is_negative || address.is_negative;
    let mut reasons = Vec::new();
    let label_strength = best.strength;
    if is_central {
        best.raise(0.98, Strength::National, "national central host");
    }
    if address.strength.is_some() {
        let both = best.strength.is_some_and(|strength| strength > Strength::Hub);
        best.raise(address.score, address.strength.unwrap_or(Strength::Bare), address.reason);
        best.terms.extend(address.terms);
        best.language = best.language.or(address.language);
        if both && address.strength > Some(Strength::Hub) {
            best.score += 0.03;
            reasons.push("address agrees");
        }
    }
    reasons.insert(0, best.reason);
    let mut graded = Graded {
        score: best.score,
        strength: best.strength?,
        terms: best.terms,
        language: best.language,
        reasons,
        why_not: None,
        text,
    };
    graded.terms.sort();
    graded.terms.dedup();
    let has_name = label_strength >= Some(Strength::Variant);
    adjust(
        &mut graded,
        raw,
        shown,
        url,
        site,
        &Context { is_negative: is_negative && !has_name, is_guidance: best.is_guidance, is_central },
    );
    (graded.score >= FLOOR).then_some(graded)
}

struct Context {
    is_negative: bool,
    is_guidance: bool,
    is_central: bool,
}

/// What raises and lowers a grade beside its words.
fn adjust(
    graded: &mut Graded,
    raw: &RawLink<'_>,
    shown: &str,
    url: Option<&PageUrl>,
    site: &Site<'_>,
    context: &Context,
) {
    let mut change = |factor: f64, plus: f64, reason: &'static str| {
        graded.score = graded.score * factor + plus;
        graded.reasons.push(reason);
    };
    match raw.place {
        Some(Place::Footer) => change(1.0, 0.03, "footer"),
        Some(Place::Head) => change(1.0, 0.05, "head"),
        Some(Place::Nav | Place::Header) => change(1.0, 0.01, "navigation"),
        _ => {}
    }
    if raw.rel.contains("accessibility") {
        change(1.0, 0.1, "rel");
    }
    if fold(shown).contains(" app ") {
        // The site's own statement comes before that of an app.
        change(1.0, -0.08, "about an app");
    }
    if context.is_guidance {
        change(0.75, 0.0, "guidance");
        graded.strength = graded.strength.min(Strength::Variant);
    }
    if context.is_negative {
        change(0.3, 0.0, "negative context");
        graded.why_not = Some(ReasonCode::NegativeContext);
    }
    // Other pages of a central host are nobody's statement, not even for the host itself.
    let is_foreign =
        |url: &&PageUrl| !site.is_own(url) || host_kind(url.host().as_str()) == Some(HostKind::Central);
    if let Some(url) = url.filter(|url| !context.is_central && is_foreign(url)) {
        foreign(graded, url);
    } else if url.is_some()
        && !context.is_central
        && graded.strength == Strength::Exact
        && is_national_only(site.country, graded.language.as_ref())
    {
        // In Italy only the national form makes a valid declaration: a page elsewhere describes it at best.
        graded.strength = Strength::Variant;
        graded.score -= 0.1;
        graded.reasons.push("not on the national host");
    }
    graded.score = (graded.score.clamp(0.0, 1.0) * 1_000.0).round() / 1_000.0;
}

/// True where only the national agency's form makes a declaration, as in Italy. For an unknown country the
/// words decide. Public bodies write Italian in Italy, and some in Switzerland, whose country is then known.
fn is_national_only(country: CountryCode, language: Option<&LanguageTag>) -> bool {
    let is_italian = language.is_some_and(|language| language.primary() == "it");
    country.as_str() == "IT" || country.as_str() == "XX" && is_italian
}

/// A link to another site: the parent body's statement at best, a vendor or a guide at worst.
fn foreign(graded: &mut Graded, url: &PageUrl) {
    let known = host_kind(url.host().as_str());
    let factor = match (known, graded.strength) {
        (Some(_), _) => 0.15,
        (None, Strength::Exact | Strength::National) => 0.8,
        (None, Strength::Variant) => 0.7,
        (None, Strength::Slug) => 0.6,
        (None, _) => 0.3,
    };
    graded.score *= factor;
    graded.reasons.push(if known == Some(HostKind::Vendor) { "vendor" } else { "other site" });
    if known.is_some() || factor < 0.5 {
        graded.why_not = Some(ReasonCode::ForeignSite);
    }
    if graded.strength == Strength::Exact {
        graded.strength = Strength::Variant;
    }
}

/// The best of visible text and labels; where they say nothing, the words before the link.
fn best_label(raw: &RawLink<'_>, sheet: &Sheet<'_>) -> (Piece, String) {
    let document = sheet.document;
    let mut best = Piece::default();
    let shown = document.link_text(raw);
    let mut text = shown.replace('\n', " ");
    for (index, piece) in std::iter::once(shown).chain(raw.labels.lines()).enumerate() {
        if piece.trim().is_empty() {
            continue;
        }
        let mut graded = of_words(&fold(piece), sheet);
        if index > 0 {
            graded.score -= 0.02;
        }
        best.is_negative |= graded.is_negative;
        if graded.strength.is_some() && (best.strength.is_none() || graded.score > best.score) {
            graded.is_negative |= best.is_negative;
            best = graded;
            if index > 0 && shown.is_empty() {
                piece.clone_into(&mut text);
            }
        }
    }
    if best.strength.is_none() && !best.is_negative && shown.chars().count() <= 12 {
        let before = words_before(raw, document);
        let graded = of_words(&fold(before), sheet);
        if graded.strength >= Some(Strength::Variant) {
            best = Piece { score: graded.score * 0.8, reason: "words before the link", ..graded };
        }
    }
    (best, text)
}

/// Up to 60 bytes of the same block before the link.
pub(super) fn words_before<'d>(raw: &RawLink<'_>, document: &'d Document<'_>) -> &'d str {
    let text = document.text.get(..raw.text_start).unwrap_or("");
    // A block can be as long as the page: only its end is looked at.
    let from = (text.len().saturating_sub(60)..text.len()).find(|at| text.is_char_boundary(*at));
    let tail = &text[from.unwrap_or(text.len())..];
    &tail[tail.rfind('\n').map_or(0, |at| at + 1)..]
}

fn of_words(folded: &str, sheet: &Sheet<'_>) -> Piece {
    sheet.take_steps(folded.len());
    let mut piece = Piece::default();
    let words = folded.split_ascii_whitespace().count();
    for hit in sheet.glossary.hits(folded) {
        let term = sheet.term(&hit);
        let matched = folded[hit.start as usize..hit.end as usize].split_ascii_whitespace().count();
        let extra = words - matched.min(words);
        match term.role {
            Role::Mention => piece.raise(0.97, Strength::Exact, "mandated label"),
            Role::Name => {
                piece.raise(by_extra(extra, [0.95, 0.92, 0.84, 0.45]), strength_of_name(extra), "legal name");
            }
            Role::NameVariant => piece.raise(
                by_extra(extra, [0.88, 0.85, 0.76, 0.4]),
                Strength::Variant,
                "variant of the name",
            ),
            Role::BareVariant => {
                piece.raise(by_extra(extra, [0.62, 0.5, 0.36, 0.1]), Strength::Bare, "bare word and more");
            }
            Role::Bare => piece.raise(by_extra(extra, [0.56, 0.42, 0.28, 0.08]), Strength::Bare, "bare word"),
            Role::Hub => piece.raise(by_extra(extra, [0.22, 0.18, 0.0, 0.0]), Strength::Hub, "hub page"),
            Role::Negative | Role::Widget => piece.is_negative = true,
            Role::Guidance => piece.is_guidance |= extra > 0,
            _ => continue,
        }
        if !matches!(term.role, Role::Guidance | Role::Negative | Role::Widget) {
            piece.terms.push(term.text.clone());
            piece.language =
                piece.language.or_else(|| Some(term.language.clone()).filter(|tag| tag.as_str() != "und"));
        }
    }
    piece
}

fn strength_of_name(extra: usize) -> Strength {
    if extra <= 4 { Strength::Exact } else { Strength::Variant }
}

/// The score by words around the term: none, up to four, up to twelve, more.
fn by_extra(extra: usize, scores: [f64; 4]) -> f64 {
    match extra {
        0 => scores[0],
        1..=4 => scores[1],
        5..=12 => scores[2],
        _ => scores[3],
    }
}

fn of_address(url: &PageUrl, sheet: &Sheet<'_>) -> Piece {
    let mut piece = Piece::default();
    let path = url.path_and_query();
    let folded = fold_url(path);
    sheet.take_steps(folded.len());
    let starts: Vec<usize> = words(folded.as_bytes()).map(|word| word.start).collect();
    for hit in sheet.glossary.hits(&folded) {
        sheet.take_steps(1);
        let term = sheet.term(&hit);
        let matched = &folded[hit.start as usize..hit.end as usize];
        // What follows the term: little in an address of its own, much in a headline.
        let after = starts.len() - starts.partition_point(|start| *start < hit.end as usize);
        let is_last = after <= 2;
        let is_whole = folded.trim() == matched;
        match term.role {
            Role::SlugName | Role::Name if matched.len() > 4 || is_whole => {
                piece.raise(if is_last { 0.78 } else { 0.6 }, Strength::Slug, "address with the name");
            }
            Role::NameVariant => {
                piece.raise(if is_last { 0.74 } else { 0.55 }, Strength::Slug, "address with the name");
            }
            Role::SlugBare | Role::Bare | Role::BareVariant if is_last => {
                let words_before = folded[..hit.start as usize]
                    .rsplit('/')
                    .next()
                    .unwrap_or("")
                    .split_ascii_whitespace()
                    .count();
                piece.raise(
                    if words_before <= 4 { 0.44 } else { 0.25 },
                    Strength::Bare,
                    "address with the bare word",
                );
            }
            Role::SlugHub => piece.raise(0.3, Strength::Bare, "address of a combined page"),
            Role::Hub if is_last && matched.len() > 5 => piece.raise(0.18, Strength::Hub, "address of a hub"),
            Role::Negative => piece.is_negative = true,
            _ => continue,
        }
        if term.role != Role::Negative {
            piece.terms.push(term.text.clone());
            piece.language =
                piece.language.or_else(|| Some(term.language.clone()).filter(|tag| tag.as_str() != "und"));
        }
    }
    piece
}
