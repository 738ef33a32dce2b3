//! The arguments of telemetry, which every command takes, and of `deklaro audit`.

use clap::{Args, Subcommand, ValueEnum};
use deklaro_console::Output;
use deklaro_schemas::RunId;

/// How the program lets itself be watched; each can stand in `[telemetry]` of the configuration file too.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Watching")]
pub struct WatchingArgs {
    /// Count, trace and sample; `off` leaves plain logs only.
    #[arg(long, global = true, env = "DEKLARO_TELEMETRY", value_name = "SWITCH", hide_short_help = true)]
    pub telemetry: Option<Switch>,
    /// Which installation this is, as logs, metrics and spans name it.
    #[arg(long, global = true, env = "DEKLARO_ENVIRONMENT", value_name = "NAME", hide_short_help = true)]
    pub environment: Option<String>,
    /// The project logs, metrics and spans are counted for.
    #[arg(long, global = true, env = "DEKLARO_PROJECT_ID", value_name = "NAME", hide_short_help = true)]
    pub project_id: Option<String>,
    /// Share of the traces whose plain log lines are written, 0 to 1; warnings and errors always are.
    #[arg(long, global = true, env = "DEKLARO_LOG_SHARE", value_name = "SHARE", hide_short_help = true)]
    pub log_share: Option<f64>,
    /// A Prometheus Pushgateway that batch runs send their metrics to.
    #[arg(long, global = true, env = "DEKLARO_PUSHGATEWAY", value_name = "URL", hide_short_help = true)]
    pub pushgateway: Option<url::Url>,
}

impl From<&WatchingArgs> for deklaro_watch::Given {
    fn from(typed: &WatchingArgs) -> Self {
        Self {
            enabled: typed.telemetry.map(|switch| switch == Switch::On),
            environment: typed.environment.clone(),
            project_id: typed.project_id.clone(),
            log_share: typed.log_share,
            pushgateway: typed.pushgateway.clone(),
        }
    }
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

/// `deklaro audit`
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// What is audited.
    #[command(subcommand)]
    pub what: AuditWhat,
}

/// What can be audited.
#[derive(Debug, Subcommand)]
pub enum AuditWhat {
    /// Compare a run's spans with the stages, rounds and countries its tables say were worked on; exit 1 below 95 %.
    Spans {
        /// The run.
        run: RunId,
        /// How results are printed.
        #[command(flatten)]
        output: Output,
    },
}
