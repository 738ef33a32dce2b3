//! How results are printed: for people, or as JSON.

use clap::Args;

/// How results are printed.
#[derive(Debug, Clone, Copy, Args)]
pub struct Output {
    /// Print one JSON document.
    #[arg(long)]
    pub json: bool,
}
