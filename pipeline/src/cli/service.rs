//! What the user can type about the service.

use super::record::TsaArgs;
use super::shared::{TermsArgs, WebArgs};
use clap::{Args, ValueHint};
use deklaro_service::Cadence;
use std::net::SocketAddr;
use std::path::PathBuf;

/// `deklaro serve`
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Address and port; port 0 is any that is free [default: 127.0.0.1:8000].
    #[arg(long, env = "DEKLARO_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Address for probes, scrapes and all that the operator may know [default: nowhere].
    #[arg(long, env = "DEKLARO_PROBES", value_name = "ADDRESS")]
    pub probes: Option<SocketAddr>,
    /// File with the token that a client needs to ask for a scan; DEKLARO_API_TOKEN holds it without a file. Without a token nobody can ask.
    #[arg(long, env = "DEKLARO_API_TOKEN_FILE", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub token_file: Option<PathBuf>,
    /// When a run of all countries is asked for: minute, hour, day, month, weekday, in UTC.
    #[arg(long, value_name = "CRON", conflicts_with = "cadence")]
    pub schedule: Option<String>,
    /// The schedule in one word; runs are asked for at two o'clock UTC.
    #[arg(long, value_name = "CADENCE")]
    pub cadence: Option<Cadence>,
    /// Do no scans; leave them to `deklaro worker`.
    #[arg(long)]
    pub no_worker: bool,
    /// What runs are done with.
    #[command(flatten)]
    pub tools: WorkerToolsArgs,
}

impl From<&ServeArgs> for deklaro_service::ServeFlags {
    fn from(typed: &ServeArgs) -> Self {
        Self {
            listen: typed.listen,
            probes: typed.probes,
            token_file: typed.token_file.clone(),
            schedule: typed.schedule.clone(),
            cadence: typed.cadence,
        }
    }
}

/// `deklaro worker`
#[derive(Debug, Args)]
pub struct WorkerCommand {
    /// Answer probes and scrapes here [default: nowhere].
    #[arg(long, env = "DEKLARO_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// End when nothing waits.
    #[arg(long)]
    pub until_empty: bool,
    /// What runs are done with.
    #[command(flatten)]
    pub tools: WorkerToolsArgs,
}

/// What a worker's runs are done with.
#[derive(Debug, Args)]
pub struct WorkerToolsArgs {
    /// List of workbooks, TOML or CSV [default: what `deklaro import` took into the store].
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub sources: Option<PathBuf>,
    /// Terms of one's own.
    #[command(flatten)]
    pub terms: TermsArgs,
    /// Who is asked for a time stamp of what is published.
    #[command(flatten)]
    pub tsa: TsaArgs,
    /// How the web is reached.
    #[command(flatten)]
    pub web: WebArgs,
}
