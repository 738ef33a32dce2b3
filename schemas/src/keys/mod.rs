//! A type for every key. Each is cleaned in its constructor, so that two equal keys are equal bytes.

mod country;
mod hash;
mod host;
mod ids;
mod language;
mod month;
mod page_url;
mod snapshot_id;
mod store_id;

pub use crate::codes::KeyError;
pub use country::CountryCode;
pub use hash::Sha256;
pub use host::HostKey;
pub use ids::{FetchId, HostId, RunId, ScanId, SeedId, SeedIds, SourceId};
pub use language::LanguageTag;
pub use month::RunMonth;
pub use page_url::{Authority, PageUrl};
pub use snapshot_id::SnapshotId;
pub use store_id::StoreId;

/// Text in, text out: `Display`, `FromStr`, serde as a string and an Arrow text column.
macro_rules! text_key {
    ($key:ident) => {
        impl std::fmt::Display for $key {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl std::str::FromStr for $key {
            type Err = $crate::keys::KeyError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }
        impl AsRef<str> for $key {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }
        impl serde::Serialize for $key {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }
        impl<'de> serde::Deserialize<'de> for $key {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
        impl $crate::ArrowColumn for $key {
            fn data_type() -> arrow::datatypes::DataType {
                arrow::datatypes::DataType::Utf8
            }
        }
    };
}
pub(crate) use text_key;
