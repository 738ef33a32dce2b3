//! What does the ref log say of the bytes of manifests? Pure.

use super::StoreError;
use deklaro_schemas::stored::{Manifest, RefEntry};
use deklaro_schemas::{Sha256, SnapshotId};
use serde::Serialize;
use std::collections::BTreeMap;

/// What the ref log says of the bytes of a snapshot's manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Bound {
    /// The manifest is the one that this entry names.
    Holds {
        /// Number of the entry.
        sequence: u64,
    },
    /// No entry names the bytes: an earlier version wrote them, or the snapshot waits to be published.
    NotBound,
    /// The manifest is not the one that an entry names.
    Differs {
        /// Number of the entry.
        sequence: u64,
        /// SHA-256 that the entry names.
        logged: Sha256,
        /// SHA-256 of the file.
        found: Sha256,
    },
}

impl Bound {
    /// What the named bytes of a snapshot make of the bytes that were found. One name that differs is enough.
    pub(super) fn of(named: &[Named], found: Sha256) -> Self {
        match named.iter().find(|name| name.sha256 != found).or(named.first()) {
            None => Self::NotBound,
            Some(name) if name.sha256 == found => Self::Holds { sequence: name.sequence },
            Some(name) => Self::Differs { sequence: name.sequence, logged: name.sha256.clone(), found },
        }
    }

    /// What is wrong; nothing where the manifest holds or no entry names its bytes.
    pub fn problem(&self) -> Option<String> {
        let Self::Differs { sequence, logged, found } = self else { return None };
        Some(format!("sha256 is `{found}`, expected `{logged}` as entry {sequence} of the ref log says"))
    }

    /// Fails with the manifest's name where it is not the one that an entry names.
    pub(super) fn checked(self, path: String) -> Result<(), StoreError> {
        match self {
            Self::Differs { sequence, logged, found } => {
                let witness = format!("entry {sequence} of the ref log");
                Err(StoreError::Changed { path, witness, found, expected: logged })
            }
            Self::Holds { .. } | Self::NotBound => Ok(()),
        }
    }
}

/// The bytes of a manifest, as an entry of the ref log names them.
#[derive(Debug, Clone)]
pub(super) struct Named {
    sequence: u64,
    sha256: Sha256,
}

/// What was read in the ref log of the bytes of manifests, so that not every reader reads the log.
#[derive(Debug, Default)]
pub(super) struct Logged {
    pub(super) entries: usize,
    named: BTreeMap<SnapshotId, Vec<Named>>,
}

impl Logged {
    pub(super) fn of(entries: &[RefEntry]) -> Self {
        let mut named: BTreeMap<SnapshotId, Vec<Named>> = BTreeMap::new();
        for entry in entries {
            if let Some(sha256) = entry.manifest_sha256.clone() {
                let name = Named { sequence: entry.sequence, sha256 };
                named.entry(entry.snapshot.clone()).or_default().push(name);
            }
        }
        Self { entries: entries.len(), named }
    }

    pub(super) fn of_snapshot(&self, snapshot: &SnapshotId) -> &[Named] {
        self.named.get(snapshot).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The manifest that an entry is to name.
pub(super) enum ToBind {
    /// The entry makes nothing readable.
    Nothing,
    /// There is no manifest.
    Missing,
    /// Its hash.
    Found(Sha256),
}

impl ToBind {
    /// What the entry after these names. A manifest that was changed since is not made readable again.
    pub(super) fn sha256(
        &self,
        snapshot: &SnapshotId,
        entries: &[RefEntry],
    ) -> Result<Option<Sha256>, StoreError> {
        match self {
            Self::Nothing => Ok(None),
            Self::Missing => Err(StoreError::NoSuchSnapshot(snapshot.clone())),
            Self::Found(sha256) => {
                let bound = Bound::of(Logged::of(entries).of_snapshot(snapshot), sha256.clone());
                bound.checked(Manifest::path(snapshot))?;
                Ok(Some(sha256.clone()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(sequence: u64, text: &str) -> Named {
        Named { sequence, sha256: Sha256::of(text.as_bytes()) }
    }

    #[test]
    fn one_name_that_differs_is_enough_and_none_binds_nothing() {
        let (a, b) = (Sha256::of(b"a"), Sha256::of(b"b"));
        assert_eq!(Bound::of(&[], a.clone()), Bound::NotBound);
        assert_eq!(Bound::of(&[named(2, "a"), named(5, "a")], a.clone()), Bound::Holds { sequence: 2 });
        let differs = |sequence, logged: &Sha256, found: &Sha256| Bound::Differs {
            sequence,
            logged: logged.clone(),
            found: found.clone(),
        };
        assert_eq!(Bound::of(&[named(2, "a")], b.clone()), differs(2, &a, &b));
        assert_eq!(Bound::of(&[named(2, "a"), named(5, "b")], a.clone()), differs(5, &b, &a));
    }
}
