//! A location says where a store is: a folder, or an S3 bucket with a prefix.

use serde::Deserialize;
use std::path::PathBuf;
use std::str::FromStr;

/// A folder, or a bucket with the prefix of every object's name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum StoreLocation {
    /// A folder on this machine.
    Folder(PathBuf),
    /// `s3://bucket/prefix`.
    S3 {
        /// The bucket.
        bucket: String,
        /// The prefix, without slashes at its ends; may be empty.
        prefix: String,
    },
}

/// A text that names no store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no store, expected a folder or `s3://bucket/prefix`")]
pub struct LocationError(String);

impl StoreLocation {
    /// The whole name of an object or folder in the store, for people.
    pub fn address_of(&self, path: &str) -> String {
        match self {
            Self::Folder(folder) => folder.join(path).display().to_string(),
            Self::S3 { .. } => format!("{self}/{path}"),
        }
    }

    /// True for a folder on this machine.
    pub fn is_local(&self) -> bool {
        matches!(self, Self::Folder(_))
    }
}

impl FromStr for StoreLocation {
    type Err = LocationError;

    fn from_str(text: &str) -> Result<Self, LocationError> {
        let error = || LocationError(text.to_owned());
        let Some((scheme, rest)) = text.split_once("://") else {
            return if text.is_empty() { Err(error()) } else { Ok(Self::Folder(text.into())) };
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let is_plain = |part: &str| !part.is_empty() && part != "." && part != "..";
        let prefix = prefix.trim_end_matches('/');
        if scheme != "s3" || bucket.is_empty() || !(prefix.is_empty() || prefix.split('/').all(is_plain)) {
            return Err(error());
        }
        Ok(Self::S3 { bucket: bucket.to_owned(), prefix: prefix.to_owned() })
    }
}

impl TryFrom<String> for StoreLocation {
    type Error = LocationError;

    fn try_from(text: String) -> Result<Self, LocationError> {
        text.parse()
    }
}

impl std::fmt::Display for StoreLocation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "{}", folder.display()),
            Self::S3 { bucket, prefix } if prefix.is_empty() => write!(f, "s3://{bucket}"),
            Self::S3 { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_buckets_are_told_apart() {
        let s3 = |bucket: &str, prefix: &str| {
            Ok(StoreLocation::S3 { bucket: bucket.to_owned(), prefix: prefix.to_owned() })
        };
        assert_eq!("s3://b/some/lake/".parse(), s3("b", "some/lake"));
        assert_eq!("s3://b".parse(), s3("b", ""));
        assert_eq!("data/lake".parse(), Ok(StoreLocation::Folder("data/lake".into())));
        for text in ["", "s3://", "s3:///lake", "gs://b/lake", "s3://b/../lake", "s3://b//lake"] {
            assert!(text.parse::<StoreLocation>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_object_is_named_as_the_store_is() {
        let location: StoreLocation = "s3://b/lake".parse().unwrap();
        assert_eq!(location.address_of("refs/log"), "s3://b/lake/refs/log");
    }
}
