//! What the user can type about releases and their registry.

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand, ValueHint};
use deklaro_console::Output;
use deklaro_schemas::codes::GateRule;
use deklaro_schemas::stored::REGISTRY_TABLES;
use deklaro_schemas::{Sha256, SnapshotId};
use std::path::PathBuf;

/// `deklaro release`
#[derive(Debug, Args)]
pub struct ReleaseArgs {
    /// What is done about it.
    #[command(subcommand)]
    pub what: ReleaseWhat,
}

/// What can be done about a release.
#[derive(Debug, Subcommand)]
pub enum ReleaseWhat {
    /// Make, print and record the release manifest: what would go out, what is different, how it is taken back.
    Draft(DraftArgs),
    /// Show the last draft of a release, its signatures and what was decided about it.
    Show(ReleaseShowArgs),
    /// Sign the last draft of a release as one of the configured approvers.
    Approve(ApproveArgs),
    /// Sign that a rule of the gate need not hold for some time, or that such a waiver is revoked.
    Waive(WaiveArgs),
    /// Judge the last draft by every rule, and record the decision; exit 1 unless it may go out.
    Gate(ReleaseGateArgs),
    /// Make a waiting snapshot current, once the gate has passed for its last draft.
    Publish(ReleaseGateArgs),
}

/// `deklaro release draft`
#[derive(Debug, Args)]
pub struct DraftArgs {
    /// The snapshot [default: the one that waits for the gate, else the current one].
    pub snapshot: Option<SnapshotId>,
    /// First time the release may go out [default: when the snapshot was made].
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Last time the release may go out [default: `gate.rollout_days` later, 7].
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
}

/// `deklaro release show`
#[derive(Debug, Args)]
pub struct ReleaseShowArgs {
    /// The snapshot [default: the one that waits for the gate, else the current one].
    pub snapshot: Option<SnapshotId>,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// Who signs.
#[derive(Debug, Args)]
pub struct SignerArgs {
    /// Name of the approver, as in the configuration.
    #[arg(long = "as", value_name = "NAME", value_parser = deklaro_console::line::name)]
    pub name: String,
    /// The private key, as `openssl genpkey -algorithm ed25519` writes it.
    #[arg(long, env = "DEKLARO_SIGNING_KEY", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub key: PathBuf,
}

/// `deklaro release approve`
#[derive(Debug, Args)]
pub struct ApproveArgs {
    /// The snapshot [default: the one that waits for the gate, else the current one].
    pub snapshot: Option<SnapshotId>,
    /// SHA-256 of the manifest you looked at; no other one is signed [default: that of the last draft].
    #[arg(long, value_name = "SHA256", value_parser = Sha256::parse)]
    pub manifest: Option<Sha256>,
    /// Who signs.
    #[command(flatten)]
    pub signer: SignerArgs,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro release waive`
#[derive(Debug, Args)]
pub struct WaiveArgs {
    /// The rule, as the gate names it.
    #[arg(required_unless_present = "revoke")]
    pub rule: Option<GateRule>,
    /// Last day it is in force.
    #[arg(long, value_name = "YYYY-MM-DD", required_unless_present = "revoke")]
    pub until: Option<String>,
    /// End a waiver before its last day: its number in `deklaro registry list waivers`.
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["rule", "until"])]
    pub revoke: Option<u64>,
    /// Why; it is shown on every page the rule touches.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Who signs.
    #[command(flatten)]
    pub signer: SignerArgs,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro release gate` and `deklaro release publish`
#[derive(Debug, Args)]
pub struct ReleaseGateArgs {
    /// The snapshot [default: the one that waits for the gate, else the current one].
    pub snapshot: Option<SnapshotId>,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro registry`
#[derive(Debug, Args)]
pub struct RegistryArgs {
    /// What is done with it.
    #[command(subcommand)]
    pub what: RegistryWhat,
}

/// What can be done with the registry. Nothing in it is ever changed: a correction is a row of its own.
#[derive(Debug, Subcommand)]
pub enum RegistryWhat {
    /// List the tables with their rows; with a table, its rows.
    List {
        /// The table.
        #[arg(value_parser = PossibleValuesParser::new(REGISTRY_TABLES.iter().map(|table| table.name)))]
        table: Option<String>,
        /// How results are printed.
        #[command(flatten)]
        output: Output,
    },
    /// Show a row with everything in it.
    Show {
        /// The table.
        #[arg(value_parser = PossibleValuesParser::new(REGISTRY_TABLES.iter().map(|table| table.name)))]
        table: String,
        /// Number of the row.
        sequence: u64,
    },
    /// Check the chain of every table, and that what each decision saw is still there; exit 1 otherwise.
    Verify {
        /// How results are printed.
        #[command(flatten)]
        output: Output,
    },
}

/// `deklaro thresholds`
#[derive(Debug, Args)]
pub struct ThresholdsArgs {
    /// What is done with them.
    #[command(subcommand)]
    pub what: ThresholdsWhat,
}

/// What can be done with the thresholds.
#[derive(Debug, Subcommand)]
pub enum ThresholdsWhat {
    /// Show the thresholds, and which differ from those last recorded.
    Show {
        /// How results are printed.
        #[command(flatten)]
        output: Output,
    },
    /// Record the thresholds as they are and why; until then the gate is closed.
    Record {
        /// Why they changed.
        #[arg(long, value_name = "TEXT", value_parser = deklaro_console::line::reason)]
        reason: String,
        /// Who decided it.
        #[arg(long, value_name = "NAME", value_parser = deklaro_console::line::name)]
        by: String,
        /// How results are printed.
        #[command(flatten)]
        output: Output,
    },
}
