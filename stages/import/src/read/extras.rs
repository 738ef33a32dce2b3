//! What a sheet's cells do not show: where links lead, and which cells are merged.

use crate::value::Value;
use calamine::{Dimensions, Range};
use std::collections::HashMap;

/// Links and merged cells of a sheet, laid over its rows when it is read a second time.
#[derive(Debug, Default)]
pub(super) struct Extras {
    links: HashMap<(u32, u32), String>,
    merged: Vec<Merged>,
}

/// Merged cells: the first holds the value of all.
#[derive(Debug)]
struct Merged {
    area: Dimensions,
    value: Value<'static>,
}

impl Extras {
    /// Cells that lead somewhere.
    pub(super) fn link(&mut self, area: Dimensions, target: String) {
        // A link over a whole region is no address of each of its cells.
        if area.start == area.end {
            self.links.insert(area.start, target);
        }
    }

    /// `=HYPERLINK("https://…", "Name")` in any cell; nothing is worked out, only a literal first argument is taken.
    pub(super) fn formulas(&mut self, formulas: &Range<String>) {
        let (top, left) = formulas.start().unwrap_or_default();
        for (row, column, formula) in formulas.used_cells() {
            if let Some(target) = literal_link(formula) {
                self.links.insert((top + row as u32, left + column as u32), target);
            }
        }
    }

    /// Cells merged downwards: the rows below the first have the same value.
    pub(super) fn merge(&mut self, areas: Vec<Dimensions>) {
        let downwards = areas.into_iter().filter(|area| area.end.0 > area.start.0);
        self.merged.extend(downwards.map(|area| Merged { area, value: Value::Empty }));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.links.is_empty() && self.merged.is_empty()
    }

    /// Lays them over a row; rows must come in order. `row` is counted from 0.
    pub(super) fn apply(&mut self, row: u32, cells: &mut Vec<Value<'_>>) {
        if self.is_empty() {
            return;
        }
        for (column, cell) in (0..).zip(cells.iter_mut()) {
            if let Some(target) = self.links.get(&(row, column)) {
                *cell = cell.linked(target);
            }
        }
        for merged in &mut self.merged {
            let (start, end) = (merged.area.start, merged.area.end);
            let column = start.1 as usize;
            if row == start.0 {
                merged.value = cells.get(column).cloned().unwrap_or(Value::Empty).into_static();
            } else if (start.0..=end.0).contains(&row) {
                if cells.len() <= column {
                    cells.resize(column + 1, Value::Empty);
                }
                if cells[column].is_blank() {
                    cells[column] = merged.value.clone();
                }
            }
        }
    }
}

/// The first argument of a HYPERLINK function, where it is a text: `HYPERLINK("https://a.at","A")`.
fn literal_link(formula: &str) -> Option<String> {
    let name = "HYPERLINK(";
    let at = formula.to_ascii_uppercase().find(name)?;
    let argument = formula.get(at + name.len()..)?.trim_start().strip_prefix('"')?;
    let end = argument.find('"')?;
    // A text that goes on (`"a"&B2`, a doubled quotation mark) is no literal.
    let is_whole = argument[end + 1..].trim_start().starts_with([',', ';', ')']);
    (is_whole && end > 0).then(|| argument[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_literal_links_are_taken() {
        let link = |formula: &str| literal_link(formula);
        assert_eq!(link("HYPERLINK(\"https://a.at\",\"A\")").as_deref(), Some("https://a.at"));
        assert_eq!(link("of:=hyperlink( \"https://a.at\";\"A\")").as_deref(), Some("https://a.at"));
        assert_eq!(link("HYPERLINK(\"https://\"&B2,\"A\")"), None);
        assert_eq!(link("HYPERLINK(B2)"), None);
        assert_eq!(link("SUM(A1:A3)"), None);
    }

    #[test]
    fn a_merged_value_holds_for_the_rows_below() {
        let mut extras = Extras::default();
        extras.merge(vec![Dimensions { start: (1, 0), end: (2, 0) }]);
        let mut texts = Vec::new();
        for (row, mut cells) in [
            (1, vec!["Wien".into(), "a.at".into()]),
            (2, vec![Value::Empty, "b.at".into()]),
            (3, vec![Value::Empty]),
        ] {
            extras.apply(row, &mut cells);
            texts.push(cells[0].text().into_owned());
        }
        assert_eq!(texts, ["Wien", "Wien", ""]);
    }
}
