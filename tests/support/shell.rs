//! How does a test run the binary in other surroundings than its own?

use std::process::Command;

/// The command behind `surroundings`, in a shell started by `starter`.
pub(crate) fn in_shell(run: &Command, surroundings: &str, starter: &[&str]) -> Command {
    let script = format!("{surroundings} && exec \"$0\" \"$@\"");
    let (first, rest) = starter.split_first().map_or(("sh", &[][..]), |(first, rest)| (*first, rest));
    let mut shell = Command::new(first);
    if !starter.is_empty() {
        shell.args(rest).arg("sh");
    }
    shell.args(["-c", &script]).arg(run.get_program()).args(run.get_args());
    for (name, _) in run.get_envs() {
        shell.env_remove(name);
    }
    shell
}
