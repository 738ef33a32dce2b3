//! gzip and zip files around lists, unpacked in memory under a cap.

use super::archive::MAX_UNPACKED;
use super::damaged::damaged;
use super::metered::{Metered, Packed};
use crate::ImportError;
use crate::file::File;
use flate2::read::MultiGzDecoder;
use std::io::Read;
use zip::ZipArchive;
use zip::result::ZipError;

/// Bytes that one packed list may unpack to; the largest real one has 10 MB.
const MAX_LIST: u64 = 512 << 20;
/// Files of an archive that are looked at.
const MAX_PARTS: usize = 1_000;

/// What is inside a gzip file.
pub(super) fn gunzip(file: &File<'_>, bytes: &[u8]) -> Result<Vec<u8>, ImportError> {
    capped(file, MultiGzDecoder::new(bytes), MAX_LIST)
}

/// Reads to the end, or to the cap: what an archive declares of its sizes is not believed.
fn capped(file: &File<'_>, packed: impl Read, limit: u64) -> Result<Vec<u8>, ImportError> {
    let mut unpacked = Vec::new();
    let packed = file.budget.reader(packed);
    packed.take(limit + 1).read_to_end(&mut unpacked).map_err(|error| damaged(file, None, &error))?;
    if unpacked.len() as u64 > limit {
        let found = unpacked.len() as u64;
        return Err(ImportError::TooLarge {
            file: file.name.to_owned(),
            what: "unpacked bytes".into(),
            found,
            limit,
        });
    }
    Ok(unpacked)
}

/// The files of a zip archive, one after the other, by name.
pub(super) struct Parts<'b> {
    archive: ZipArchive<Metered<'b>>,
    names: std::vec::IntoIter<String>,
    left: u64,
}

impl<'b> Parts<'b> {
    pub(super) fn open(file: &File<'_>, packed: Packed<'b>) -> Result<Self, ImportError> {
        let archive = ZipArchive::new(packed.reader()).map_err(|error| damaged(file, None, &error))?;
        let mut names = Vec::new();
        for name in archive.file_names() {
            let name = name.map_err(|error| damaged(file, None, &error))?.into_owned();
            // A Mac's archives carry a shadow of each file.
            let is_shadow = name.starts_with("__MACOSX/")
                || name.rsplit('/').next().is_some_and(|name| name.starts_with('.'));
            if !name.ends_with('/') && !is_shadow {
                names.push(name);
            }
        }
        if names.len() > MAX_PARTS {
            let (found, limit) = (names.len() as u64, MAX_PARTS as u64);
            return Err(ImportError::TooLarge {
                file: file.name.to_owned(),
                what: "files".into(),
                found,
                limit,
            });
        }
        names.sort();
        Ok(Self { archive, names: names.into_iter(), left: MAX_UNPACKED })
    }

    /// The next file's name and content.
    pub(super) fn next(&mut self, file: &File<'_>) -> Result<Option<(String, Vec<u8>)>, ImportError> {
        let Some(name) = self.names.next() else { return Ok(None) };
        let part = self.archive.by_name(&name).map_err(|error| match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
                ImportError::Locked { file: file.name.to_owned() }
            }
            error => damaged(file, Some(&name), &error),
        })?;
        let bytes = capped(file, part, MAX_LIST.min(self.left))?;
        self.left -= bytes.len() as u64;
        Ok(Some((name, bytes)))
    }
}
