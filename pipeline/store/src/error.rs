//! The store's errors say why it did not do what was asked, and what may help.

use super::StoreLocation;
use deklaro_schemas::codes::{KeyError, RefAction};
use deklaro_schemas::parquet_file::ParquetFileError;
use deklaro_schemas::{Sha256, SnapshotId};
use std::io::ErrorKind;

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
    /// No file of a snapshot may lie there.
    #[error("a file cannot be staged there")]
    Path(#[source] KeyError),
    /// A manifest is not the one that became readable.
    #[error("`{path}` was changed: its sha256 is `{found}`, {witness} says `{expected}`")]
    Changed {
        /// Path in the store.
        path: String,
        /// Who saw the manifest then.
        witness: String,
        /// SHA-256 of the file as it is.
        found: Sha256,
        /// SHA-256 of the file as it was.
        expected: Sha256,
    },
    /// A log has a gap, or an entry was changed.
    #[error("the log is broken at `{path}`: {why}")]
    Chain {
        /// Path in the store.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// A file was written by a later version.
    #[error("`{path}` is of format `{found}`, this program reads up to `{expected}`")]
    Newer {
        /// Path in the store.
        path: String,
        /// What it says.
        found: u32,
        /// What this program reads.
        expected: u32,
    },
    /// The disk takes no writes.
    #[error("`{path}`: the disk is read-only")]
    ReadOnly {
        /// The file or folder.
        path: String,
    },
    /// The user may not write there.
    #[error("`{path}`: no permission to write there")]
    NoPermission {
        /// The file or folder.
        path: String,
    },
    /// Files cannot be created once here.
    #[error("`{folder}`: its file system has no hard links; the store needs them to create a file only once")]
    NoHardLinks {
        /// The store's folder.
        folder: String,
    },
    /// The bucket does not create an object only once.
    #[error(
        "store `{location}`: it overwrites an object that is there, expected that `If-None-Match: *` is refused"
    )]
    Lax {
        /// The store.
        location: String,
    },
    /// There is no such bucket.
    #[error("store `{location}`: there is no such bucket")]
    NoBucket {
        /// The store.
        location: String,
    },
    /// The bucket lets nobody in with these keys.
    #[error("`{path}`: the bucket refuses access")]
    Denied {
        /// The object.
        path: String,
        /// What it says.
        #[source]
        source: object_store::Error,
    },
    /// The endpoint is not encrypted, and not on this machine.
    #[error("endpoint `{endpoint}` is not encrypted, expected `https://`")]
    PlainHttp {
        /// The endpoint.
        endpoint: String,
    },
    /// Somebody else is at it.
    #[error("{0}")]
    Busy(Box<super::lease::Lease>),
    /// Somebody else took over what this process was doing.
    #[error("run `{run}` is not this process's any more: {why}")]
    LeaseLost {
        /// The run.
        run: String,
        /// Who has it.
        why: String,
    },
    /// Another snapshot became current while this one was made.
    #[error("snapshot `{snapshot}` was put together on `{base}`, and `{current}` is current now")]
    Superseded {
        /// The snapshot.
        snapshot: SnapshotId,
        /// What was current then.
        base: String,
        /// What is current now.
        current: String,
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
    /// Another snapshot keeps verdicts from this one.
    #[error("cannot vacuum snapshot `{snapshot}`: `{by}` keeps verdicts from it")]
    RestedOn {
        /// The snapshot.
        snapshot: SnapshotId,
        /// The other one.
        by: SnapshotId,
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
            Self::RestedOn { .. } => Some("it goes when that one is expired and deleted too"),
            Self::Empty => Some("`deklaro demo` or `deklaro run` publishes one"),
            Self::NotAllowed { .. } => Some("`deklaro history` shows where each snapshot stands"),
            Self::NoSuchSnapshot(_) => Some("`deklaro history` lists what was published"),
            Self::Newer { .. } | Self::Parquet { source: ParquetFileError::Newer { .. }, .. } => Some(
                "use the version of deklaro that wrote it, or a later one; `deklaro rollback` makes the snapshot before it current",
            ),
            Self::Corrupt { .. } | Self::Parquet { .. } => Some(
                "`deklaro verify` names every damaged file; put it back from a copy, or `deklaro rollback` to an earlier snapshot",
            ),
            Self::Changed { .. } => Some(
                "put the snapshot back from a copy of the store, or `deklaro rollback` to an earlier one; `deklaro verify --all` checks every snapshot",
            ),
            Self::Chain { .. } => Some(
                "put the log back from a copy of the store; until it holds nothing is published, changed or deleted",
            ),
            Self::ReadOnly { .. } | Self::NoPermission { .. } => {
                Some("make the store writable, or give another one with `--store`; nothing was written")
            }
            Self::NoHardLinks { .. } => {
                Some("put the store on ext4, xfs, btrfs, apfs or ntfs, or in a bucket (`--store s3://…`)")
            }
            Self::Lax { .. } => Some(
                "two runs would get the same lease; put the store on a server that honours `If-None-Match` (AWS S3 and MinIO do), or in a folder",
            ),
            Self::NoBucket { .. } => Some("make the bucket first, or check `--store` and AWS_ENDPOINT_URL"),
            Self::Denied { .. } => Some(
                "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION and the bucket's policy",
            ),
            Self::PlainHttp { .. } => {
                Some("set AWS_ALLOW_HTTP=true where the network in between can be trusted")
            }
            Self::Busy(_) => Some(
                "wait until it ends; if its process is gone, the same command works once the lease has expired: `deklaro run --wait-lease` waits for that, `deklaro leases break RUN --reason TEXT` takes it at once",
            ),
            Self::LeaseLost { .. } => Some("let the other process finish"),
            Self::Superseded { .. } => Some("`deklaro run --resume RUN` puts it together again on that one"),
            _ => None,
        }
    }

    /// True when the same call may go through later.
    pub fn is_temporary(&self) -> bool {
        matches!(
            self,
            Self::DiskFull { .. }
                | Self::Object { .. }
                | Self::Busy(_)
                | Self::LeaseLost { .. }
                | Self::Superseded { .. }
        )
    }

    /// What a store cannot do at all, whatever is asked of it.
    pub(super) fn of_disk(
        location: &StoreLocation,
        path: &str,
        source: &object_store::Error,
    ) -> Option<Self> {
        let is_bucketless = matches!(source, object_store::Error::NotFound { .. })
            && causes(source).any(|cause| cause.to_string().contains("NoSuchBucket"));
        if is_bucketless {
            return Some(Self::NoBucket { location: location.to_string() });
        }
        if is_without_links(source) {
            return Some(Self::NoHardLinks { folder: location.to_string() });
        }
        match io_of(source)?.kind() {
            ErrorKind::ReadOnlyFilesystem => Some(Self::ReadOnly { path: location.address_of(path) }),
            ErrorKind::PermissionDenied => Some(Self::NoPermission { path: location.address_of(path) }),
            _ => None,
        }
    }

    /// Sorts what `object_store` says into our cases; a full disk is found in the chain of sources.
    pub(super) fn object(path: &str, doing: &'static str, source: object_store::Error) -> Self {
        let path = path.to_owned();
        match source {
            object_store::Error::NotFound { .. } => Self::Missing { path },
            object_store::Error::AlreadyExists { .. } => Self::Exists { path },
            source @ (object_store::Error::Unauthenticated { .. }
            | object_store::Error::PermissionDenied { .. }) => Self::Denied { path, source },
            source if is_disk_full(&source) => Self::DiskFull { path },
            source if io_of(&source).is_some_and(|io| io.kind() == ErrorKind::ReadOnlyFilesystem) => {
                Self::ReadOnly { path }
            }
            source => Self::Object { path, doing, source },
        }
    }
}

/// The errors below an error, itself first.
fn causes<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| error.source())
}

/// What the operating system said, if it was asked.
fn io_of<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a std::io::Error> {
    causes(error).find_map(|cause| cause.downcast_ref::<std::io::Error>())
}

fn is_disk_full(error: &(dyn std::error::Error + 'static)) -> bool {
    io_of(error).is_some_and(|io| matches!(io.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded))
}

/// `link(2)`: no hard links (EPERM on vfat and exfat, ENOTSUP or ENOSYS on some network and FUSE file systems), or no more of
/// them (EMLINK). Of what object_store does only the step that gives a file its name makes a link.
fn is_without_links(error: &(dyn std::error::Error + 'static)) -> bool {
    let is_naming = causes(error).any(|cause| {
        let text = cause.to_string();
        text.starts_with("Unable to rename file") || text.starts_with("Unable to copy file")
    });
    is_naming
        && io_of(error)
            .and_then(std::io::Error::raw_os_error)
            .is_some_and(|code| [1, 31, 38, 95].contains(&code))
}

/// A failure of the local disk as the store names it.
pub(crate) fn io(path: &str, doing: &'static str, source: std::io::Error) -> StoreError {
    StoreError::object(path, doing, object_store::Error::Generic { store: "local", source: Box::new(source) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("Unable to {0}: {1}")]
    struct Doing(&'static str, #[source] std::io::Error);

    /// As object_store gives it: its own error around the system's.
    fn said(doing: &'static str, code: i32) -> Option<String> {
        let source = Box::new(Doing(doing, std::io::Error::from_raw_os_error(code)));
        let error = object_store::Error::Generic { store: "LocalFileSystem", source };
        let store = StoreLocation::Folder("/lake".into());
        StoreError::of_disk(&store, "refs/log/1.json", &error).map(|error| error.to_string())
    }

    #[test]
    fn what_a_disk_cannot_do_is_told_from_what_failed_this_time() {
        for code in [1, 31, 38, 95] {
            assert_eq!(
                said("rename file", code).unwrap(),
                "`/lake`: its file system has no hard links; the store needs them to create a file only once"
            );
        }
        assert_eq!(said("open file", 30).unwrap(), "`/lake/refs/log/1.json`: the disk is read-only");
        assert_eq!(said("open file", 13).unwrap(), "`/lake/refs/log/1.json`: no permission to write there");
        assert_eq!(said("open file", 5), None, "an input/output error");
    }
}
