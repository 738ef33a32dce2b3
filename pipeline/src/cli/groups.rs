//! The groups of commands that `deklaro --help` shows.

use clap::Command;

/// Every command that is shown, by what it is for.
const GROUPS: [(&str, &[&str]); 6] = [
    (
        "Everyday",
        &[
            "demo",
            "import",
            "sources",
            "run",
            "detect",
            "sql",
            "trace",
            "diff",
            "artifact",
            "report",
            "health",
            "completions",
        ],
    ),
    (
        "The record",
        &[
            "history",
            "show",
            "verify",
            "evidence",
            "catalog",
            "audit",
            "timestamp",
            "rollback",
            "retract",
            "restore",
            "expire",
            "vacuum",
        ],
    ),
    ("Release", &["readiness", "release", "registry", "thresholds", "rehearse"]),
    ("Service", &["serve", "worker", "leases", "incident", "logs"]),
    ("Proving", &["drill", "eval", "inspect", "robots", "simweb"]),
    ("For engines", &["plan", "exec", "commit"]),
];

/// The help of the program: usage, the commands group by group, the options.
pub(super) fn template(command: &Command) -> String {
    let width = names().map(str::len).max().unwrap_or_default();
    let mut text = "{about-with-newline}\n{usage-heading} {usage}\n".to_owned();
    for (title, names) in GROUPS {
        text.push_str(&format!("\n{title}:\n"));
        for name in names {
            let about = command.find_subcommand(name).and_then(Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            text.push_str(&format!("  {name:width$}  {about}\n"));
        }
    }
    text + "\nOptions:\n{options}{after-help}"
}

fn names() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().flat_map(|(_, names)| *names).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::CommandFactory;
    use std::collections::BTreeSet;

    #[test]
    fn every_command_that_is_shown_stands_in_one_group() {
        let command = Cli::command();
        let shown: BTreeSet<&str> =
            command.get_subcommands().filter(|one| !one.is_hide_set()).map(Command::get_name).collect();
        assert_eq!(names().collect::<BTreeSet<_>>(), shown);
        assert_eq!(names().count(), shown.len(), "a command stands in two groups");
    }

    #[test]
    fn the_help_says_what_each_group_is_for() {
        let help = crate::cli::command().render_help().to_string();
        for (title, _) in GROUPS {
            assert!(help.contains(&format!("\n{title}:\n")), "{title}\n{help}");
        }
        assert!(help.contains("--store") && help.contains("Exit codes:"), "{help}");
    }
}
