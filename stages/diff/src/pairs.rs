//! A pair is a host's row now and in the last snapshot; renamed hosts are followed.

use crate::DiffError;
use crate::side::Side;
use arrow::array::{Array, StringArray};
use deklaro_schemas::codes::Lifecycle;
use polars::prelude::{
    BooleanChunked, Column, DataFrame, IdxCa, IntoColumn, IntoLazy, JoinArgs, JoinCoalesce, JoinType,
    MaintainOrderJoin, NewChunkedArray, PlSmallStr, StringChunked, col,
};
use std::cmp::Ordering;
use std::collections::HashMap;

/// A host's row in this month's table and in the last one's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) now: Option<u32>,
    pub(crate) last: Option<u32>,
    /// The row it is listed in now, under another name.
    pub(crate) successor: Option<u32>,
}

/// Every host of either side once, in the order of the tables, before renamed hosts are looked for.
pub(crate) fn pairs(now: &Side, last: &Side) -> Result<Vec<Pair>, DiffError> {
    let full = JoinArgs {
        maintain_order: MaintainOrderJoin::LeftRight,
        ..JoinArgs::new(JoinType::Full).with_coalesce(JoinCoalesce::CoalesceColumns)
    };
    let joined = numbered(now, "now")?
        .lazy()
        .join(numbered(last, "last")?.lazy(), [col("host_id")], [col("host_id")], full)
        .select([col("now"), col("last")])
        .collect()?;
    let (now_rows, last_rows) = (joined.column("now")?.idx()?, joined.column("last")?.idx()?);
    let pair = |(now, last)| Pair { now, last, successor: None };
    Ok(now_rows.iter().zip(last_rows.iter()).map(pair).collect())
}

fn numbered(side: &Side, name: &str) -> Result<DataFrame, DiffError> {
    Ok(side.frame(&["host_id"])?.with_row_index(PlSmallStr::from_str(name), None)?)
}

/// Country and name of the rows of both sides.
pub(crate) struct Names {
    now: [StringArray; 2],
    last: [StringArray; 2],
}

impl Names {
    pub(crate) fn of(now: &Side, last: &Side) -> Result<Self, DiffError> {
        let of = |side: &Side| -> Result<_, DiffError> {
            Ok([side.texts("country_code")?, side.texts("canonical_hostname")?])
        };
        Ok(Self { now: of(now)?, last: of(last)? })
    }

    /// Country and name a host goes by: this month's where it has one.
    pub(crate) fn of_pair(&self, pair: &Pair) -> (&str, &str) {
        match (pair.now, pair.last) {
            (Some(row), _) => self.now(row),
            (None, row) => self.last(row.unwrap_or_default()),
        }
    }

    pub(crate) fn now(&self, row: u32) -> (&str, &str) {
        (self.now[0].value(row as usize), self.now[1].value(row as usize))
    }

    pub(crate) fn last(&self, row: u32) -> (&str, &str) {
        (self.last[0].value(row as usize), self.last[1].value(row as usize))
    }

    /// In the order of the tables. Both sides come sorted, which a stable sort merges in one pass.
    pub(crate) fn sort(&self, pairs: &mut [Pair]) {
        let order = |a: &Pair, b: &Pair| -> Ordering { self.of_pair(a).cmp(&self.of_pair(b)) };
        pairs.sort_by(order);
    }
}

/// What shows that a host goes by another name.
pub(crate) struct Renames {
    now_answering: StringArray,
    last_answering: StringArray,
    last_lifecycle: StringArray,
}

impl Renames {
    pub(crate) fn of(now: &Side, last: &Side) -> Result<Self, DiffError> {
        Ok(Self {
            now_answering: now.texts("answering_hostname")?,
            last_answering: last.texts("answering_hostname")?,
            last_lifecycle: last.texts("lifecycle")?,
        })
    }

    fn was_listed(&self, last: u32) -> bool {
        self.last_lifecycle.value(last as usize) != Lifecycle::Retired.as_str()
    }
}

/// The name of a site without what two spellings of it do not share.
fn bare(name: &str) -> &str {
    name.strip_prefix("www.").unwrap_or(name)
}

/// Follows hosts that are no longer listed to the name they are listed under now. That is the name they last
/// answered under, their twin with or without `www.`, or a new name that answers under the old one.
pub(crate) fn follow_renames(pairs: &mut [Pair], names: &Names, seen: &Renames) {
    let is_gone = |pair: &Pair| pair.now.is_none() && pair.last.is_some_and(|row| seen.was_listed(row));
    let (mut by_name, mut by_answer) = (HashMap::new(), HashMap::new());
    for row in pairs.iter().filter(|pair| pair.last.is_none()).filter_map(|pair| pair.now) {
        let (country, name) = names.now(row);
        by_name.entry((country, bare(name))).or_insert(row);
        if let Some(answer) = text(&seen.now_answering, row) {
            by_answer.entry((country, bare(answer))).or_insert(row);
        }
    }
    let successor = |row: u32| {
        let (country, name) = names.last(row);
        let answer = text(&seen.last_answering, row).unwrap_or(name);
        by_name
            .get(&(country, bare(answer)))
            .or_else(|| by_name.get(&(country, bare(name))))
            .or_else(|| by_answer.get(&(country, bare(name))))
            .copied()
    };
    let found: Vec<(usize, u32)> = pairs
        .iter()
        .enumerate()
        .filter(|(_, pair)| is_gone(pair))
        .filter_map(|(place, pair)| Some((place, successor(pair.last?)?)))
        .collect();
    link(pairs, &found);
}

/// The same between two snapshots, from what the later one's hosts say of their successors.
pub(crate) fn link_known(pairs: &mut [Pair], names: &Names, successors: &StringArray) {
    let rows = pairs.iter().filter_map(|pair| pair.now).map(|row| (names.now(row), row));
    let by_name: HashMap<(&str, &str), u32> = rows.collect();
    let successor = |pair: &Pair| {
        let (row, _) = (pair.now?, pair.last?);
        by_name.get(&(names.now(row).0, text(successors, row)?)).copied()
    };
    let found: Vec<(usize, u32)> =
        pairs.iter().enumerate().filter_map(|(place, pair)| Some((place, successor(pair)?))).collect();
    link(pairs, &found);
}

/// Notes who follows whom; of several hosts with one successor, the first one's history is carried on.
fn link(pairs: &mut [Pair], found: &[(usize, u32)]) {
    let mut heirs: HashMap<u32, u32> = HashMap::new();
    for (place, successor) in found {
        pairs[*place].successor = Some(*successor);
        if let Some(last) = pairs[*place].last {
            heirs.entry(*successor).or_insert(last);
        }
    }
    for pair in pairs.iter_mut().filter(|pair| pair.last.is_none() && !heirs.is_empty()) {
        pair.last = pair.now.and_then(|row| heirs.get(&row).copied());
    }
}

fn text(texts: &StringArray, row: u32) -> Option<&str> {
    texts.is_valid(row as usize).then(|| texts.value(row as usize))
}

/// The rows of both sides beside each other; the last side's columns have `last_` before their names.
pub(crate) fn beside(
    pairs: &[Pair],
    names: &Names,
    now: &DataFrame,
    last: &DataFrame,
) -> Result<DataFrame, DiffError> {
    let take = |frame: &DataFrame, place: fn(&Pair) -> Option<u32>| -> Result<DataFrame, DiffError> {
        Ok(frame.take(&IdxCa::from_iter_options(PlSmallStr::EMPTY, pairs.iter().map(place)))?)
    };
    let mut both = take(now, |pair| pair.now)?;
    let mut before = take(last, |pair| pair.last)?;
    let renamed: Vec<String> = before.get_column_names().iter().map(|name| format!("last_{name}")).collect();
    before.set_column_names(&renamed)?;
    both.hstack_mut(before.columns())?;
    let successors: StringChunked =
        pairs.iter().map(|pair| pair.successor.map(|row| names.now(row).1)).collect();
    both.hstack_mut(&[
        flag("is_listed", pairs, |pair| pair.now.is_some()),
        flag("was_known", pairs, |pair| pair.last.is_some()),
        successors.with_name(PlSmallStr::from_static("successor")).into_column(),
    ])?;
    Ok(both)
}

fn flag(name: &'static str, pairs: &[Pair], is_set: fn(&Pair) -> bool) -> Column {
    let values: BooleanChunked = pairs.iter().map(|pair| Some(is_set(pair))).collect();
    values.with_name(PlSmallStr::from_static(name)).into_column()
}
