//! Single cells of a row, read as what their column holds.

use crate::value::Value;
use crate::words::Words;
use std::borrow::Cow;

/// Columns looked at; what stands further right is not part of a list.
pub(crate) const MAX_COLUMNS: usize = 512;

/// The text of a cell; empty where the row is shorter or there is no such column.
pub(crate) fn text<'c>(cells: &'c [Value<'_>], column: Option<usize>) -> Cow<'c, str> {
    column.and_then(|column| cells.get(column)).map_or(Cow::Borrowed(""), Value::text)
}

/// Yes or no; nothing for anything else.
pub(crate) fn truth(cells: &[Value<'_>], column: Option<usize>, words: &Words) -> Option<bool> {
    match cells.get(column?)? {
        Value::Bool(truth) => Some(*truth),
        cell => words.truth(&cell.text()),
    }
}

/// A score from 0 to 1; anything else is no score.
pub(crate) fn score(cells: &[Value<'_>], column: Option<usize>) -> Option<f64> {
    let score = match cells.get(column?)? {
        Value::Number(number) => *number,
        Value::Text(text) | Value::Linked(text, _) => number(text.trim())?,
        Value::Bool(_) | Value::Empty => return None,
    };
    (0.0..=1.0).contains(&score).then_some(score)
}

/// With a comma or a point.
fn number(text: &str) -> Option<f64> {
    if text.contains(',') { text.replace(',', ".").parse().ok() } else { text.parse().ok() }
}

/// The column of letters, counted from 0; nothing for other texts and for columns that are not read.
pub(crate) fn column_of(letters: &str) -> Option<usize> {
    if !(1..=3).contains(&letters.len()) || !letters.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let digit = |letter: u8| usize::from(letter.to_ascii_uppercase() - b'A') + 1;
    let number = letters.bytes().fold(0, |number, letter| number * 26 + digit(letter));
    (number <= MAX_COLUMNS).then(|| number - 1)
}

/// A column's letters: A, B, … Z, AA.
pub(crate) fn letters(column: usize) -> String {
    let mut rest = column + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_numbers_from_0_to_1() {
        let read = |value: Value| score(&[value], Some(0));
        assert_eq!(read(Value::Number(1.0)), Some(1.0));
        assert_eq!(read(" 0,87 ".into()), Some(0.87));
        for text in ["", "87", "-0.1", "NaN", "inf", "good"] {
            assert_eq!(read(text.into()), None, "{text}");
        }
        assert_eq!(read(Value::Bool(true)), None);
        assert_eq!(score(&[], Some(3)), None, "a row shorter than its header");
    }

    #[test]
    fn columns_have_the_letters_a_spreadsheet_shows() {
        assert_eq!([0, 25, 26, 701, 702].map(letters), ["A", "Z", "AA", "ZZ", "AAA"]);
        assert_eq!(
            ["A", "z", "AA", "SR", "ZZZ", "A1", ""].map(column_of),
            [Some(0), Some(25), Some(26), Some(511), None, None, None]
        );
    }
}
