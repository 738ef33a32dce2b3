//! How many files and connections may this process have open?

use rustix::process::{Resource, getrlimit};

/// The soft limit on open files, where there is one.
pub fn limit() -> Option<usize> {
    usize::try_from(getrlimit(Resource::Nofile).current?).ok()
}
