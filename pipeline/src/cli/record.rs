//! What the user can type about the record: snapshots, their history, what is handed out.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand, ValueHint};
use deklaro_console::Output;
use deklaro_publish::ArtifactFormat;
use deklaro_schemas::{CountryCode, RunMonth, Sha256, SnapshotId};
use deklaro_store::REHEARSAL;
use std::path::PathBuf;

/// `deklaro verify`
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The snapshot [default: the current one].
    pub snapshot: Option<SnapshotId>,
    /// Every snapshot whose files are not deleted.
    #[arg(long, conflicts_with = "snapshot")]
    pub all: bool,
    /// Decode the tables too, check the time stamp of the manifest, and make verdicts, hosts and artifacts again from the rows below.
    #[arg(long)]
    pub deep: bool,
    /// Check that the ref log goes back to this end, kept elsewhere since `deklaro history --head` printed it.
    #[arg(long, value_name = "SHA256")]
    pub head: Option<Sha256>,
    /// Whose time stamps are believed.
    #[command(flatten)]
    pub trust: TsaTrustArgs,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// Who is asked for a time stamp of what is published.
#[derive(Debug, Args)]
pub struct TsaArgs {
    /// Ask this time-stamp authority (RFC 3161) about the manifest; its answer is kept beside it.
    #[arg(long, env = "DEKLARO_TSA", value_name = "URL")]
    pub tsa: Option<String>,
    /// Whose time stamps are believed.
    #[command(flatten)]
    pub trust: TsaTrustArgs,
}

/// Whose time stamps are believed.
#[derive(Debug, Args)]
pub struct TsaTrustArgs {
    /// PEM file with the certificates of trusted time-stamp authorities; without it, nobody checks who signed.
    #[arg(long, env = "DEKLARO_TSA_CA", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub tsa_ca: Option<PathBuf>,
}

impl From<&TsaArgs> for deklaro_record::timestamp::TsaFlags {
    fn from(typed: &TsaArgs) -> Self {
        Self { url: typed.tsa.clone(), ca: typed.trust.tsa_ca.clone() }
    }
}

/// `deklaro timestamp`
#[derive(Debug, Args)]
pub struct TimestampArgs {
    /// The snapshot [default: the current one].
    pub snapshot: Option<SnapshotId>,
    /// About the last entry of the ref log instead of a snapshot's manifest.
    #[arg(long, conflicts_with = "snapshot")]
    pub head: bool,
    /// Who is asked.
    #[command(flatten)]
    pub tsa: TsaArgs,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro show`
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The snapshot [default: the current one].
    pub snapshot: Option<SnapshotId>,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro diff`
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The earlier snapshot.
    pub from: SnapshotId,
    /// The later one.
    pub to: SnapshotId,
    /// Only this country.
    #[arg(long, value_name = "CC")]
    pub country: Option<CountryCode>,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro rollback`, `deklaro retract` and `deklaro restore`
#[derive(Debug, Args)]
pub struct DecisionArgs {
    /// The snapshot.
    pub snapshot: SnapshotId,
    /// Why; it is kept in the log.
    #[arg(long, value_parser = reason)]
    pub reason: String,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro expire`
#[derive(Debug, Args)]
pub struct ExpireArgs {
    /// Snapshots of months before this one.
    #[arg(long, value_name = "YYYY-MM")]
    pub before: RunMonth,
    /// Why; it is kept in the log.
    #[arg(long, default_value = "past its retention", value_parser = reason)]
    pub reason: String,
    /// Do it; without this only what would be done is shown.
    #[arg(long)]
    pub apply: bool,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro vacuum`
#[derive(Debug, Args)]
pub struct VacuumArgs {
    /// Days that must have passed since a snapshot was expired.
    #[arg(long, default_value_t = 7, value_name = "DAYS")]
    pub grace_days: u32,
    /// Do it; without this only what would be done is shown.
    #[arg(long)]
    pub apply: bool,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro rehearse`
#[derive(Debug, Args)]
pub struct RehearseArgs {
    /// What is rehearsed.
    #[command(subcommand)]
    pub what: RehearseWhat,
}

/// What can be rehearsed.
#[derive(Debug, Subcommand)]
pub enum RehearseWhat {
    /// Roll back to the snapshot before, check it, and undo that; the registry records the outcome and the time it took.
    Rollback {
        /// Only undo a rehearsal that was killed half-way; every run does that too before it starts.
        #[arg(long)]
        finish: bool,
        /// How results are printed.
        #[command(flatten)]
        output: Output,
    },
}

/// `deklaro artifact`
#[derive(Debug, Args)]
pub struct ArtifactArgs {
    /// The country.
    #[arg(required_unless_present = "file")]
    pub country: Option<CountryCode>,
    /// Take the last live snapshot of this month [default: the current snapshot].
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<RunMonth>,
    /// In which format.
    #[arg(long, default_value = "toon", value_parser = artifact_format())]
    pub format: ArtifactFormat,
    /// Make it from the snapshot's tables again; the bytes are the published ones.
    #[arg(long, conflicts_with = "file")]
    pub rebuild: bool,
    /// Print this artifact file instead, as JSON or TOON; older `.toon` files with a JSON body are read too.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["country", "month"])]
    pub file: Option<PathBuf>,
}

/// `deklaro history`
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// Print an Atom feed.
    #[arg(long, conflicts_with = "json")]
    pub atom: bool,
    /// Print where the log ends: kept elsewhere, it shows with `deklaro verify --head` that no entry was changed or cut off.
    #[arg(long, conflicts_with = "atom")]
    pub head: bool,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// The formats an artifact is written in, by their endings.
fn artifact_format() -> impl TypedValueParser<Value = ArtifactFormat> {
    PossibleValuesParser::new(ArtifactFormat::ALL.map(ArtifactFormat::extension))
        .try_map(|name| ArtifactFormat::of_extension(&name).ok_or("expected one of the formats"))
}

/// `deklaro catalog`
#[derive(Debug, Args)]
pub struct CatalogArgs {
    /// The database file; it must not exist.
    #[arg(value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// The snapshot [default: the current one].
    #[arg(long)]
    pub snapshot: Option<SnapshotId>,
}

/// A reason in the log. That of a rehearsal is not somebody's: what carries it is undone where its second half is missing.
fn reason(text: &str) -> Result<String, String> {
    if text == REHEARSAL {
        return Err("a rehearsal writes this: the next run would undo it".to_owned());
    }
    deklaro_console::line::reason(text)
}

#[cfg(test)]
mod tests {
    use crate::cli::Cli;
    use clap::Parser;
    use deklaro_store::REHEARSAL;

    #[test]
    fn a_rollback_is_not_taken_for_a_rehearsal() {
        for command in ["rollback", "retract", "restore"] {
            let parsed =
                |reason: &str| Cli::try_parse_from(["deklaro", command, "2026-10.0", "--reason", reason]);
            assert!(parsed("a list was read wrongly").is_ok());
            assert!(parsed(REHEARSAL).unwrap_err().to_string().contains("the next run would undo it"));
            assert!(parsed("").is_err() && parsed("two\nlines").is_err());
        }
    }
}
