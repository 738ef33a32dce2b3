//! How many files and connections may this process have open?

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The soft limit on open files, where there is one.
pub fn limit() -> Option<usize> {
    usize::try_from(getrlimit(Resource::Nofile).current?).ok()
}

/// The same, raised as far as the system lets a process raise it.
pub fn raised() -> Option<usize> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum {
        // Where this is refused, the soft limit stays what it is.
        let _refused = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    }
    limit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_raised_to_what_the_system_allows_and_never_lowered() {
        let before = limit();
        let after = raised();
        assert!(after.is_none_or(|after| before.is_some_and(|before| before <= after)));
        assert_eq!(after, getrlimit(Resource::Nofile).maximum.and_then(|most| usize::try_from(most).ok()));
    }
}
