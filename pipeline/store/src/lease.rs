//! A lease: who is at work on which countries, and until when.

use deklaro_schemas::{CountryCode, RunId, Timestamp, rfc3339};
use serde::{Deserialize, Serialize};

/// What a lease is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaseScope {
    /// The scan of every country.
    All,
    /// The scan of these.
    Countries(Vec<CountryCode>),
    /// No scan.
    Nothing,
    /// A partition of the scan of these countries, all where none is named: other partitions of the same run may be worked on beside it.
    #[serde(rename = "part")]
    Partition {
        /// The countries of the run.
        countries: Vec<CountryCode>,
        /// Which partition of which round.
        name: String,
    },
}

impl LeaseScope {
    /// A run's: no countries named means all.
    pub fn of(countries: &[CountryCode]) -> Self {
        if countries.is_empty() { Self::All } else { Self::Countries(countries.to_vec()) }
    }

    /// The countries, none for all of them; nothing where it is over none.
    fn countries(&self) -> Option<&[CountryCode]> {
        match self {
            Self::All => Some(&[]),
            Self::Countries(countries) | Self::Partition { countries, .. } => Some(countries),
            Self::Nothing => None,
        }
    }

    /// True when no two runs may hold these at once.
    pub fn overlaps(&self, other: &Self) -> bool {
        let (Some(ours), Some(theirs)) = (self.countries(), other.countries()) else { return false };
        ours.is_empty() || theirs.is_empty() || ours.iter().any(|one| theirs.contains(one))
    }
}

/// Who holds a lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    /// Drawn anew by each process for each lease.
    pub token: String,
    /// The run; nothing for a rehearsal.
    pub run_id: Option<RunId>,
    /// Name of the machine, for people.
    pub host: String,
    /// Number of the process.
    pub process: u32,
    /// What tells this process from every other: the boot, the process name space and its start; empty where it is not known.
    pub place: String,
}

/// A lease as it stands in the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lease {
    /// Who.
    pub owner: Owner,
    /// Which countries.
    pub scope: LeaseScope,
    /// True while the owner may move the current snapshot.
    pub is_moving: bool,
    /// Since when.
    #[serde(with = "rfc3339::exact", alias = "since_us")]
    pub since_at: Timestamp,
    /// Free from then on.
    #[serde(with = "rfc3339::exact", alias = "expires_us")]
    pub expires_at: Timestamp,
}

impl Lease {
    pub(crate) fn clashes(&self, other: &Self) -> bool {
        let is_beside = match (&self.scope, &other.scope) {
            (LeaseScope::Partition { name: ours, .. }, LeaseScope::Partition { name: theirs, .. }) => {
                ours != theirs && self.owner.run_id == other.owner.run_id
            }
            _ => false,
        };
        (self.scope.overlaps(&other.scope) && !is_beside) || (self.is_moving && other.is_moving)
    }
}

impl std::fmt::Display for Lease {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Owner { run_id, host, process, .. } = &self.owner;
        match run_id {
            Some(run) => write!(f, "run `{run}`")?,
            None => write!(f, "a rehearsal")?,
        }
        match &self.scope {
            LeaseScope::All => write!(f, " is at work on all countries")?,
            LeaseScope::Countries(countries) => {
                let codes: Vec<&str> = countries.iter().map(CountryCode::as_str).collect();
                write!(f, " is at work on {}", codes.join(", "))?;
            }
            LeaseScope::Nothing => write!(f, " moves the current snapshot")?,
            LeaseScope::Partition { name, .. } => write!(f, " is at work on its part `{name}`")?,
        }
        let (since, expires) = (self.since_at, self.expires_at);
        write!(
            f,
            ": process {process} on `{host}`, since {since}; the lease expires {expires} unless renewed"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_has_the_spelling_that_earlier_versions_read() {
        let scope = LeaseScope::Partition { countries: Vec::new(), name: "round 1, part 1/3".to_owned() };
        let text = r#"{"part":{"countries":[],"name":"round 1, part 1/3"}}"#;
        assert_eq!(serde_json::to_string(&scope).unwrap(), text);
        assert_eq!(serde_json::from_str::<LeaseScope>(text).unwrap(), scope);
    }
}
