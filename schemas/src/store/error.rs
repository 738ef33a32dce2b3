use crate::SnapshotId;
use crate::codes::RefAction;
use crate::parquet_file::ParquetFileError;

/// Why the store did not do what was asked. Nothing was overwritten in any of these cases.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder or bucket refuses.
    #[error("`{path}`: {doing} failed")]
    Object {
        /// Path in the store.
        path: String,
        /// What was being done.
        doing: &'static str,
        /// Why.
        #[source]
        source: object_store::Error,
    },
    /// The disk is full.
    #[error("`{path}`: no space left on the disk")]
    DiskFull {
        /// Path in the store.
        path: String,
    },
    /// Something is there already that may only be created once.
    #[error("`{path}` exists already, expected to create it")]
    Exists {
        /// Path in the store.
        path: String,
    },
    /// Something is not there.
    #[error("`{path}` is missing")]
    Missing {
        /// Path in the store.
        path: String,
    },
    /// The store was made by another version.
    #[error("store format is `{found}`, expected `{expected}`")]
    Format {
        /// What `store.json` says.
        found: String,
        /// What this program reads.
        expected: u32,
    },
    /// A file of the store's own is not what it should be.
    #[error("`{path}` is corrupt: {why}")]
    Corrupt {
        /// Path in the store.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// No snapshot was published yet.
    #[error("the store has no published snapshot")]
    Empty,
    /// The snapshot is not in the store.
    #[error("snapshot `{0}` is not in the store")]
    NoSuchSnapshot(SnapshotId),
    /// The snapshot does not stand where this could be done to it.
    #[error("cannot {action} snapshot `{snapshot}`: it is {found}")]
    NotAllowed {
        /// What was asked.
        action: RefAction,
        /// Of which snapshot.
        snapshot: SnapshotId,
        /// Where it stands.
        found: &'static str,
    },
    /// A Parquet file of the store cannot be read or written.
    #[error("`{path}`")]
    Parquet {
        /// Path in the store.
        path: String,
        /// Why.
        #[source]
        source: ParquetFileError,
    },
}

impl StoreError {
    /// What the operator can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::DiskFull { .. } => Some("free some space, then continue the run with `--resume`"),
            Self::Format { .. } => {
                Some("give another folder with `--store`, or use the version that made this one")
            }
            Self::Empty => Some("`deklaro demo` or `deklaro run` publishes one"),
            Self::NotAllowed { .. } => Some("`deklaro log` shows where each snapshot stands"),
            Self::NoSuchSnapshot(_) => Some("`deklaro log` lists what was published"),
            Self::Corrupt { .. } => {
                Some("`deklaro verify` shows what else is damaged; an earlier snapshot is untouched")
            }
            _ => None,
        }
    }

    /// True when the same call may go through later.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::DiskFull { .. } | Self::Object { .. })
    }

    /// Sorts what `object_store` says into our cases; a full disk is found in the chain of sources.
    pub(super) fn object(path: &str, doing: &'static str, source: object_store::Error) -> Self {
        let path = path.to_owned();
        match source {
            object_store::Error::NotFound { .. } => Self::Missing { path },
            object_store::Error::AlreadyExists { .. } => Self::Exists { path },
            source if is_disk_full(&source) => Self::DiskFull { path },
            source => Self::Object { path, doing, source },
        }
    }
}

fn is_disk_full(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let io = error.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| {
            matches!(io.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)
        }) {
            return true;
        }
        next = error.source();
    }
    false
}
