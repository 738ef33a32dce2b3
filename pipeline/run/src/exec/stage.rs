//! The stages a stream can be sent through: the functions `deklaro run` calls, over one batch.

use super::rows::{nested, present};
use crate::import::import_one;
use crate::listed_source::ListedSource;
use crate::reading_tools::ReadingTools;
use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use deklaro_diff::DiffInput;
use deklaro_frontier::RoundInput;
use deklaro_import::{Origin, Workbooks};
use deklaro_schemas::codes::SourceType;
use deklaro_schemas::steps::{self, Step};
use deklaro_schemas::tables::{
    Candidate, Change, FrontierUrl, Host, Page, Reading, Seed, SeedReject, Source, Statement, Target,
};
use deklaro_schemas::{CountryCode, Row, RunMonth, SnapshotId, TableSpec, batch, tables};
use std::collections::BTreeSet;

/// Pages read at once: what they and their rows take stays near 64 MB.
const PAGES_AT_ONCE: usize = 64;
/// Rows that may hold many of the tables' rows each are worked on so many at once.
const UNITS_AT_ONCE: usize = 2_048;

/// A stage over a stream, with what it must be told besides the rows.
#[derive(Debug, Clone)]
pub enum StreamStage {
    /// Workbooks to sources, seeds and rejects: a row is a workbook.
    Import {
        /// Who reads them.
        workbooks: &'static dyn Workbooks,
    },
    /// Seeds and last month's hosts to targets: a row is a site.
    Targets,
    /// What to fetch in this round: a row is a host.
    Frontier {
        /// The round.
        round: i32,
    },
    /// Pages to readings and candidates: a row is a page.
    Detect {
        /// With what they are read.
        reading: ReadingTools,
    },
    /// All that is known of a host to its verdict: a row is a host.
    Verdicts {
        /// The month.
        month: RunMonth,
    },
    /// Verdicts and last month's hosts to hosts and changes: a row is a group of hosts.
    Diff {
        /// The snapshot that is made.
        snapshot: SnapshotId,
    },
}

pub(super) type Failure = Box<dyn std::error::Error + Send + Sync>;
/// Rows of the tables a stage writes.
pub(super) type Written = Vec<(TableSpec, RecordBatch)>;

impl StreamStage {
    /// Its name on the command line.
    pub fn name(&self) -> &'static str {
        self.step().name
    }

    /// Its step of the month.
    fn step(&self) -> &'static Step {
        match self {
            Self::Import { .. } => &steps::IMPORT,
            Self::Targets => &steps::TARGETS,
            Self::Frontier { .. } => &steps::FRONTIER,
            Self::Detect { .. } => &steps::DETECT,
            Self::Verdicts { .. } => &steps::VERDICTS,
            Self::Diff { .. } => &steps::DIFF,
        }
    }

    /// The tables it writes.
    pub fn writes(&self) -> Vec<TableSpec> {
        self.step().tables()
    }

    /// The columns it takes.
    pub fn takes(&self) -> Vec<String> {
        let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        match self {
            Self::Import { .. } => named(&["file_name", "bytes", "source_type"]),
            Self::Detect { .. } => {
                Page::table().columns.iter().map(|column| column.name.to_owned()).collect()
            }
            _ => self.tables().into_iter().map(|table| table.name.to_owned()).collect(),
        }
    }

    /// The tables it is made from, in the order `over` takes them; none for stages whose rows are of no table.
    pub fn tables(&self) -> Vec<TableSpec> {
        let reads = self.step().reads.iter().map(|input| input.table());
        let is_wanted = |table: &&str| match self {
            Self::Import { .. } | Self::Detect { .. } => false,
            // The first round asks for the targets, later ones go on from what the round before brought.
            Self::Frontier { round } => (*round == 1) == (*table == Target::TABLE),
            Self::Targets | Self::Verdicts { .. } | Self::Diff { .. } => true,
        };
        reads.filter(is_wanted).filter_map(tables::by_name).collect()
    }

    /// The columns of one of its tables that it looks at; nothing for all of them.
    pub(super) fn columns(&self, table: &TableSpec) -> Option<&'static [&'static str]> {
        let is_seeds = matches!(self, Self::Targets) && table.name == Seed::TABLE;
        is_seeds.then_some(&deklaro_frontier::SEED_COLUMNS[..])
    }

    /// Rows of the stream worked on at once.
    pub(super) fn at_once(&self) -> usize {
        match self {
            Self::Import { .. } => 1,
            Self::Detect { .. } => PAGES_AT_ONCE,
            _ => UNITS_AT_ONCE,
        }
    }

    /// What the stage makes of these rows of a stream.
    pub(super) fn work(&self, rows: &RecordBatch) -> Result<Written, Failure> {
        match self {
            Self::Import { workbooks } => import(rows, *workbooks),
            Self::Detect { reading } => {
                let pages = present(&Page::table(), rows)?;
                let (readings, candidates) = deklaro_detect::read_page_batches(&pages, &reading.reader())?;
                Ok(vec![(Reading::table(), readings), (Candidate::table(), candidates)])
            }
            _ => {
                let of = |table: TableSpec| Ok(vec![nested(&table, rows)?]);
                self.over(&self.tables().into_iter().map(of).collect::<Result<Vec<_>, ArrowError>>()?)
            }
        }
    }

    /// What the stage makes of these rows of its tables.
    pub(super) fn over(&self, given: &[Vec<RecordBatch>]) -> Result<Written, Failure> {
        match (self, given) {
            (Self::Targets, [seeds, hosts]) => {
                Ok(vec![(Target::table(), deklaro_frontier::targets(seeds, hosts)?)])
            }
            (Self::Frontier { round: 1 }, [targets]) => {
                Ok(vec![(FrontierUrl::table(), deklaro_frontier::first_round(targets)?)])
            }
            (Self::Frontier { round }, [asked, readings, candidates]) => {
                let probes = crate::rounds::probes_of(countries(asked)?);
                let input = RoundInput { round: *round, asked, readings, candidates, probes: &probes };
                Ok(vec![(FrontierUrl::table(), deklaro_frontier::next_round(&input)?)])
            }
            (Self::Verdicts { month }, [targets, fetches, readings, candidates]) => {
                let statements =
                    deklaro_detect::verdict_batches(*month, targets, fetches, readings, candidates)?;
                Ok(vec![(Statement::table(), statements)])
            }
            (Self::Diff { snapshot }, [statements, last_hosts]) => {
                let diff = deklaro_diff::diff(&DiffInput { snapshot, statements, last_hosts })?;
                Ok(vec![(Host::table(), diff.hosts), (Change::table(), diff.changes)])
            }
            _ => Err(format!("stage `{}` is not made from {} tables", self.name(), given.len()).into()),
        }
    }
}

fn countries(rows: &[RecordBatch]) -> Result<BTreeSet<CountryCode>, Failure> {
    let mut countries = BTreeSet::new();
    for rows in rows {
        let codes = text(rows, "country_code")?.ok_or("the frontier's rows have no `country_code`")?;
        for code in codes.iter().flatten() {
            countries.insert(CountryCode::parse(code)?);
        }
    }
    Ok(countries)
}

/// Reads each workbook.
fn import(rows: &RecordBatch, workbooks: &dyn Workbooks) -> Result<Written, Failure> {
    let named = |name: &str| -> Result<StringArray, Failure> {
        text(rows, name)?.ok_or_else(|| format!("column `{name}` is missing").into())
    };
    let (files, kinds) = (named("file_name")?, named("source_type")?);
    let [publishers, references, countries, maps] =
        ["publisher", "source_reference_url", "country_code", "map"].map(|name| text(rows, name));
    let (publishers, references, countries, maps) = (publishers?, references?, countries?, maps?);
    let bytes = rows.column_by_name("bytes").ok_or("column `bytes` is missing")?;
    let bytes = cast(bytes, &DataType::LargeBinary)?;
    let bytes = bytes.as_binary::<i64>();
    let at = |texts: &Option<StringArray>, row: usize| {
        texts.as_ref().filter(|texts| texts.is_valid(row)).map(|texts| texts.value(row).to_owned())
    };
    let mut written = Vec::new();
    for row in 0..rows.num_rows() {
        let list = ListedSource {
            file_name: files.value(row).to_owned(),
            bytes: bytes.value(row).to_vec(),
            origin: Origin {
                publisher: at(&publishers, row),
                source_type: kinds.value(row).parse::<SourceType>()?,
                source_reference_url: at(&references, row),
                country: at(&countries, row).map(|code| CountryCode::parse(&code)).transpose()?,
            },
            map: at(&maps, row),
        };
        let imported = import_one(&list, workbooks)?;
        written.push((Source::table(), batch::from_rows(&imported.sources)?));
        written.extend(imported.seeds.batches().iter().map(|seeds| (Seed::table(), seeds.clone())));
        written.push((SeedReject::table(), batch::from_rows(&imported.rejects)?));
    }
    Ok(written)
}

/// A text column; nothing where it is not there.
fn text(rows: &RecordBatch, name: &str) -> Result<Option<StringArray>, ArrowError> {
    let Some(column) = rows.column_by_name(name) else { return Ok(None) };
    Ok(Some(cast(column, &DataType::Utf8)?.as_string::<i32>().clone()))
}
