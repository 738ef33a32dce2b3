//! One file per command.

mod artifact;
mod audit;
mod catalog;
mod commit;
mod decide;
mod demo;
mod detect;
mod diff;
pub(crate) mod docs;
mod drill;
pub(crate) mod eval;
mod evidence;
pub(crate) mod exec;
mod explain;
mod health;
mod history;
mod import;
mod incident;
pub(crate) mod inspect;
pub(crate) mod logs;
mod plan;
mod readiness;
mod registry;
mod rehearse;
mod release;
mod report;
pub(crate) mod robots;
mod run;
mod serve;
mod show;
mod simweb;
mod sources;
mod sql;
mod thresholds;
mod timestamp;
mod trace;
mod vacuum;
mod verify;

use crate::cli::{Cli, Command, IncidentWhat};
use crate::config::Config;
use clap::CommandFactory;
use deklaro_console::{Exit, Progress, Shutdown, output};
use deklaro_schemas::codes::RefAction;
use deklaro_store::{Store, StoreError};

/// The commands that need the store or the network.
pub(crate) async fn with_store(config: &Config, command: Command) -> anyhow::Result<Exit> {
    let shutdown = Shutdown::listen()?;
    let progress = Progress::new(config.log_format);
    if let Command::Simweb(simweb) = &command {
        return simweb::serve(simweb, &progress, &shutdown).await;
    }
    if let Command::Readiness(readiness) = &command
        && readiness.what.is_some()
    {
        return readiness::walk(config, readiness, &progress, &shutdown).await;
    }
    let store = open(config, &command).await?;
    let config = &Config { gate: config.gate.clone().remembered(&store).await?, ..config.clone() };
    match command {
        Command::Demo(demo) => demo::demo(&store, config, &demo, &progress, &shutdown).await,
        Command::Run(run) => run::run(&store, config, &run, &progress, &shutdown).await,
        Command::Detect(detect) => detect::detect(&store, config, &detect, &progress, &shutdown).await,
        Command::Import(import) => import::import(&store, &import, &progress).await,
        Command::Sources(sources) => sources::sources(&store, &sources).await,
        Command::Plan(plan) => plan::plan(&store, config, &plan, &progress, &shutdown).await,
        Command::Exec(exec) => exec::part(&store, config, &exec, &progress, &shutdown).await,
        Command::Commit(commit) => commit::commit(&store, config, &commit, &progress, &shutdown).await,
        Command::Sql(sql) => sql::sql(&store, &sql).await,
        Command::Trace(trace) => trace::trace(&store, &trace).await,
        Command::Evidence(evidence) => evidence::evidence(&store, &evidence).await,
        Command::History(asked) => history::history(&store, &asked).await,
        Command::Verify(verify) => verify::verify(&store, config, &verify).await,
        Command::Timestamp(what) => timestamp::timestamp(&store, config, &what).await,
        Command::Show(show) => show::show(&store, &show).await,
        Command::Diff(diff) => diff::diff(&store, &diff).await,
        Command::Rollback(to) => decide::decide(&store, RefAction::Rollback, &to).await,
        Command::Retract(what) => decide::decide(&store, RefAction::Retract, &what).await,
        Command::Restore(what) => decide::decide(&store, RefAction::Restore, &what).await,
        Command::Expire(expire) => decide::expire(&store, &expire).await,
        Command::Vacuum(vacuum) => vacuum::vacuum(&store, &vacuum).await,
        Command::Rehearse(rehearse) => rehearse::rehearse(&store, &rehearse).await,
        Command::Drill(asked) => drill::drills(&store, config, &asked, &progress, &shutdown).await,
        Command::Incident(asked) => incident::incident(&store, config, &asked).await,
        Command::Health(health) => health::judge(&store, config, &health).await,
        Command::Readiness(readiness) => readiness::judge(&store, config, &readiness).await,
        Command::Report(report) => report::report(&store, config, &report).await,
        Command::Release(asked) => release::release(&store, config, &asked, &progress).await,
        Command::Registry(asked) => registry::registry(&store, &asked).await,
        Command::Thresholds(asked) => thresholds::thresholds(&store, config, &asked).await,
        Command::Audit(audit) => audit::audit(&store, &audit).await,
        Command::Artifact(artifact) => artifact::artifact(&store, &artifact).await,
        Command::Catalog(catalog) => catalog::catalog(&store, &catalog).await,
        Command::Serve(asked) => serve::serve(&store, config, &asked, &progress, &shutdown).await,
        Command::Worker(asked) => serve::worker(&store, config, &asked, &progress, &shutdown).await,
        Command::Simweb(_)
        | Command::Completions { .. }
        | Command::Docs { .. }
        | Command::Eval(_)
        | Command::Inspect(_)
        | Command::Logs(_)
        | Command::Robots(_) => Ok(Exit::Done),
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

/// `deklaro completions`
pub(crate) fn completions(shell: clap_complete::Shell) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "deklaro", &mut script);
    output::bytes(&script)?;
    Ok(Exit::Done)
}
