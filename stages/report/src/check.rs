//! A check is a query for the rows that break a rule; the database runs all checks.

use crate::check_list::CHECKS;
use crate::declared_checks::declared_checks;
use crate::{Database, ReportError};
use deklaro_judge::Thresholds;
use deklaro_schemas::codes::{CheckVerdict, Severity};
use deklaro_schemas::tables::MetaCheck;
use serde::Deserialize;

/// A rule about the tables: a query that returns the rows that break it.
#[derive(Debug, Clone)]
pub(crate) struct Check {
    /// Table, two underscores, rule.
    pub(crate) name: String,
    /// What must hold, in one sentence.
    pub(crate) description: String,
    /// How much it matters.
    pub(crate) severity: Severity,
    /// The query.
    pub(crate) sql: String,
}

impl Check {
    /// Reads a file of `sql/checks`: a sentence, the severity, the query.
    fn parse(name: &str, text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let description = lines.next()?.strip_prefix("-- ")?.to_owned();
        let severity = Severity::parse(lines.next()?.strip_prefix("-- severity: ")?).ok()?;
        Some(Self { name: name.to_owned(), description, severity, sql: text.to_owned() })
    }

    fn table(&self) -> &str {
        self.name.split_once("__").map_or(&self.name, |(table, _)| table)
    }
}

/// All checks, sorted by name: those of `sql/checks` and those that follow from the declarations.
pub(crate) fn all_checks() -> Vec<Check> {
    let written = CHECKS.iter().map(|(name, text)| {
        Check::parse(name, text).expect("a test reads the header of every file in sql/checks")
    });
    let mut checks: Vec<Check> = written.chain(declared_checks()).collect();
    checks.sort_by(|a, b| a.name.cmp(&b.name));
    checks
}

#[derive(Deserialize)]
struct Finding {
    bad_rows: u64,
    samples: Option<Vec<String>>,
}

impl Database {
    /// The result of every check, sorted by name.
    pub fn checks(&self, thresholds: &Thresholds) -> Result<Vec<MetaCheck>, ReportError> {
        let checks = all_checks();
        thresholds.know_checks(|name| checks.iter().any(|check| check.name == name))?;
        checks.iter().map(|check| self.check(check, thresholds)).collect()
    }

    fn check(&self, check: &Check, thresholds: &Thresholds) -> Result<MetaCheck, ReportError> {
        let sql = format!(
            "WITH bad AS MATERIALIZED (\n{}\n), sample AS (SELECT to_json(bad)::VARCHAR AS line FROM bad ORDER BY line LIMIT 5)\n\
             SELECT (SELECT count(*) FROM bad) AS bad_rows, (SELECT list(line ORDER BY line) FROM sample) AS samples",
            check.sql
        );
        let finding = self.rows::<Finding>(&check.name, &sql, &[])?.pop();
        let (bad_rows, samples) = finding.map_or((0, None), |found| (found.bad_rows, found.samples));
        let tolerance = thresholds.tolerance(&check.name);
        let verdict = match (bad_rows as f64 <= tolerance.tolerated, check.severity) {
            (true, _) => CheckVerdict::Pass,
            (false, Severity::Warn) => CheckVerdict::Warn,
            (false, Severity::Error) => CheckVerdict::Fail,
        };
        Ok(MetaCheck {
            check_name: check.name.clone(),
            table_name: check.table().to_owned(),
            description: check.description.clone(),
            severity: check.severity,
            value: bad_rows as f64,
            threshold: tolerance.tolerated,
            threshold_reason: tolerance.reason.clone(),
            verdict,
            samples: samples.unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{faults, world};
    use std::collections::BTreeSet;

    fn broken(database: &Database) -> BTreeSet<String> {
        let checks = database.checks(&Thresholds::shipped()).unwrap();
        checks
            .into_iter()
            .filter(|check| check.verdict != CheckVerdict::Pass)
            .map(|check| check.check_name)
            .collect()
    }

    #[test]
    fn the_list_is_the_folder_and_every_header_reads() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/sql/checks");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        let listed: BTreeSet<String> = CHECKS.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(listed, files);
        for (name, text) in CHECKS {
            let check = Check::parse(name, text).unwrap_or_else(|| panic!("{name}: header"));
            assert!(deklaro_schemas::tables::by_name(check.table()).is_some(), "{name}: no such table");
            assert!(check.description.ends_with('.'), "{name}: {}", check.description);
        }
    }

    #[test]
    fn a_sound_month_breaks_no_rule() {
        assert_eq!(broken(&world()), BTreeSet::new());
    }

    #[test]
    fn each_fault_turns_exactly_its_check_red() {
        let mut wrong = Vec::new();
        for fault in faults() {
            let database = world();
            database.connection.execute_batch(&fault.sql).unwrap();
            let broken = broken(&database);
            if broken != fault.breaks {
                wrong.push(format!("{}: turns {broken:?} red, not {:?}", fault.check, fault.breaks));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn every_written_check_has_a_fault() {
        let tried: BTreeSet<String> = faults().into_iter().map(|fault| fault.check).collect();
        for (name, _) in CHECKS {
            assert!(tried.contains(*name), "{name} has no fault in src/testing/faults.sql");
        }
    }

    #[test]
    fn a_result_carries_samples_and_the_reason_of_its_threshold() {
        let database = world();
        database.connection.execute_batch("UPDATE sources SET rows_total = 5").unwrap();
        let checks = database.checks(&Thresholds::shipped()).unwrap();
        let check = checks.iter().find(|check| check.check_name == "sources__rows_add_up").unwrap();
        assert_eq!((check.value, check.threshold, check.verdict), (1.0, 0.0, CheckVerdict::Fail));
        assert_eq!(
            check.samples,
            [
                r#"{"file_name":"austria.xlsx","sheet":"list","rows_total":5,"rows_accepted":3,"rows_rejected":1}"#
            ]
        );
        assert!(!check.threshold_reason.is_empty());
    }
}
