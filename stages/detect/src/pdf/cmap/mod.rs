//! Which letters do a font's codes stand for (its ToUnicode map, ISO 32000-1 section 9.10.3)?
//!
//! A range of codes stays a range: a map of forty bytes may name four billion codes.

mod tokens;

use deklaro_schemas::budget::{Budget, Cost, Exhausted};
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;
use tokens::{Token, Tokens};

/// UTF-16 units that a code may stand for (ISO 32000-1 section 9.10.3: 512 bytes).
const MAX_UNITS: usize = 256;
/// Code spaces that are kept; honest maps have one to four.
const MAX_SPACES: usize = 256;
/// Stands for a code without a meaning.
const UNKNOWN: u16 = 0xFFFD;
/// Bytes of text that one UTF-16 unit becomes at most.
const UNIT: u64 = 3;

/// A code: how many bytes it has, and its value.
type Code = (u8, u32);

/// The codes of a font, and the UTF-16 units that they stand for.
#[derive(Default)]
pub(super) struct CodeMap {
    /// Lowest and highest code of each code space; the bounds hold for each byte alone.
    spaces: Vec<(Code, u32)>,
    /// The ranges by their lowest codes; they do not overlap.
    ranges: BTreeMap<Code, Codes>,
    units: Vec<u16>,
}

/// A range of codes.
#[derive(Clone)]
struct Codes {
    high: u32,
    /// The code that the first letter is for; a range that was cut may begin behind it.
    base: u32,
    target: Target,
}

#[derive(Clone)]
enum Target {
    /// Units, of which the last grows with the code.
    Growing(Range<usize>),
    /// Units for each code.
    Each(Rc<[Range<usize>]>),
}

impl CodeMap {
    /// Reads a map; `None` where nothing in it can be read.
    pub(super) fn read(bytes: &[u8], budget: &Budget) -> Result<Option<Self>, Exhausted> {
        budget.charge(Cost::Steps, bytes.len() as u64)?;
        let mut map = Self::default();
        let mut tokens = Tokens::of(bytes);
        while let Some(token) = tokens.next() {
            match token {
                Token::Word(b"begincodespacerange") => map.read_spaces(&mut tokens, budget)?,
                Token::Word(b"beginbfchar") => map.read_letters(&mut tokens, budget)?,
                Token::Word(b"beginbfrange") => map.read_ranges(&mut tokens, budget)?,
                _ => {}
            }
        }
        let is_empty = map.spaces.is_empty() && map.ranges.is_empty();
        Ok((!is_empty).then_some(map))
    }

    fn read_spaces(&mut self, tokens: &mut Tokens<'_>, budget: &Budget) -> Result<(), Exhausted> {
        while let Some(Token::Hex(low)) = tokens.next() {
            let Some(Token::Hex(high)) = tokens.next() else { break };
            budget.charge(Cost::Items, 1)?;
            let space = code(&low).zip(code(&high)).filter(|(low, high)| low.0 == high.0);
            if let Some((low, high)) = space.filter(|_| self.spaces.len() < MAX_SPACES) {
                self.spaces.push((low, high.1));
            }
        }
        Ok(())
    }

    fn read_letters(&mut self, tokens: &mut Tokens<'_>, budget: &Budget) -> Result<(), Exhausted> {
        while let Some(Token::Hex(from)) = tokens.next() {
            let Some(Token::Hex(letters)) = tokens.next() else { break };
            let target = Target::Growing(self.keep(&letters));
            if let Some((length, code)) = code(&from) {
                self.put((length, code), code, target, budget)?;
            }
        }
        Ok(())
    }

    fn read_ranges(&mut self, tokens: &mut Tokens<'_>, budget: &Budget) -> Result<(), Exhausted> {
        while let Some(Token::Hex(low)) = tokens.next() {
            let Some(Token::Hex(high)) = tokens.next() else { break };
            let target = match tokens.next() {
                Some(Token::Hex(letters)) => Target::Growing(self.keep(&letters)),
                Some(Token::Open) => Target::Each(self.keep_each(tokens, budget)?.into()),
                _ => break,
            };
            if let Some((low, high)) = code(&low).zip(code(&high)).filter(|(low, high)| low.0 == high.0) {
                self.put(low, high.1, target, budget)?;
            }
        }
        Ok(())
    }

    fn keep_each(
        &mut self,
        tokens: &mut Tokens<'_>,
        budget: &Budget,
    ) -> Result<Vec<Range<usize>>, Exhausted> {
        let mut each = Vec::new();
        while let Some(Token::Hex(letters)) = tokens.next() {
            budget.charge(Cost::Items, 1)?;
            each.push(self.keep(&letters));
        }
        Ok(each)
    }

    /// The UTF-16 units of these bytes; a lone byte is a unit.
    fn keep(&mut self, bytes: &[u8]) -> Range<usize> {
        let start = self.units.len();
        let unit = |pair: &[u8]| pair.iter().fold(0, |unit, byte| unit << 8 | u16::from(*byte));
        self.units.extend(bytes.chunks(2).take(MAX_UNITS).map(unit));
        start..self.units.len()
    }

    /// Maps the codes from `low` to `high`; what was said of them before is overruled.
    fn put(&mut self, low: Code, high: u32, target: Target, budget: &Budget) -> Result<(), Exhausted> {
        budget.charge(Cost::Items, 1)?;
        if high < low.1 {
            return Ok(());
        }
        self.cut(low);
        if let Some(behind) = high.checked_add(1) {
            self.cut((low.0, behind));
        }
        let overruled: Vec<Code> = self.ranges.range(low..=(low.0, high)).map(|(code, _)| *code).collect();
        for code in overruled {
            self.ranges.remove(&code);
        }
        self.ranges.insert(low, Codes { high, base: low.1, target });
        Ok(())
    }

    /// Cuts the range that goes on over this code in two.
    fn cut(&mut self, at: Code) {
        let before = self.ranges.range_mut((at.0, 0)..at).next_back();
        let Some((_, codes)) = before.filter(|(_, codes)| codes.high >= at.1) else { return };
        let behind = codes.clone();
        codes.high = at.1 - 1;
        self.ranges.insert(at, behind);
    }

    /// The units of a code.
    fn units(&self, (length, code): Code) -> Option<(&[u16], u16)> {
        let (_, codes) = self.ranges.range((length, 0)..=(length, code)).next_back()?;
        let at = code - codes.base;
        match &codes.target {
            _ if codes.high < code => None,
            Target::Growing(units) => Some((&self.units[units.clone()], at as u16)),
            Target::Each(each) => {
                Some((each.get(at as usize).map_or(&[UNKNOWN], |units| &self.units[units.clone()]), 0))
            }
        }
    }

    /// True where a code of this length lies in a code space.
    fn is_in_space(&self, (length, code): Code) -> bool {
        let bytes = code.to_be_bytes();
        self.spaces.iter().any(|(low, high)| {
            let (low_bytes, high_bytes) = (low.1.to_be_bytes(), high.to_be_bytes());
            low.0 == length && (0..4).all(|at| (low_bytes[at]..=high_bytes[at]).contains(&bytes[at]))
        })
    }

    /// The text of a shown string.
    pub(super) fn text(&self, string: &[u8], budget: &Budget) -> Result<String, Exhausted> {
        budget.charge(Cost::Steps, string.len() as u64 * (self.spaces.len() as u64 + 1))?;
        let (mut text, mut code) = (Vec::new(), (0, 0));
        let mut add = |code| {
            let (units, growth) = self.units(code).unwrap_or((&[UNKNOWN], 0));
            budget.charge(Cost::Text, units.len() as u64 * UNIT)?;
            text.extend_from_slice(units);
            if let Some(last) = text.last_mut().filter(|_| !units.is_empty()) {
                *last = last.wrapping_add(growth);
            }
            Ok(())
        };
        for byte in string {
            if code.0 == 4 {
                add(std::mem::take(&mut code))?;
            }
            code = (code.0 + 1, code.1 << 8 | u32::from(*byte));
            let is_whole =
                if self.spaces.is_empty() { self.units(code).is_some() } else { self.is_in_space(code) };
            if is_whole {
                add(std::mem::take(&mut code))?;
            }
        }
        if code.0 > 0 {
            add(code)?;
        }
        Ok(written(&text))
    }
}

/// A code of one to four bytes.
fn code(bytes: &[u8]) -> Option<Code> {
    let value = bytes.iter().fold(0, |code, byte| code << 8 | u32::from(*byte));
    matches!(bytes.len(), 1..=4).then_some((bytes.len() as u8, value))
}

/// UTF-16 as text; a mark of the byte order at its beginning is no letter.
fn written(units: &[u16]) -> String {
    let units = units.strip_prefix(&[0xFEFF]).unwrap_or(units).iter().copied();
    char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests;
