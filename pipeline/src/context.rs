//! What every command works with: the store, the configuration, the terminal, the stop signal.

use crate::cli::{Command, IncidentWhat};
use crate::config::Config;
use deklaro_console::{Progress, Shutdown};
use deklaro_store::{Store, StoreError};

/// What a command works with.
#[derive(Debug)]
pub(crate) struct Context {
    /// Where everything is kept.
    pub(crate) store: Store,
    /// What was configured, with the gate as this store remembers it.
    pub(crate) config: Config,
    /// What people see.
    pub(crate) progress: Progress,
    /// Who may stop it.
    pub(crate) shutdown: Shutdown,
}

impl Context {
    /// Opens the store for this command.
    pub(crate) async fn open(
        config: &Config,
        command: &Command,
        progress: Progress,
        shutdown: Shutdown,
    ) -> anyhow::Result<Self> {
        let store = open(config, command).await?;
        let config = Config { gate: config.gate.clone().remembered(&store).await?, ..config.clone() };
        Ok(Self { store, config, progress, shutdown })
    }
}

/// Opens the store; commands that only read do not make one.
async fn open(config: &Config, command: &Command) -> anyhow::Result<Store> {
    let writes = match command {
        Command::Demo(_) | Command::Run(_) | Command::Serve(_) | Command::Worker(_) => true,
        Command::Drill(drill) => !drill.table,
        Command::Incident(incident) => !matches!(incident.what, IncidentWhat::List { .. }),
        Command::Import(import) => import.writes(),
        Command::Plan(plan) => plan.month.is_some(),
        _ => false,
    };
    let only_looks = match command {
        Command::Import(_) | Command::Plan(_) | Command::Readiness(_) => true,
        Command::Artifact(artifact) => artifact.file.is_some(),
        _ => false,
    };
    if writes {
        return Ok(Store::make(&config.store, &config.remote).await?);
    }
    match Store::find(&config.store, &config.remote).await? {
        Some(store) => Ok(store),
        None if only_looks => Ok(Store::nowhere()),
        None => Err(anyhow::Error::new(StoreError::Empty).context(format!("store `{}`", config.store))),
    }
}
