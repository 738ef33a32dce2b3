//! What a sheet's cells do not show: where links lead, and which cells are merged.

use crate::cell::MAX_COLUMNS;
use crate::value::Value;
use calamine::{Dimensions, Range};
use std::collections::{BTreeMap, HashMap};

/// Bytes of link targets kept of a sheet; a cell past them shows its own text.
const MAX_LINK_BYTES: usize = 64 << 20;
/// Merged areas kept of a sheet.
const MAX_MERGED: usize = 1 << 20;

/// Links and merged cells of a sheet, laid over its rows when it is read a second time.
#[derive(Debug, Default)]
pub(super) struct Extras {
    /// By row, columns and where they lead.
    links: HashMap<u32, Vec<(usize, String)>>,
    link_bytes: usize,
    /// Merged areas by their first row.
    merged: BTreeMap<u32, Vec<Dimensions>>,
    merged_areas: usize,
    /// By column: the last row of the area that the row at hand is in, and what all its rows hold.
    open: BTreeMap<usize, (u32, Value<'static>)>,
}

impl Extras {
    /// Cells that lead somewhere.
    pub(super) fn link(&mut self, area: Dimensions, target: String) {
        // A link over a whole region is no address of each of its cells.
        if area.start == area.end && self.link_bytes + target.len() <= MAX_LINK_BYTES {
            self.link_bytes += target.len();
            let (row, column) = area.start;
            self.links.entry(row).or_default().push((column as usize, target));
        }
    }

    /// `=HYPERLINK("https://…", "Name")` in any cell; nothing is worked out, only a literal first argument is taken.
    pub(super) fn formulas(&mut self, formulas: &Range<String>) {
        let (top, left) = formulas.start().unwrap_or_default();
        for (row, column, formula) in formulas.used_cells() {
            self.formula((top + row as u32, left + column as u32), formula);
        }
    }

    /// The formula of one cell.
    pub(super) fn formula(&mut self, cell: (u32, u32), formula: &str) {
        if let Some(target) = literal_link(formula) {
            self.cell_link(cell, target);
        }
    }

    /// Where one cell leads.
    pub(super) fn cell_link(&mut self, cell: (u32, u32), target: String) {
        self.link(Dimensions { start: cell, end: cell }, target);
    }

    /// Cells merged downwards: the rows below the first have the same value.
    pub(super) fn merge(&mut self, areas: impl IntoIterator<Item = Dimensions>) {
        for area in areas.into_iter().filter(|area| area.end.0 > area.start.0) {
            if self.merged_areas < MAX_MERGED {
                self.merged_areas += 1;
                self.merged.entry(area.start.0).or_default().push(area);
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.links.is_empty() && self.merged_areas == 0
    }

    /// Lays them over a row; rows must come in order. `row` is counted from 0.
    pub(super) fn apply(&mut self, row: u32, cells: &mut Vec<Value<'_>>) {
        for (column, target) in self.links.get(&row).into_iter().flatten() {
            // A formula that was never worked out has no cell of its own.
            if let Some(cell) = cell_at(cells, *column) {
                *cell = cell.linked(target);
            }
        }
        if self.merged_areas > 0 {
            self.open.retain(|_, (last, _)| *last >= row);
            self.fill(cells);
            self.start(row, cells);
        }
    }

    /// Gives the empty cells of areas begun above their value.
    fn fill(&self, cells: &mut Vec<Value<'_>>) {
        for (column, (_, value)) in &self.open {
            if let Some(cell) = cell_at(cells, *column).filter(|cell| cell.is_blank()) {
                *cell = value.clone();
            }
        }
    }

    /// Opens the areas that begin in this row, and drops those that began in a row without a cell.
    fn start(&mut self, row: u32, cells: &[Value<'_>]) {
        while let Some(first) = self.merged.first_entry().filter(|first| *first.key() <= row) {
            let is_here = *first.key() == row;
            for area in first.remove().into_iter().filter(|_| is_here) {
                let column = area.start.1 as usize;
                if let Some(value) = cells.get(column).filter(|value| !value.is_blank()) {
                    self.open.insert(column, (area.end.0, value.clone().into_static()));
                }
            }
        }
    }
}

/// The cell of a column, made where the row is shorter; nothing for columns that are not read.
fn cell_at<'c, 'v>(cells: &'c mut Vec<Value<'v>>, column: usize) -> Option<&'c mut Value<'v>> {
    if column < MAX_COLUMNS && cells.len() <= column {
        cells.resize(column + 1, Value::Empty);
    }
    cells.get_mut(column)
}

/// The first argument of a HYPERLINK function, where it is a text: `HYPERLINK("https://a.at","A")`.
pub(super) fn literal_link(formula: &str) -> Option<String> {
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
