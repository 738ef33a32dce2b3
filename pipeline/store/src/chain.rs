//! Append-only logs: numbered files, each created once and carrying the hash of the one before.

use super::{Store, StoreError};
use deklaro_schemas::Sha256;
use deklaro_schemas::stored::entry_path;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// An entry of such a log.
pub(super) trait Link: Serialize + DeserializeOwned + Sized {
    /// Its folder in the store.
    const FOLDER: &'static str;

    /// Its number, from 1.
    fn sequence(&self) -> u64;

    /// The hash of the entry before; nothing for the first.
    fn previous_sha256(&self) -> Option<&Sha256>;

    /// Where it is in the store.
    fn path(&self) -> String {
        entry_path(Self::FOLDER, self.sequence())
    }
}

/// The log as read: entries in order, and the hash the next one must carry.
#[derive(Debug)]
pub(super) struct Chain<L> {
    pub entries: Vec<L>,
    pub last_sha256: Option<Sha256>,
}

impl<L> Chain<L> {
    /// The number of the next entry.
    pub(super) fn next(&self) -> u64 {
        self.entries.len() as u64 + 1
    }
}

/// What the next entry of a log must be like.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) folder: &'a str,
    pub(super) sequence: u64,
    pub(super) last: Option<&'a Sha256>,
}

impl Place<'_> {
    /// Fails with what is wrong when the object has not the name it must have.
    pub(super) fn check_path(&self, path: &str) -> Result<(), String> {
        let expected = entry_path(self.folder, self.sequence);
        if path == expected { Ok(()) } else { Err(format!("expected `{expected}` here, which is missing")) }
    }

    /// Fails with what is wrong when the entry has another number, or does not follow the entry before.
    pub(super) fn check_entry(&self, sequence: u64, previous: Option<&Sha256>) -> Result<(), String> {
        if sequence != self.sequence {
            return Err(format!("it is entry {sequence}, expected entry {}", self.sequence));
        }
        if previous != self.last {
            return Err("it does not carry the hash of the entry before".to_owned());
        }
        Ok(())
    }
}

impl Store {
    /// The entries with numbers and hashes checked.
    pub(super) async fn read_chain<L: Link>(&self) -> Result<Chain<L>, StoreError> {
        let mut chain = Chain { entries: Vec::new(), last_sha256: None };
        for (path, _) in self.list(L::FOLDER).await? {
            let bytes = self.read_record(&path).await?;
            let broken = |why: String| StoreError::Chain { path: path.clone(), why };
            let expected =
                Place { folder: L::FOLDER, sequence: chain.next(), last: chain.last_sha256.as_ref() };
            expected.check_path(&path).map_err(broken)?;
            let entry: L = serde_json::from_slice(&bytes).map_err(|error| broken(error.to_string()))?;
            expected.check_entry(entry.sequence(), entry.previous_sha256()).map_err(broken)?;
            chain.last_sha256 = Some(Sha256::of(&bytes));
            chain.entries.push(entry);
        }
        Ok(chain)
    }

    /// Appends the entry that `make` makes of the log so far. Losing a race is not an error: what the winner wrote is read
    /// and `make` is asked again.
    pub(super) async fn append<L: Link>(
        &self,
        make: impl Fn(&Chain<L>) -> Result<L, StoreError>,
    ) -> Result<L, StoreError> {
        loop {
            let entry = make(&self.read_chain::<L>().await?)?;
            let json = serde_json::to_vec_pretty(&entry).expect("an entry has only texts and numbers");
            match self.create(&entry.path(), json.into()).await {
                Ok(()) => return Ok(entry),
                Err(StoreError::Exists { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }
}
