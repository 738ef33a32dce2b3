//! What may a test need beside the clone, and is it there?

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Starts a program where it may mount file systems that no other process sees.
pub const IN_OWN_MOUNTS: [&str; 4] = ["unshare", "--user", "--map-root-user", "--mount"];

/// Something that may be missing on a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// A file or folder below the folder `shared` beside the project.
    Shared(&'static str),
    /// A program that can be started.
    Program(&'static str),
    /// A package that [`python`] can import.
    Python(&'static str),
    /// The right to start programs by [`IN_OWN_MOUNTS`].
    OwnMounts,
    /// So many files that one process may have open.
    Descriptors(u32),
    /// A shell whose `ulimit -v` bounds the memory of what it starts.
    BoundedMemory,
}

impl Need {
    /// What is missing and how to provide it; nothing where it is there.
    pub fn missing(self) -> Option<String> {
        let (is_there, what) = match self {
            Self::Shared(path) => (shared(path).exists(), format!("`../shared/{path}` beside the project")),
            Self::Program(name) => {
                (starts(Command::new(name).arg("--version")), format!("the program `{name}`"))
            }
            Self::Python(package) => {
                let python = python();
                let is_there = succeeds(Command::new(&python).args(["-c", &format!("import {package}")]));
                let what = format!(
                    "the package `{package}` in `{python}`; DEKLARO_TEST_PYTHON names another Python"
                );
                (is_there, what)
            }
            Self::OwnMounts => {
                let mount = [&IN_OWN_MOUNTS[1..], &["mount", "-t", "tmpfs", "none", "/mnt"]].concat();
                let is_there = succeeds(Command::new(IN_OWN_MOUNTS[0]).args(mount));
                (is_there, "the right to make a mount namespace".to_owned())
            }
            Self::Descriptors(count) => {
                let enough = format!("[ \"$(ulimit -n)\" = unlimited ] || [ \"$(ulimit -n)\" -ge {count} ]");
                let is_there = succeeds(Command::new("sh").args(["-c", &enough]));
                (is_there, format!("`ulimit -n` of {count} or more"))
            }
            Self::BoundedMemory => {
                let is_there = succeeds(Command::new("sh").args(["-c", "ulimit -v 1048576"]));
                (is_there, "a shell whose `ulimit -v` holds".to_owned())
            }
        };
        (!is_there).then_some(what)
    }
}

/// A path below the folder `shared` beside the project.
pub fn shared(path: &str) -> PathBuf {
    workspace().join("../shared").join(path)
}

/// The folder whose tests run. Cargo says it, not the compiler: this crate may have been compiled for a clone elsewhere.
fn workspace() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or(env!("CARGO_MANIFEST_DIR").into());
    let package = PathBuf::from(package);
    let root = package.ancestors().find(|folder| folder.join("Cargo.lock").exists());
    root.unwrap_or(&package).to_owned()
}

/// The Python that has what tests import: `DEKLARO_TEST_PYTHON`, else `python3`.
pub fn python() -> String {
    std::env::var("DEKLARO_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

fn starts(command: &mut Command) -> bool {
    quiet(command).status().is_ok()
}

fn succeeds(command: &mut Command) -> bool {
    quiet(command).status().is_ok_and(|status| status.success())
}

fn quiet(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}
