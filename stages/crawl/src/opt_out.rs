//! The hosts that asked not to be visited.

use deklaro_schemas::HostKey;
use std::collections::HashSet;

/// A list of hosts and of whole domains.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OptOut {
    hosts: HashSet<String>,
    /// Without the `*.` in front; the domain itself is meant, too.
    domains: HashSet<String>,
}

/// A line of an opt-out list that is neither a host nor a domain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the opt-out list is `{value}`, expected a host name, or `*.` and a domain")]
pub struct OptOutError {
    /// The line, from 1.
    pub line: usize,
    /// What stands there.
    pub value: String,
}

impl OptOut {
    /// Reads a list: one host a line, `*.example.eu` for a domain with all below it, `#` for remarks.
    ///
    /// A line that cannot be read is an error: somebody meant something by it.
    pub fn parse(text: &str) -> Result<Self, OptOutError> {
        let mut list = Self::default();
        for (number, line) in text.lines().enumerate() {
            let value = line.split('#').next().unwrap_or("").trim();
            if value.is_empty() {
                continue;
            }
            let (set, name) = match value.strip_prefix("*.") {
                Some(domain) => (&mut list.domains, domain),
                None => (&mut list.hosts, value),
            };
            let error = |_| OptOutError { line: number + 1, value: value.to_owned() };
            set.insert(HostKey::parse(name).map_err(error)?.as_str().to_owned());
        }
        Ok(list)
    }

    /// True for a host on the list or under a domain on it.
    pub fn holds(&self, host: &HostKey) -> bool {
        let name = host.as_str();
        let parents = name.match_indices('.').map(|(dot, _)| &name[dot + 1..]);
        self.hosts.contains(name)
            || std::iter::once(name).chain(parents).any(|part| self.domains.contains(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_domains_are_held() {
        let list = OptOut::parse("# by mail\nWWW.A.example.at # 2026-03\n\n*.b.example.at\n").unwrap();
        let holds = |host: &str| list.holds(&HostKey::parse(host).unwrap());
        assert!(holds("www.a.example.at") && holds("b.example.at") && holds("x.y.b.example.at"));
        assert!(!holds("a.example.at") && !holds("ab.example.at") && !holds("cb.example.at"));
        assert!(!OptOut::default().holds(&HostKey::parse("a.example.at").unwrap()));
    }

    #[test]
    fn a_line_that_means_nothing_is_named() {
        let error = OptOut::parse("a.example.at\nnot a host\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 2 of the opt-out list is `not a host`, expected a host name, or `*.` and a domain"
        );
    }
}
