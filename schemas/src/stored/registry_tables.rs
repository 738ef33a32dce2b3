//! Which tables the registry has, and what each is as a view of DuckDB.

use super::{
    Approval, Decision, DraftedManifest, Drill, Incident, LeaseBreak, RecordedScorecard, Registered,
    ReleaseWaiver, SuiteRun, ThresholdChange, WaitingSnapshot, WaiverRevocation,
};
use crate::sql::literal;

/// A table of the registry.
#[derive(Debug, Clone, Copy)]
pub struct RegistryTable {
    /// Its name, in the schema `registry` of DuckDB.
    pub name: &'static str,
    /// Its folder in the store.
    pub folder: &'static str,
    /// What a row is.
    pub description: &'static str,
    /// Name, DuckDB type and meaning of what a row holds.
    pub columns: &'static [RegistryColumn],
    /// False for rows that stand in the entry itself and not under `row`.
    pub has_row: bool,
}

/// Name, DuckDB type and meaning of a column.
pub type RegistryColumn = (&'static str, &'static str, &'static str);

const TEXT: &str = "VARCHAR";

/// What the views have of every row, whatever its table.
const ENTRY: [RegistryColumn; 5] = [
    ("sequence", "UBIGINT", "Number of the row in its table, from 1."),
    ("recorded_at", "TIMESTAMP", "When it was written, UTC."),
    ("recorded_by", TEXT, "Who wrote it."),
    ("recorded_trace_id", TEXT, "The trace it came out of, where it was traced."),
    ("previous_sha256", TEXT, "SHA-256 of the row before; empty for the first."),
];

/// Every table. A new one is a line here.
pub const REGISTRY_TABLES: &[RegistryTable] = &[
    table::<RecordedScorecard>(
        "scorecards",
        "A readiness scorecard.",
        &[
            ("release", TEXT, "Name of the release."),
            ("overall_passed", "BOOLEAN", "True when every suite passed or was waived."),
            ("generated_at", "TIMESTAMP", "When it was made, RFC 3339."),
            ("sha256", TEXT, "SHA-256 of the scorecard as compact JSON."),
            ("scorecard", "JSON", "The scorecard."),
        ],
    ),
    table::<SuiteRun>(
        "suite_runs",
        "A test suite as it came out of one readiness run.",
        &[
            ("suite", TEXT, "The suite, as the scorecard names it."),
            ("status", TEXT, "passed, failed or not_checked."),
            ("success_share", "DOUBLE", "Tests that passed, of those that were run, 0 to 1."),
            (
                "flake_share",
                "DOUBLE",
                "Tests that passed only when they were tried again, of those that were run, 0 to 1.",
            ),
            ("duration_ms", "UBIGINT", "How long it took."),
            ("p95_ms", "DOUBLE", "Nineteen of twenty requests were answered in this time."),
            ("results_sha256", TEXT, "SHA-256 of what its tests printed, where there are tests."),
        ],
    ),
    table::<DraftedManifest>(
        "manifests",
        "A release manifest, as it was drafted.",
        &[
            ("snapshot", TEXT, "The snapshot it is about."),
            ("sha256", TEXT, "SHA-256 of the text, which approvals are bound to."),
            ("text", TEXT, "The manifest, as it is printed."),
        ],
    ),
    table::<WaitingSnapshot>(
        "held",
        "A complete snapshot that waits for a decision to publish it.",
        &[
            ("snapshot", TEXT, "The snapshot."),
            ("run_id", TEXT, "The run that made it."),
            (
                "base",
                TEXT,
                "The snapshot it was put together on, which must be current when it is published.",
            ),
            ("manifest_sha256", TEXT, "SHA-256 of the snapshot's own manifest, as the run wrote it."),
        ],
    ),
    table::<Approval>(
        "approvals",
        "An approver's signature under a manifest.",
        &[
            ("snapshot", TEXT, "The snapshot the manifest is about."),
            ("manifest_sha256", TEXT, "SHA-256 of the manifest."),
            ("approver", TEXT, "Who, as the configuration names them."),
            ("role", TEXT, "As what."),
            ("signed_at", "TIMESTAMP", "When, RFC 3339; part of what is signed."),
            ("signature", TEXT, "The Ed25519 signature, in hexadecimal digits."),
            ("store_id", TEXT, "The store it was signed for; empty in rows of earlier versions."),
        ],
    ),
    table::<ReleaseWaiver>(
        "waivers",
        "A rule of the gate that need not hold for some time.",
        &[
            ("rule", TEXT, "The rule."),
            ("until", "DATE", "Last day it is in force, YYYY-MM-DD."),
            ("reason", TEXT, "Why."),
            ("approver", TEXT, "Who, as the configuration names them."),
            ("role", TEXT, "As what."),
            ("signed_at", "TIMESTAMP", "When, RFC 3339; part of what is signed."),
            ("signature", TEXT, "The Ed25519 signature, in hexadecimal digits."),
            ("store_id", TEXT, "The store it was signed for; empty in rows of earlier versions."),
        ],
    ),
    table::<WaiverRevocation>(
        "waiver_revocations",
        "A waiver that counts no more, although its last day has not come.",
        &[
            ("waiver", "UBIGINT", "The number of the waiver's row."),
            ("waiver_sha256", TEXT, "SHA-256 of that row."),
            ("store_id", TEXT, "The store it was signed for."),
            ("reason", TEXT, "Why."),
            ("approver", TEXT, "Who, as the configuration names them."),
            ("role", TEXT, "As what."),
            ("signed_at", "TIMESTAMP", "When, RFC 3339; part of what is signed."),
            ("signature", TEXT, "The Ed25519 signature, in hexadecimal digits."),
        ],
    ),
    table::<Decision>(
        "decisions",
        "What was decided, refusals too.",
        &[
            ("action", TEXT, "What was asked."),
            ("snapshot", TEXT, "About which snapshot, where one could be told."),
            ("manifest_sha256", TEXT, "About which manifest."),
            ("passed", "BOOLEAN", "True when it was granted."),
            ("reason", TEXT, "Why, in a sentence."),
            ("scorecard", "STRUCT(\"sequence\" UBIGINT, sha256 VARCHAR)", "The scorecard it rests on."),
            (
                "rules",
                "STRUCT(\"rule\" VARCHAR, verdict VARCHAR, \"value\" VARCHAR, \"limit\" VARCHAR, satisfied_by VARCHAR)[]",
                "The rules as they were judged; empty where it did not come to that.",
            ),
            (
                "heads",
                "STRUCT(\"table\" VARCHAR, \"rows\" UBIGINT, sha256 VARCHAR)[]",
                "Where every table of the registry ended then: a last row that is changed or taken away later is found by it.",
            ),
        ],
    ),
    RegistryTable {
        name: "rehearsals",
        folder: "registry/events",
        description: "A rollback that was rehearsed, or a time stamp that was asked for.",
        columns: &[
            ("event_type", TEXT, "What it was."),
            ("snapshot", TEXT, "The snapshot it was about."),
            ("took_ms", "UBIGINT", "How long it took."),
            ("is_ok", "BOOLEAN", "True when it went as it should."),
            ("details", "VARCHAR[]", "What was done and found, one line each."),
            ("path", TEXT, "The object it left in the store."),
        ],
        has_row: false,
    },
    table::<Drill>(
        "drills",
        "Something that was broken on purpose, and mended.",
        &[
            ("name", TEXT, "Which drill."),
            ("passed", "BOOLEAN", "True when it was noticed and mended, and nothing was lost."),
            ("detected_ms", "UBIGINT", "From the fault until the system said so."),
            ("recovered_ms", "UBIGINT", "From the fault until all was well again."),
            ("lost", "UBIGINT", "Rows or files that should be there afterwards and are not."),
            ("details", "VARCHAR[]", "What was done and found, one line each."),
        ],
    ),
    table::<Incident>(
        "incidents",
        "What was said about an incident.",
        &[
            ("id", TEXT, "Its name."),
            ("action", TEXT, "What was done."),
            (
                "text",
                TEXT,
                "The filled template when it was opened, the note, or the postmortem when it was closed.",
            ),
            ("trace_id", TEXT, "The trace it is about, where one is known."),
        ],
    ),
    table::<LeaseBreak>(
        "lease_breaks",
        "A lease that somebody took from a run.",
        &[
            ("run_id", TEXT, "The run that held it."),
            ("host", TEXT, "Name of its machine."),
            ("process", "UINTEGER", "Number of its process there."),
            ("since_at", "TIMESTAMP", "Since when it held the lease."),
            ("expires_at", "TIMESTAMP", "When the lease was to end."),
            ("reason", TEXT, "Why it was taken."),
        ],
    ),
    table::<ThresholdChange>(
        "threshold_changes",
        "A recorded change of the thresholds.",
        &[
            ("reason", TEXT, "Why."),
            (
                "changes",
                "STRUCT(\"name\" VARCHAR, \"before\" VARCHAR, \"after\" VARCHAR)[]",
                "What is different from the row before.",
            ),
            ("thresholds", "MAP(VARCHAR, VARCHAR)", "Every threshold by name, as it stands from here on."),
        ],
    ),
];

const fn table<R: Registered>(
    name: &'static str,
    description: &'static str,
    columns: &'static [RegistryColumn],
) -> RegistryTable {
    RegistryTable { name, folder: R::FOLDER, description, columns, has_row: true }
}

impl RegistryTable {
    /// The table of this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        REGISTRY_TABLES.iter().find(|table| table.name == name)
    }

    /// `CREATE VIEW registry.<name>` over JSON files of its entries; `files` is what `read_json` is asked for. A file that holds
    /// something else than entries adds no row.
    pub fn view_sql(&self, files: &str) -> String {
        let quoted = |(name, kind, _): &RegistryColumn| format!("\"{name}\" {kind}");
        let entry = |(name, kind, _): &RegistryColumn| format!("\"{name}\": {}", literal(kind));
        let own: Vec<String> = self.columns.iter().map(quoted).collect();
        let (declared, selected) = if self.has_row {
            (format!("\"row\": 'STRUCT({})'", own.join(", ")), "\"row\".*".to_owned())
        } else {
            let names: Vec<String> = self.columns.iter().map(|(name, ..)| format!("\"{name}\"")).collect();
            (self.columns.iter().map(entry).collect::<Vec<_>>().join(", "), names.join(", "))
        };
        format!(
            "CREATE OR REPLACE VIEW registry.{} AS SELECT sequence, \"at\" AS recorded_at, \"by\" AS recorded_by, trace_id AS recorded_trace_id, {selected}, previous_sha256\n\
             FROM read_json({files}, columns = {{sequence: 'UBIGINT', \"at\": 'TIMESTAMP', \"by\": 'VARCHAR', trace_id: 'VARCHAR', {declared}, previous_sha256: 'VARCHAR'}})\n\
             WHERE sequence IS NOT NULL;\n",
            self.name
        )
    }

    /// `COMMENT ON` its view and each column of it.
    pub fn comments_sql(&self) -> String {
        let name = self.name;
        let mut sql = format!("COMMENT ON VIEW registry.{name} IS {};\n", literal(self.description));
        for (column, _, meaning) in ENTRY.iter().chain(self.columns) {
            sql.push_str(&format!(
                "COMMENT ON COLUMN registry.{name}.\"{column}\" IS {};\n",
                literal(meaning)
            ));
        }
        sql
    }

    /// `CREATE TABLE registry.<name>` of the same columns, without a row.
    pub fn empty_sql(&self) -> String {
        let own: String = self.columns.iter().map(|(name, kind, _)| format!("\"{name}\" {kind}, ")).collect();
        format!(
            "CREATE TABLE registry.{} (sequence UBIGINT, recorded_at TIMESTAMP, recorded_by VARCHAR, recorded_trace_id VARCHAR, {own}previous_sha256 VARCHAR);\n",
            self.name
        )
    }
}
