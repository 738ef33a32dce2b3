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
mod leases;
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

use crate::cli::Command;
use crate::config::Config;
use crate::context::Context;
use deklaro_console::{Exit, Progress, Shutdown, output};
use deklaro_schemas::codes::RefAction;

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
    let context = &Context::open(config, &command, progress, shutdown).await?;
    let store = &context.store;
    match &command {
        Command::Demo(demo) => demo::demo(context, demo).await,
        Command::Run(run) => run::run(context, run).await,
        Command::Detect(detect) => detect::detect(context, detect).await,
        Command::Import(import) => import::import(context, import).await,
        Command::Sources(sources) => sources::sources(store, sources).await,
        Command::Plan(plan) => plan::plan(context, plan).await,
        Command::Exec(exec) => exec::partition(context, exec).await,
        Command::Commit(commit) => commit::commit(context, commit).await,
        Command::Sql(sql) => sql::sql(store, sql).await,
        Command::Trace(trace) => trace::trace(store, trace).await,
        Command::Evidence(evidence) => evidence::evidence(store, evidence).await,
        Command::History(asked) => history::history(store, asked).await,
        Command::Verify(verify) => verify::verify(context, verify).await,
        Command::Timestamp(what) => timestamp::timestamp(context, what).await,
        Command::Show(show) => show::show(store, show).await,
        Command::Diff(diff) => diff::diff(store, diff).await,
        Command::Rollback(to) => decide::decide(context, RefAction::Rollback, to).await,
        Command::Retract(what) => decide::decide(context, RefAction::Retract, what).await,
        Command::Restore(what) => decide::decide(context, RefAction::Restore, what).await,
        Command::Expire(expire) => decide::expire(store, expire).await,
        Command::Vacuum(vacuum) => vacuum::vacuum(store, vacuum).await,
        Command::Rehearse(rehearse) => rehearse::rehearse(store, rehearse).await,
        Command::Drill(asked) => drill::drills(context, asked).await,
        Command::Incident(asked) => incident::incident(context, asked).await,
        Command::Leases(asked) => leases::leases(context, asked).await,
        Command::Health(health) => health::judge(context, health).await,
        Command::Readiness(readiness) => readiness::judge(context, readiness).await,
        Command::Report(report) => report::report(context, report).await,
        Command::Release(asked) => release::release(context, asked).await,
        Command::Registry(asked) => registry::registry(store, asked).await,
        Command::Thresholds(asked) => thresholds::thresholds(context, asked).await,
        Command::Audit(audit) => audit::audit(store, audit).await,
        Command::Artifact(artifact) => artifact::artifact(store, artifact).await,
        Command::Catalog(catalog) => catalog::catalog(store, catalog).await,
        Command::Serve(asked) => serve::serve(context, asked).await,
        Command::Worker(asked) => serve::worker(context, asked).await,
        Command::Simweb(_)
        | Command::Completions { .. }
        | Command::Docs { .. }
        | Command::Eval(_)
        | Command::Inspect(_)
        | Command::Logs(_)
        | Command::Robots(_) => anyhow::bail!("`{}` needs no store", <&str>::from(&command)),
    }
}

/// `deklaro completions`
pub(crate) fn completions(shell: clap_complete::Shell) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut crate::cli::command(), "deklaro", &mut script);
    output::bytes(&script)?;
    Ok(Exit::Done)
}
