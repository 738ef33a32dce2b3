//! The arguments of `deklaro robots`, `deklaro inspect` and `deklaro eval`.

use super::shared::TermsArgs;
use clap::{Args, Subcommand, ValueHint};
use deklaro_console::Output;
use deklaro_schemas::{CountryCode, PageUrl};
use std::path::PathBuf;

/// `deklaro robots`
#[derive(Debug, Args)]
pub struct RobotsArgs {
    /// What to do.
    #[command(subcommand)]
    pub what: RobotsWhat,
}

/// What can be asked about robots.txt.
#[derive(Debug, Subcommand)]
pub enum RobotsWhat {
    /// Show whether URLs may be fetched, and the rule that decides; needs no store.
    Check(RobotsCheckArgs),
}

/// `deklaro robots check`
#[derive(Debug, Args)]
pub struct RobotsCheckArgs {
    /// A robots.txt.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, required_unless_present = "batch")]
    pub robots: Option<PathBuf>,
    /// The crawler, by product token or User-Agent header.
    #[arg(long, value_name = "UA", required_unless_present = "batch")]
    pub agent: Option<String>,
    /// The URLs.
    #[arg(value_name = "URL", required_unless_present = "batch")]
    pub urls: Vec<String>,
    /// Many files: a line of JSON each with id, robots_txt, user_agent and url; a line with id, allowed and rule comes back.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["robots", "agent", "urls"])]
    pub batch: Option<PathBuf>,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro inspect`
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// What to look at.
    #[command(subcommand)]
    pub what: InspectWhat,
}

/// What can be inspected.
#[derive(Debug, Subcommand)]
pub enum InspectWhat {
    /// One page from a file; needs no store.
    Page {
        /// The page's bytes.
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// Where the page is.
        #[arg(long)]
        url: PageUrl,
        /// Country of the body [default: from the host's top-level domain].
        #[arg(long, value_name = "CC")]
        country: Option<CountryCode>,
        /// Terms of one's own.
        #[command(flatten)]
        terms: TermsArgs,
        /// How results are printed.
        #[command(flatten)]
        output: Output,
    },
}

/// `deklaro eval`
#[derive(Debug, Args)]
pub struct EvalArgs {
    /// What is labelled.
    #[command(subcommand)]
    pub what: EvalWhat,
}

/// What can be measured.
#[derive(Debug, Subcommand)]
pub enum EvalWhat {
    /// Pages: is it a statement, what does it declare, which link leads to it.
    Pages(EvalFileArgs),
    /// Links of sites: which one would be fetched first.
    Links {
        /// The list and where results go.
        #[command(flatten)]
        list: EvalFileArgs,
        /// Hide where the links lead: rank by words and place alone.
        #[arg(long)]
        text_only: bool,
    },
}

/// A list with labels, and where results go.
#[derive(Debug, Args)]
pub struct EvalFileArgs {
    /// One JSON object a line; pages may lie in files beside it.
    #[arg(value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Write what the detector said here, one JSON object a line.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
    /// Terms of one's own.
    #[command(flatten)]
    pub terms: TermsArgs,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}
