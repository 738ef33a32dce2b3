//! A layout the user gives: `host=B,country=AT`.

use crate::field::Field;
use crate::guess::address_in;
use crate::header::Header;
use crate::value::Value;
use crate::words::Words;
use crate::{Countries, ImportError, cell};
use deklaro_schemas::CountryCode;

/// Which column holds what, as given by hand: letters as a spreadsheet shows them, or the name in the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenColumns {
    text: String,
    columns: Vec<(Field, String)>,
    country: Option<CountryCode>,
    header_row: Option<i64>,
}

impl GivenColumns {
    /// Reads `host=B,url=C,organisation=Name,country=AT,header=2`.
    ///
    /// `country` is a country where its value names one, else a column. An error names the part that cannot be understood.
    pub fn parse(text: &str, countries: &Countries) -> Result<Self, ImportError> {
        let bad = |part: &str, why: &str| ImportError::BadData {
            file: "--map".to_owned(),
            line: 1,
            message: format!("`{part}`: {why}"),
        };
        let mut given = Self { text: text.to_owned(), columns: Vec::new(), country: None, header_row: None };
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) =
                part.split_once('=').ok_or_else(|| bad(part, "expected name=column, such as host=B"))?;
            let (name, value) = (name.trim(), value.trim());
            let country = (name == "country").then(|| countries.find(value)).flatten();
            match (name, Field::named(name)) {
                ("header", _) => {
                    let row = value.parse().map_err(|_| bad(part, "expected the number of a row"))?;
                    given.header_row = Some(row);
                }
                _ if country.is_some() => given.country = country,
                (_, Some(field)) => given.columns.push((field, value.to_owned())),
                _ => {
                    return Err(bad(part, &format!("expected one of header, {}", Field::names().join(", "))));
                }
            }
        }
        let has_address =
            given.columns.iter().any(|(field, _)| matches!(field, Field::Host | Field::PageUrl));
        if has_address { Ok(given) } else { Err(bad(text, "expected a column for host or url")) }
    }

    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The layout of a sheet; nothing where a column named by its header is not there.
    pub(crate) fn header(&self, head: &[(i64, Vec<Value<'static>>)], words: &Words) -> Option<Header> {
        let by_letters: Option<Vec<(Field, usize)>> =
            self.columns.iter().map(|(field, name)| Some((*field, cell::column_of(name)?))).collect();
        let (row, fields) = match by_letters {
            Some(fields) => (row_above(head, &fields, words), fields),
            None => head.iter().find_map(|(row, cells)| Some((*row, self.named_in(cells)?)))?,
        };
        let row = self.header_row.unwrap_or(row);
        let cells = head.iter().find(|(number, _)| *number == row).map_or(&[][..], |(_, cells)| cells);
        let mut header = Header::of_columns("given", row, cells, &fields, "given");
        header.country = self.country;
        Some(header)
    }

    /// The columns of a row that holds all the names.
    fn named_in(&self, cells: &[Value<'_>]) -> Option<Vec<(Field, usize)>> {
        let place = |name: &str| {
            let named = cells.iter().position(|cell| cell.text().trim().eq_ignore_ascii_case(name));
            named.or_else(|| cell::column_of(name))
        };
        let fields: Option<Vec<_>> =
            self.columns.iter().map(|(field, name)| Some((*field, place(name)?))).collect();
        let is_named = |name: &str| cells.iter().any(|cell| cell.text().trim().eq_ignore_ascii_case(name));
        fields.filter(|_| self.columns.iter().any(|(_, name)| is_named(name)))
    }
}

/// The row above the first address; 0 where the list starts with one.
fn row_above(head: &[(i64, Vec<Value<'static>>)], fields: &[(Field, usize)], words: &Words) -> i64 {
    let column = fields.iter().find(|(field, _)| matches!(field, Field::Host | Field::PageUrl));
    let Some((_, column)) = column else { return 0 };
    let first = head.iter().position(|(_, cells)| address_in(cells, *column, words).is_some());
    first.and_then(|first| first.checked_sub(1)).map_or(0, |above| head[above].0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_given_by_letter_or_name() {
        let countries = Countries::builtin();
        let head: Vec<(i64, Vec<Value>)> = vec![
            (1, vec!["Stand 2026".into()]),
            (2, vec!["Nr".into(), "Auftritt".into(), "Stelle".into()]),
            (3, vec!["1".into(), "a.at".into(), "A".into()]),
        ];
        for text in ["host=B,organisation=C,country=AT", "host=Auftritt, organisation=C, country=Austria"] {
            let given = GivenColumns::parse(text, &countries).unwrap();
            let header = given.header(&head, &Words::builtin()).unwrap();
            assert_eq!((header.row, header.column(Field::Host)), (2, Some(1)), "{text}");
            assert_eq!(header.column(Field::Organisation), Some(2));
            assert_eq!(header.country.map(|country| country.to_string()).as_deref(), Some("AT"));
        }
        let given = GivenColumns::parse("url=Web", &countries).unwrap();
        assert_eq!(given.header(&head, &Words::builtin()), None);
        let given = GivenColumns::parse("host=B,header=1", &countries).unwrap();
        assert_eq!(given.header(&head, &Words::builtin()).unwrap().row, 1);
    }

    #[test]
    fn mistakes_are_named() {
        let error = |text: &str| GivenColumns::parse(text, &Countries::builtin()).unwrap_err().to_string();
        assert!(error("host").contains("`host`: expected name=column"));
        assert!(error("hots=B").contains("`hots=B`: expected one of header, host, url"));
        assert!(error("organisation=B").contains("expected a column for host or url"));
        assert!(error("host=B,header=x").contains("expected the number of a row"));
    }
}
