//! Ids name rows, runs and scans; a row id is a hash of the fields that identify the row.

use super::hash::{hasher, short, short_of};
use super::{CountryCode, HostKey, KeyError, PageUrl, RunMonth, Sha256, SnapshotId, text_key};
use crate::codes::ReasonCode;
use sha2::Digest;

/// A row id: the first 32 hexadecimal digits of a SHA-256 over the fields that identify the row.
macro_rules! hash_id {
    ($(#[$doc:meta])+ $id:ident) => {
        $(#[$doc])+
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $id(String);

        impl $id {
            /// Reads 32 hexadecimal digits.
            pub fn parse(text: &str) -> Result<Self, KeyError> {
                if text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
                    Ok(Self(text.to_ascii_lowercase()))
                } else {
                    Err(KeyError::new(text, "an id of 32 hexadecimal digits", ReasonCode::KeyMalformed))
                }
            }

            /// The 32 digits.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        text_key!($id);
    };
}

hash_id! {
    /// A workbook sheet: file content and sheet name.
    SourceId
}
hash_id! {
    /// A sheet row: file content, sheet name, row number.
    SeedId
}
hash_id! {
    /// A public body's host: country and canonical host name; the same in every month.
    HostId
}
hash_id! {
    /// A request made or refused: host, month, round, URL, attempt.
    FetchId
}

impl SourceId {
    /// The id of a sheet.
    pub fn of(file_sha256: &Sha256, sheet: &str) -> Self {
        Self(short(["source", file_sha256.as_str(), sheet]))
    }
}

impl SeedId {
    /// The id of a sheet's row; `part` counts the URLs of one row from 0.
    pub fn of(file_sha256: &Sha256, sheet: &str, row_number: i64, part: usize) -> Self {
        SeedIds::new(file_sha256, sheet).seed_id(row_number, part)
    }
}

/// The ids of a sheet's rows; what they share is hashed once.
#[derive(Debug, Clone)]
pub struct SeedIds(sha2::Sha256);

impl SeedIds {
    /// The ids of this sheet of this file.
    pub fn new(file_sha256: &Sha256, sheet: &str) -> Self {
        Self(hasher(["seed", file_sha256.as_str(), sheet]))
    }

    /// The id of a row; `part` counts the URLs of one row from 0.
    pub fn seed_id(&self, row_number: i64, part: usize) -> SeedId {
        let mut hasher = self.0.clone();
        for field in [row_number.to_string(), part.to_string()] {
            hasher.update(field);
            hasher.update([0]);
        }
        SeedId(short_of(hasher))
    }
}

impl HostId {
    /// The id of a host in a country.
    pub fn of(country: CountryCode, host: &HostKey) -> Self {
        Self(short(["host", country.as_str(), host.as_str()]))
    }
}

impl FetchId {
    /// The id of one attempt at one URL.
    pub fn of(host: &HostId, month: RunMonth, round: i32, url: &PageUrl, attempt: i32) -> Self {
        let (month, round, attempt) = (month.to_string(), round.to_string(), attempt.to_string());
        Self(short(["fetch", host.as_str(), &month, &round, url.as_str(), &attempt]))
    }
}

/// One run of the pipeline: the name of its staging folder, `2026-11-<8 hexadecimal digits>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(String);

impl RunId {
    /// A run of this month, told apart from others by `nonce`.
    pub fn new(month: RunMonth, nonce: u32) -> Self {
        Self(format!("{month}-{nonce:08x}"))
    }

    /// Reads `YYYY-MM-xxxxxxxx`; anything else could leave the staging folder.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let error = || KeyError::new(text, "a run id such as `2026-11-0a1b2c3d`", ReasonCode::KeyMalformed);
        let (month, nonce) = text.split_at_checked(7).ok_or_else(error)?;
        RunMonth::parse(month).map_err(|_| error())?;
        let digits = nonce.strip_prefix('-').ok_or_else(error)?;
        if digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(error())
        }
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
text_key!(RunId);

/// One country in one run: `<snapshot>-<CC>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScanId(String);

impl ScanId {
    /// The scan of a country in the run that makes this snapshot.
    pub fn of(snapshot: &SnapshotId, country: CountryCode) -> Self {
        Self(format!("{snapshot}-{country}"))
    }

    /// Reads `YYYY-MM.N-CC`.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let error = || KeyError::new(text, "a scan id such as `2026-11.0-AT`", ReasonCode::KeyMalformed);
        let (snapshot, country) = text.rsplit_once('-').ok_or_else(error)?;
        let snapshot = SnapshotId::parse(snapshot).map_err(|_| error())?;
        let country = CountryCode::parse(country).map_err(|_| error())?;
        Ok(Self::of(&snapshot, country))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
text_key!(ScanId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_named_by_file_sheet_and_row() {
        let file = Sha256::of(b"a list");
        let whole = Sha256::of_fields(["seed", file.as_str(), "Sheet1", "12", "0"]);
        assert_eq!(SeedId::of(&file, "Sheet1", 12, 0).as_str(), &whole.as_str()[..32]);
    }

    #[test]
    fn a_host_keeps_its_id_over_the_months() {
        let host = HostKey::parse("www.wien.gv.at").unwrap();
        let at = CountryCode::parse("AT").unwrap();
        assert_eq!(HostId::of(at, &host), HostId::of(at, &HostKey::parse("WWW.wien.gv.at.").unwrap()));
        assert_ne!(HostId::of(at, &host), HostId::of(CountryCode::parse("DE").unwrap(), &host));
    }

    #[test]
    fn run_ids_cannot_leave_the_folder() {
        assert!(RunId::parse("2026-11-0a1b2c3d").is_ok());
        for text in ["../../etc", "2026-11-../../xx", "2026-11", "2026-13-00000000", "2026-11-0A1B2C3D"] {
            assert!(RunId::parse(text).is_err(), "{text}");
        }
    }
}
