//! The steps of a month in their order: which tables each reads, and which it writes.
//!
//! Who writes a table, the lineage that is published, and the stages that engines call one at a time follow from this list.

use crate::{TableSpec, tables};

/// Who writes a table. Each table has one writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// The import stage.
    Import,
    /// The frontier stage.
    Frontier,
    /// The crawl stage.
    Crawl,
    /// The detect stage.
    Detect,
    /// The diff stage.
    Diff,
    /// The report stage.
    Report,
    /// The pipeline itself.
    Pipeline,
}

impl Writer {
    /// The stage's folder name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Frontier => "frontier",
            Self::Crawl => "crawl",
            Self::Detect => "detect",
            Self::Diff => "diff",
            Self::Report => "report",
            Self::Pipeline => "pipeline",
        }
    }
}

/// A step of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Its name.
    pub name: &'static str,
    /// The stage whose function it calls.
    pub stage: Writer,
    /// What it is made from.
    pub reads: &'static [Input],
    /// The tables it writes.
    pub writes: &'static [&'static str],
}

/// A table that a step is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// As this month's steps wrote it.
    Now(&'static str),
    /// As it stands in the snapshot before; nothing in the first month.
    Before(&'static str),
}

use Input::{Before, Now};

/// The steps, first one first. Frontier, crawl and detect take turns, round after round.
pub const STEPS: [Step; 7] = [
    Step { name: "import", stage: Writer::Import, reads: &[], writes: &["sources", "seeds", "seed_rejects"] },
    Step {
        name: "targets",
        stage: Writer::Frontier,
        reads: &[Now("seeds"), Before("hosts")],
        writes: &["targets"],
    },
    Step {
        name: "frontier",
        stage: Writer::Frontier,
        reads: &[Now("targets"), Now("frontier"), Now("readings"), Now("candidates")],
        writes: &["frontier"],
    },
    Step {
        name: "crawl",
        stage: Writer::Crawl,
        reads: &[Now("frontier")],
        writes: &["robots", "fetches", "bodies"],
    },
    Step {
        name: "detect",
        stage: Writer::Detect,
        reads: &[Now("targets"), Now("fetches"), Now("bodies")],
        writes: &["readings", "candidates"],
    },
    Step {
        name: "verdicts",
        stage: Writer::Detect,
        reads: &[Now("targets"), Now("fetches"), Now("readings"), Now("candidates")],
        writes: &["statements"],
    },
    Step {
        name: "diff",
        stage: Writer::Diff,
        reads: &[Now("statements"), Before("hosts")],
        writes: &["hosts", "changes"],
    },
];

/// Tables about the run itself, which no step of the dataflow writes.
const ABOUT_THE_RUN: [(Writer, &[&str]); 2] = [
    (Writer::Report, &["meta_checks"]),
    (Writer::Pipeline, &["pages", "scans", "meta_runs", "meta_columns", "meta_files", "meta_lineage"]),
];

impl Step {
    /// The step of this name; nothing where there is none.
    pub fn find(name: &str) -> Option<&'static Self> {
        STEPS.iter().find(|step| step.name == name)
    }

    /// The declarations of the tables it writes.
    pub fn tables(&self) -> Vec<TableSpec> {
        self.writes.iter().filter_map(|name| tables::by_name(name)).collect()
    }
}

impl Input {
    /// The table's name.
    pub fn table(self) -> &'static str {
        match self {
            Now(table) | Before(table) => table,
        }
    }
}

impl std::fmt::Display for Input {
    /// As SQL finds it: tables of the snapshot before lie in the schema `previous`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Now(table) => f.write_str(table),
            Before(table) => write!(f, "previous.{table}"),
        }
    }
}

/// Who writes the table of this name.
pub fn writer_of(table: &str) -> Writer {
    let of_step = STEPS.iter().find(|step| step.writes.contains(&table)).map(|step| step.stage);
    let about =
        || ABOUT_THE_RUN.iter().find(|(_, tables)| tables.contains(&table)).map(|(writer, _)| *writer);
    of_step.or_else(about).expect("a test finds the writer of every table")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_table_has_one_writer_and_every_name_is_a_table() {
        let written = STEPS.iter().flat_map(|step| step.writes);
        let named: Vec<&str> =
            written.chain(ABOUT_THE_RUN.iter().flat_map(|(_, tables)| *tables)).copied().collect();
        assert_eq!(named.iter().collect::<BTreeSet<_>>().len(), named.len(), "{named:?}");
        // Pages are handed to engines and never stored.
        let declared: BTreeSet<&str> =
            tables::all().iter().map(|table| table.name).chain(["pages"]).collect();
        assert_eq!(named.into_iter().collect::<BTreeSet<_>>(), declared);
    }

    #[test]
    fn a_step_reads_what_was_written_before_it() {
        let mut written: BTreeSet<&str> = BTreeSet::new();
        for step in STEPS {
            // The steps of a round take turns: what the later ones of them write is read in the next round.
            let in_turn = ["frontier", "readings", "candidates"];
            for input in step.reads {
                let is_there = match *input {
                    Now(table) => written.contains(table) || in_turn.contains(&table),
                    Before(table) => tables::by_name(table).is_some(),
                };
                assert!(is_there, "`{}` reads `{input}`", step.name);
            }
            written.extend(step.writes);
        }
    }
}
