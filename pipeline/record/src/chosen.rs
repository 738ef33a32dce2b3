//! Which snapshot and which moment somebody means on the command line.

use deklaro_console::UsageError;
use deklaro_schemas::{SnapshotId, Timestamp};
use deklaro_store::Store;

/// The snapshot that was asked for, or the current one.
pub async fn chosen(store: &Store, snapshot: Option<&SnapshotId>) -> anyhow::Result<SnapshotId> {
    let snapshot = match snapshot {
        Some(snapshot) => snapshot.clone(),
        None => store.current().await?,
    };
    // Its manifest says whether it is there, whole, and of a format this program reads.
    Ok(store.manifest(&snapshot).await?.snapshot)
}

/// A time as it is given on the command line, with this flag.
pub fn moment_of(flag: &str, text: &str) -> anyhow::Result<Timestamp> {
    let expected = "expected `2026-11-22T00:00:00Z`";
    Ok(text.parse().map_err(|error| UsageError::new(format!("`{flag} {text}`: {error}"), expected))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_is_none_is_refused_by_the_name_of_its_flag() {
        assert_eq!(moment_of("--now", "1970-01-01T00:00:01Z").unwrap(), Timestamp(1_000_000));
        for flag in ["--at", "--now"] {
            let error = moment_of(flag, "garbage").unwrap_err();
            assert!(
                error.is::<UsageError>() && error.to_string().starts_with(&format!("`{flag} garbage`: ")),
                "{error}"
            );
        }
    }
}
