//! Which steps has a month, in which order, and which tables does each read and write?
//!
//! Who writes a table, the published lineage, the names of spans and of what a resume finds done, and the stages that engines call
//! follow from this list. So does the drawing in README.md: a test compares them.

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
    /// The publish stage. It writes files, and no table.
    Publish,
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
            Self::Publish => "publish",
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

/// The lists of a month are read.
pub const IMPORT: Step =
    Step { name: "import", stage: Writer::Import, reads: &[], writes: &["sources", "seeds", "seed_rejects"] };

/// It is settled which hosts are visited.
pub const TARGETS: Step = Step {
    name: "targets",
    stage: Writer::Frontier,
    reads: &[Now("seeds"), Before("hosts")],
    writes: &["targets"],
};

/// It is settled which addresses a round asks for.
pub const FRONTIER: Step = Step {
    name: "frontier",
    stage: Writer::Frontier,
    reads: &[Now("targets"), Now("frontier"), Now("readings"), Now("candidates")],
    writes: &["frontier"],
};

/// The web is asked.
pub const CRAWL: Step = Step {
    name: "crawl",
    stage: Writer::Crawl,
    reads: &[Now("frontier")],
    writes: &["robots", "fetches", "bodies"],
};

/// The pages are read.
pub const DETECT: Step = Step {
    name: "detect",
    stage: Writer::Detect,
    reads: &[Now("targets"), Now("fetches"), Now("bodies")],
    writes: &["readings", "candidates"],
};

/// Each host gets its verdict.
pub const VERDICTS: Step = Step {
    name: "verdicts",
    stage: Writer::Detect,
    reads: &[Now("targets"), Now("fetches"), Now("readings"), Now("candidates")],
    writes: &["statements"],
};

/// The verdicts are compared with those of the month before.
pub const DIFF: Step = Step {
    name: "diff",
    stage: Writer::Diff,
    reads: &[Now("statements"), Before("hosts")],
    writes: &["hosts", "changes"],
};

/// The tables are checked and counted, and pages are made from them.
pub const REPORT: Step = Step {
    name: "report",
    stage: Writer::Report,
    reads: &[
        Now("sources"),
        Now("seeds"),
        Now("seed_rejects"),
        Now("targets"),
        Now("frontier"),
        Now("robots"),
        Now("fetches"),
        Now("bodies"),
        Now("readings"),
        Now("candidates"),
        Now("statements"),
        Now("hosts"),
        Now("changes"),
        Now("scans"),
        Now("meta_runs"),
        Now("meta_columns"),
        Now("meta_lineage"),
        Before("targets"),
        Before("statements"),
        Before("hosts"),
    ],
    writes: &["meta_checks"],
};

/// Each country gets its artifact.
pub const PUBLISH: Step = Step {
    name: "publish",
    stage: Writer::Publish,
    reads: &[Now("sources"), Now("targets"), Now("fetches"), Now("statements"), Now("hosts"), Now("scans")],
    writes: &[],
};

/// The steps, first one first. Frontier, crawl and detect take turns, round after round.
pub const STEPS: [Step; 9] = [IMPORT, TARGETS, FRONTIER, CRAWL, DETECT, VERDICTS, DIFF, REPORT, PUBLISH];

/// Tables about the run itself, which no step of the dataflow writes.
const ABOUT_THE_RUN: [&str; 6] =
    ["pages", "scans", "meta_runs", "meta_columns", "meta_files", "meta_lineage"];

impl Step {
    /// The steps that come before this one, in order.
    pub fn before(&self) -> impl Iterator<Item = &'static Self> {
        STEPS.iter().take_while(|step| step.name != self.name)
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

/// The steps that published lineage tells: those before the report, which counts what they wrote.
pub fn dataflow() -> impl Iterator<Item = &'static Step> {
    REPORT.before()
}

/// Who writes the table of this name.
pub fn writer_of(table: &str) -> Writer {
    let of_step = STEPS.iter().find(|step| step.writes.contains(&table)).map(|step| step.stage);
    let about = || ABOUT_THE_RUN.contains(&table).then_some(Writer::Pipeline);
    of_step.or_else(about).expect("a test finds the writer of every table")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_table_has_one_writer_and_every_name_is_a_table() {
        let written = STEPS.iter().flat_map(|step| step.writes);
        let named: Vec<&str> = written.chain(&ABOUT_THE_RUN).copied().collect();
        assert_eq!(named.iter().collect::<BTreeSet<_>>().len(), named.len(), "{named:?}");
        // Pages are handed to engines and never stored.
        let declared: BTreeSet<&str> =
            tables::all().iter().map(|table| table.name).chain(["pages"]).collect();
        assert_eq!(named.into_iter().collect::<BTreeSet<_>>(), declared);
    }

    #[test]
    fn a_step_reads_what_was_written_before_it() {
        let mut written = BTreeSet::from(ABOUT_THE_RUN);
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

    #[test]
    fn the_report_reads_every_table_that_is_there_and_lineage_tells_who_wrote_it() {
        // Files are counted last, and pages are never stored.
        let about = ABOUT_THE_RUN.iter().filter(|table| !["pages", "meta_files"].contains(table));
        let there: BTreeSet<&str> = dataflow().flat_map(|step| step.writes).chain(about).copied().collect();
        let read = REPORT.reads.iter().filter(|input| matches!(input, Now(_)));
        assert_eq!(read.map(|input| input.table()).collect::<BTreeSet<_>>(), there);
        assert_eq!(dataflow().last(), Some(&DIFF));
    }

    /// The steps as README.md draws them: those of a round go to and fro.
    fn drawn() -> String {
        let mut line = String::from("workbooks");
        for step in STEPS {
            let is_in_turn = [CRAWL, DETECT].contains(&step);
            line.push_str(if is_in_turn { " ⇄ " } else { " → " });
            line.push_str(step.name);
        }
        line + " → snapshot"
    }

    #[test]
    fn the_drawings_show_the_steps() {
        let readme = include_str!("../../README.md");
        assert!(readme.lines().any(|line| line == drawn()), "README.md lacks the line\n{}", drawn());
        // A step's line begins with its name, behind the stroke of the column.
        let month = include_str!("../../docs/architecture.md");
        let heads = month.lines().filter_map(|line| line.strip_prefix("  │ ")?.split_whitespace().next());
        let drawn: Vec<&str> = heads.collect();
        assert_eq!(drawn, STEPS.map(|step| step.name), "docs/architecture.md");
    }
}
