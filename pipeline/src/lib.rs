#![doc = include_str!("../README.md")]

pub mod cli;
mod commands;
pub mod config;
mod demo_data;
pub mod descriptors;
mod drill;
pub mod exec;
mod incidents;
mod logs;
mod loopback;
mod process;
pub mod release;
mod reporting;
pub mod run;
mod sbom;
pub mod score;
pub mod service;
pub mod telemetry;
pub mod timestamp;
mod warc;

use clap::Parser;
use cli::{Cli, Command};
use deklaro_console::{Exit, LogFormat, Progress, exit_of, know};
use std::process::ExitCode;

/// The whole program: reads the command line, does it, says what went wrong, and gives the exit code.
pub fn main() -> ExitCode {
    know(&[run::ending::ENDINGS, release::ENDINGS, timestamp::ENDINGS]);
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to stdout and are no error.
            let _closed = error.print();
            return if error.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() };
        }
    };
    // Before the logs are set up an error is for people, whatever format they are to have.
    let mut logs = LogFormat::Human;
    match act(cli, &mut logs) {
        Ok(exit) => exit.into(),
        Err(error) => {
            Progress::new(logs).problem(&error);
            exit_of(&error).into()
        }
    }
}

fn act(cli: Cli, logs: &mut LogFormat) -> anyhow::Result<Exit> {
    let config = config::resolve(&cli)?;
    let runtime = runtime()?;
    {
        let _exporters_send_over_it = runtime.enter();
        telemetry::init(&config, (&cli.command).into())?;
    }
    *logs = config.log_format;
    let result = dispatch(cli.command, &config, &runtime);
    if let Err(error) = &result {
        Progress::new(*logs).problem(error);
    }
    telemetry::end();
    result.or_else(|error| Ok(exit_of(&error)))
}

fn dispatch(
    command: Command,
    config: &config::Config,
    runtime: &tokio::runtime::Runtime,
) -> anyhow::Result<Exit> {
    match command {
        Command::Completions { shell } => commands::completions(shell),
        Command::Docs { folder } => commands::docs::write(&folder),
        Command::Robots(robots) => commands::robots::robots(&robots.what),
        Command::Eval(eval) => commands::eval::eval(&eval.what),
        Command::Logs(logs) => commands::logs::logs(&logs),
        Command::Inspect(inspect) => commands::inspect::inspect(&inspect.what),
        Command::Exec(exec) if exec.arrow_ipc => commands::exec::arrow_ipc(&exec),
        Command::Exec(exec) if exec.tables.is_some() => commands::exec::tables(&exec),
        command => runtime.block_on(commands::with_store(config, command)),
    }
}

/// tokio for the network and the store; as many workers as cores.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
