//! The `deklaro` binary: it reads the command line, loads the configuration, and calls.

mod cli;
mod commands;
mod config;
mod context;
mod readers;

use cli::{Cli, Command};
use deklaro_console::{Exit, LogFormat, Progress, exit_of, know};
use deklaro_watch::Logs;
use std::process::ExitCode;

/// glibc keeps an arena per thread and gives little of it back: twice the memory on a run over many hosts (docs/numbers.md).
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Reads the command line, does it, says what went wrong, and gives the exit code.
fn main() -> ExitCode {
    // Before anything takes memory: what a child may have is counted from here.
    if std::env::args_os().nth(1).is_some_and(|word| word == deklaro_apart::WORD) {
        return deklaro_apart::child();
    }
    let [release, timestamp] = deklaro_record::ENDINGS;
    know(&[deklaro_run::ending::ENDINGS, release, timestamp]);
    let cli = match Cli::read() {
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
        let logs = Logs { filter: &config.log, format: config.log_format };
        deklaro_watch::init(&config.telemetry, logs, (&cli.command).into())?;
        deklaro_service::count_requests_for(&config.telemetry);
    }
    *logs = config.log_format;
    let result = dispatch(cli.command, &config, &runtime);
    if let Err(error) = &result {
        Progress::new(*logs).problem(error);
    }
    deklaro_watch::end();
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
