//! What several commands take: terms of one's own, how the web is reached.

use clap::{Args, ValueHint};
use deklaro_console::BadFile;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Terms of one's own.
#[derive(Debug, Args)]
pub struct TermsArgs {
    /// A glossary file beside the shipped ones, with the same six columns as data/glossary.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub glossary: Option<PathBuf>,
}

impl TermsArgs {
    /// The shipped glossary with the file's terms, where one is given.
    pub fn own(&self) -> anyhow::Result<Option<deklaro_detect::Glossary>> {
        self.glossary.as_deref().map(deklaro_run::own_glossary).transpose()
    }

    /// The file with its whole path: a resume may start in another folder.
    pub fn path(&self) -> anyhow::Result<Option<PathBuf>> {
        let whole =
            |path: &PathBuf| path.canonicalize().map_err(|source| BadFile { path: path.clone(), source });
        Ok(self.glossary.as_ref().map(whole).transpose()?)
    }
}

/// How the web is reached.
#[derive(Debug, Args)]
pub struct WebArgs {
    /// Connect to these addresses whatever the host is, one for http and one for https; Host and SNI stay as they are.
    #[arg(long, num_args = 2, value_names = ["HTTP", "HTTPS"])]
    pub connect_to: Option<Vec<SocketAddr>>,
    /// Trust the certificates in this PEM file too.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ca: Option<PathBuf>,
    /// Least time between two requests to a host, in milliseconds.
    #[arg(long, value_name = "MS")]
    pub gap_ms: Option<u64>,
    /// Requests under way at once, over all hosts.
    #[arg(long, value_name = "N")]
    pub max_in_flight: Option<usize>,
}
