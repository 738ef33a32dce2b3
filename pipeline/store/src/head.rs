//! Where does the ref log end, and does it still go back to an end that somebody kept elsewhere?
//!
//! Each entry holds the hash of the one before. The last one has no successor: only its hash, kept where the store is not, shows that it
//! was changed or taken away.

use super::{Finding, Store, StoreError};
use deklaro_schemas::Sha256;
use deklaro_schemas::stored::RefEntry;
use serde::Serialize;

/// The end of the ref log: it stands for all entries before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefHead {
    /// Number of the last entry.
    pub sequence: u64,
    /// SHA-256 of its file.
    pub sha256: Sha256,
}

impl std::fmt::Display for RefHead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}  (entry {})", self.sha256, self.sequence)
    }
}

impl Store {
    /// The end of the ref log; nothing where nothing was published. The chain is checked by reading it.
    pub async fn head(&self) -> Result<Option<RefHead>, StoreError> {
        Ok(self.read_chain::<RefEntry>().await?.ends().pop())
    }

    /// What is wrong where the log has no entry with the hash that was kept: an entry was changed, or the end was cut off.
    pub async fn gone_since(&self, kept: &Sha256) -> Result<Option<Finding>, StoreError> {
        let ends = self.read_chain::<RefEntry>().await?.ends();
        if ends.iter().any(|head| head.sha256 == *kept) {
            return Ok(None);
        }
        let entries = ends.len();
        let problem = format!(
            "none of its {entries} entries has the sha256 `{kept}` that was kept: the log was changed or cut off since"
        );
        Ok(Some(Finding { path: RefEntry::FOLDER.to_owned(), problem }))
    }
}

impl super::chain::Chain<RefEntry> {
    /// The ends that the log had, one after each entry.
    fn ends(&self) -> Vec<RefHead> {
        let before = self.entries.iter().filter_map(|entry| entry.previous_sha256.clone());
        let hashes = before.chain(self.last_sha256.clone());
        (1..).zip(hashes).map(|(sequence, sha256)| RefHead { sequence, sha256 }).collect()
    }
}
