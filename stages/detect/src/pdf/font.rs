//! What a font's codes mean and how wide they are (ISO 32000-1 sections 9.6, 9.7, 9.10.2).

use super::cmap::CodeMap;
use super::streams::{MAX_UNPACKED, Streams};
use crate::paper::Unread;
use deklaro_schemas::budget::{Budget, Cost, Exhausted};
use lopdf::{Dictionary, Document, Encoding, Object};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Fonts of a document that are looked into.
const MAX_FONTS: usize = 64;
/// Codes whose widths are kept.
const MAX_WIDTHS: usize = 65_536;
/// Bytes of text that a code of one byte becomes at most.
const LETTER: u64 = 3;
/// The width of a letter in thousandths of the size where the font does not tell it.
const USUAL_WIDTH: f64 = 500.0;

/// The fonts met so far, by the place of their dictionary.
#[derive(Default)]
pub(super) struct Fonts<'p> {
    known: HashMap<usize, Font<'p>>,
}

impl<'p> Fonts<'p> {
    /// The font of this dictionary; `None` beyond the cap.
    pub(super) fn get(
        &mut self,
        pdf: &'p Document,
        dictionary: &'p Dictionary,
        streams: &mut Streams<'p>,
    ) -> Result<Option<&Font<'p>>, Unread> {
        let place = std::ptr::from_ref(dictionary) as usize;
        if !self.known.contains_key(&place) {
            if self.known.len() >= MAX_FONTS {
                return Ok(None);
            }
            self.known.insert(place, Font::of(pdf, dictionary, streams)?);
        }
        Ok(self.known.get(&place))
    }
}

/// One font.
pub(super) struct Font<'p> {
    letters: Letters<'p>,
    widths: HashMap<u32, f64>,
    usual_width: f64,
    /// True where a code has two bytes.
    is_wide: bool,
    /// True where its name says so.
    pub(super) is_bold: bool,
}

/// What a font's codes mean.
enum Letters<'p> {
    /// What its map to Unicode says.
    Mapped(CodeMap),
    /// One letter for each byte.
    Encoded(Encoding<'p>),
    /// Nobody knows.
    Unknown,
}

impl<'p> Font<'p> {
    fn of(pdf: &'p Document, font: &'p Dictionary, streams: &mut Streams<'p>) -> Result<Self, Unread> {
        let name = font.get(b"BaseFont").and_then(Object::as_name).unwrap_or_default();
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        let is_wide = font.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Type0");
        let descendant = if is_wide { descendant(pdf, font) } else { None };
        let (widths, usual) = match descendant {
            Some(descendant) => (
                wide_widths(pdf, descendant, streams.budget)?,
                number(descendant.get(b"DW").ok()).or(Some(1_000.0)),
            ),
            None => (simple_widths(pdf, font), None),
        };
        Ok(Self {
            letters: letters(pdf, font, streams)?,
            widths,
            usual_width: usual.unwrap_or(USUAL_WIDTH),
            is_wide,
            is_bold: ["bold", "black", "heavy"].iter().any(|word| name.contains(word)),
        })
    }

    /// The text of a shown string; codes without a meaning become U+FFFD.
    pub(super) fn text(&self, codes: &[u8], budget: &Budget) -> Result<String, Exhausted> {
        let encoding = match &self.letters {
            Letters::Mapped(map) => return map.text(codes, budget),
            Letters::Encoded(encoding) => Some(encoding),
            Letters::Unknown => None,
        };
        budget.charge(Cost::Text, codes.len() as u64 * LETTER)?;
        let text = encoding.and_then(|encoding| encoding.bytes_to_string(codes).ok());
        Ok(text.unwrap_or_else(|| "\u{FFFD}".repeat(codes.len().min(64))))
    }

    /// How many codes a string has, and their widths together, in sizes of the font.
    pub(super) fn width(&self, codes: &[u8]) -> (usize, f64) {
        let step = if self.is_wide { 2 } else { 1 };
        let codes =
            codes.chunks(step).map(|code| code.iter().fold(0, |code, byte| code << 8 | u32::from(*byte)));
        let (mut count, mut width) = (0, 0.0);
        for code in codes {
            count += 1;
            width += self.widths.get(&code).copied().unwrap_or(self.usual_width);
        }
        (count, width / 1_000.0)
    }
}

/// A number, whole or not.
pub(super) fn number(object: Option<&Object>) -> Option<f64> {
    object.and_then(|object| object.as_float().ok()).map(f64::from).filter(|number| number.is_finite())
}

/// A subset font has glyph names of its own making: the map to Unicode is what it was given for readers like us.
fn letters<'p>(
    pdf: &'p Document,
    font: &'p Dictionary,
    streams: &mut Streams<'p>,
) -> Result<Letters<'p>, Unread> {
    if !font.has_type(b"Font") {
        return Ok(Letters::Unknown);
    }
    if !font.has(b"ToUnicode") {
        streams.charge(Cost::Steps, differences(pdf, font))?;
        let encoding = font.get_font_encoding_with_limit(pdf, MAX_UNPACKED);
        return Ok(encoding.map_or(Letters::Unknown, Letters::Encoded));
    }
    let Ok(stream) = font.get_deref(b"ToUnicode", pdf).and_then(Object::as_stream) else {
        return Ok(standard(pdf));
    };
    let Some(bytes) = streams.plain(stream)? else { return Ok(Letters::Unknown) };
    Ok(CodeMap::read(&bytes, streams.budget)?.map_or_else(|| standard(pdf), Letters::Mapped))
}

/// The standard encoding: what a font has that says nothing of its codes.
fn standard(pdf: &Document) -> Letters<'_> {
    static PLAIN: LazyLock<Dictionary> = LazyLock::new(|| lopdf::dictionary! { "Type" => "Font" });
    PLAIN.get_font_encoding(pdf).map_or(Letters::Unknown, Letters::Encoded)
}

/// How long the list is of the codes that differ from the font's encoding.
fn differences(pdf: &Document, font: &Dictionary) -> u64 {
    let encoding = font.get_deref(b"Encoding", pdf).and_then(Object::as_dict);
    encoding.and_then(|encoding| encoding.get(b"Differences")?.as_array()).map_or(0, |list| list.len() as u64)
}

fn descendant<'p>(pdf: &'p Document, font: &'p Dictionary) -> Option<&'p Dictionary> {
    let fonts = font.get_deref(b"DescendantFonts", pdf).ok()?.as_array().ok()?;
    pdf.dereference(fonts.first()?).ok()?.1.as_dict().ok()
}

fn simple_widths(pdf: &Document, font: &Dictionary) -> HashMap<u32, f64> {
    let first =
        font.get(b"FirstChar").and_then(Object::as_i64).ok().and_then(|first| u32::try_from(first).ok());
    let widths = font.get_deref(b"Widths", pdf).and_then(Object::as_array);
    let (Some(first), Ok(widths)) = (first, widths) else { return HashMap::new() };
    let each = widths.iter().take(256).enumerate();
    each.filter_map(|(index, width)| Some((first.checked_add(index as u32)?, number(Some(width))?))).collect()
}

/// `c [w1 w2 …]` and `first last w`, in any order.
fn wide_widths(pdf: &Document, font: &Dictionary, budget: &Budget) -> Result<HashMap<u32, f64>, Exhausted> {
    let mut widths = HashMap::new();
    let Ok(list) = font.get_deref(b"W", pdf).and_then(Object::as_array) else { return Ok(widths) };
    let mut rest = list.as_slice();
    while let [first, second, tail @ ..] = rest {
        let Some(code) = first.as_i64().ok().and_then(|code| u32::try_from(code).ok()) else { break };
        let second = pdf.dereference(second).map_or(second, |(_, object)| object);
        let room = MAX_WIDTHS - widths.len().min(MAX_WIDTHS);
        if let Ok(each) = second.as_array() {
            budget.charge(Cost::Items, each.len().min(room) as u64)?;
            let each = each.iter().zip(code..).take(room);
            widths.extend(each.filter_map(|(width, code)| Some((code, number(Some(width))?))));
            rest = tail;
        } else {
            let last = second.as_i64().ok().and_then(|last| u32::try_from(last).ok()).unwrap_or(code);
            let Some((width, tail)) = tail.split_first() else { break };
            if let Some(width) = number(Some(width)) {
                let codes = (code..=last).take(room);
                budget.charge(Cost::Items, u64::from(last.saturating_sub(code)).min(room as u64))?;
                widths.extend(codes.map(|code| (code, width)));
            }
            rest = tail;
        }
    }
    Ok(widths)
}
