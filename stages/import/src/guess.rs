//! A layout where no map knows one: the column whose cells are addresses.

use crate::field::Field;
use crate::header::Header;
use crate::value::Value;
use crate::words::Words;
use crate::{cell, clean, split};
use deklaro_schemas::HostKey;

/// Columns looked at.
const MAX_GUESSED: usize = 64;
/// Tenths of a column's cells that must be addresses.
const ENOUGH: usize = 8;
/// The same where it is the only column: nothing else can be meant.
const ENOUGH_ALONE: usize = 5;
/// Tenths from which on another column is one too many.
const RIVAL: usize = 4;

/// A column and how many of its cells are addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    index: usize,
    addresses: usize,
    filled: usize,
    first: usize,
}

impl Column {
    fn has_tenths(&self, tenths: usize) -> bool {
        self.addresses * 10 >= self.filled * tenths
    }
}

/// The layout of a sheet without a known header: its one column of addresses, or a column of hosts beside one of their pages.
///
/// Otherwise what was seen, for people.
pub(crate) fn guess(head: &[(i64, Vec<Value<'static>>)], words: &Words) -> Result<Header, String> {
    let rows: Vec<&(i64, Vec<Value>)> = head.iter().filter(|(_, cells)| !is_comment(cells)).collect();
    let columns = columns(&rows, words);
    let is_alone = rows.iter().all(|(_, cells)| cells.len() <= 1);
    let enough = if is_alone { ENOUGH_ALONE } else { ENOUGH };
    let good: Vec<&Column> = columns.iter().filter(|column| column.has_tenths(enough)).collect();
    let rivals = columns.iter().filter(|column| column.has_tenths(RIVAL)).count();
    match good.as_slice() {
        [only] if rivals == 1 => Ok(header(&rows, only, &[(Field::PageUrl, only.index)])),
        [one, other] if rivals == 2 => twins(&rows, one, other, words).ok_or_else(|| described(&columns)),
        _ => Err(described(&columns)),
    }
}

/// A line that begins with a number sign.
pub(crate) fn is_comment(cells: &[Value<'_>]) -> bool {
    cells.iter().find(|cell| !cell.is_blank()).is_some_and(|cell| cell.text().trim_start().starts_with('#'))
}

fn columns(rows: &[&(i64, Vec<Value<'static>>)], words: &Words) -> Vec<Column> {
    let width = rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0).min(MAX_GUESSED);
    let column = |index: usize| {
        let texts = rows.iter().map(|(_, cells)| address_in(cells, index, words).is_some());
        let first = texts.clone().position(|is_address| is_address)?;
        let filled =
            rows[first..].iter().filter(|(_, cells)| cells.get(index).is_some_and(|cell| !cell.is_blank()));
        Some(Column {
            index,
            addresses: texts.filter(|is_address| *is_address).count(),
            filled: filled.count(),
            first,
        })
    };
    (0..width).filter_map(column).collect()
}

/// The host a cell leads to, where it is surely an address.
pub(crate) fn address_in(cells: &[Value<'_>], index: usize, words: &Words) -> Option<HostKey> {
    let cell = cells.get(index)?;
    let text = cell.text();
    let text = cell.target().unwrap_or(&text);
    let first = split::addresses(text, words).into_iter().next()?;
    let (host, _) = clean::host(first, words).ok()?;
    (host.as_str().contains('.') && (first.contains("://") || host.has_known_suffix())).then_some(host)
}

/// A host column beside a column of pages on those hosts.
fn twins(
    rows: &[&(i64, Vec<Value<'static>>)],
    one: &Column,
    other: &Column,
    words: &Words,
) -> Option<Header> {
    let agree = rows[one.first..].iter().all(|(_, cells)| {
        let [one, other] = [one, other].map(|column| address_in(cells, column.index, words));
        one.zip(other).is_none_or(|(one, other)| one.without_www() == other.without_www())
    });
    let is_page = |column: &Column| {
        rows[column.first..].iter().any(|(_, cells)| cell::text(cells, Some(column.index)).contains("://"))
    };
    let (host, page) = if is_page(one) { (other, one) } else { (one, other) };
    (agree && is_page(page) && !is_page(host))
        .then(|| header(rows, host, &[(Field::Host, host.index), (Field::PageUrl, page.index)]))
}

/// The header is the row above the first address, where it names the column.
fn header(rows: &[&(i64, Vec<Value<'static>>)], column: &Column, fields: &[(Field, usize)]) -> Header {
    let above = column.first.checked_sub(1).map(|index| rows[index]);
    let named = above.filter(|(_, cells)| cells.get(column.index).is_some_and(|cell| !cell.is_blank()));
    let (row, cells) = named.map_or((0, &[][..]), |(row, cells)| (*row, cells.as_slice()));
    let why = format!("{} of {} cells are addresses", column.addresses, column.filled);
    Header::of_columns("guessed", row, cells, fields, &why)
}

fn described(columns: &[Column]) -> String {
    let of = |column: &Column| {
        format!(
            "column {} has {} addresses in {} cells",
            cell::letters(column.index),
            column.addresses,
            column.filled
        )
    };
    let seen: Vec<String> = columns.iter().filter(|column| column.has_tenths(RIVAL)).map(of).collect();
    if seen.is_empty() { "no column holds addresses".to_owned() } else { seen.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(rows: &[&[&'static str]]) -> Result<(i64, Vec<Option<usize>>), String> {
        let head: Vec<_> =
            (1..).zip(rows.iter().map(|row| row.iter().map(|text| Value::from(*text)).collect())).collect();
        let header = guess(&head, &Words::builtin())?;
        Ok((header.row, [Field::Host, Field::PageUrl].map(|field| header.column(field)).to_vec()))
    }

    #[test]
    fn the_only_column_of_addresses_is_taken() {
        assert_eq!(guessed(&[&["# hosts"], &["a.at"], &["https://b.at/x"]]), Ok((0, vec![None, Some(0)])));
        assert_eq!(
            guessed(&[&["Nr", "Auftritt"], &["1", "www.a.at"], &["2", "b.at"]]),
            Ok((1, vec![None, Some(1)]))
        );
        assert_eq!(
            guessed(&[&["a.at", "https://a.at/x"], &["b.at", "https://www.b.at/"]]),
            Ok((0, vec![Some(0), Some(1)]))
        );
    }

    #[test]
    fn what_is_not_sure_is_said() {
        let two = guessed(&[&["a.at", "c.at"], &["b.at", "d.at"]]).unwrap_err();
        assert_eq!(two, "column A has 2 addresses in 2 cells, column B has 2 addresses in 2 cells");
        assert_eq!(guessed(&[&["Name"], &["Wien"]]).unwrap_err(), "no column holds addresses");
        assert_eq!(guessed(&[&["office@a.at"], &["info@b.at"]]).unwrap_err(), "no column holds addresses");
    }
}
