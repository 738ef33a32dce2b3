//! Any bytes as a zip file: what the zip crate opens by name, calamine's way, is in our listing, and unpacks to no more.

use deklaro_import::doors::archive;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Bytes of an entry that are unpacked, to keep the target fast.
const MAX_READ: u64 = 1 << 20;

/// Checks one input.
pub fn check(bytes: &[u8]) {
    let Some(listed) = archive(bytes) else { return };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("it was listed");
    let names: Vec<String> =
        archive.file_names().map(|name| name.expect("it was listed").into_owned()).collect();
    assert_eq!(names.len(), listed.len());
    for name in names {
        let (_, unpacked) =
            listed.iter().find(|(listed, _)| *listed == name).expect("an entry that is not listed");
        let Ok(entry) = archive.by_name(&name) else { continue };
        let mut found = Vec::new();
        let _ = entry.take(MAX_READ).read_to_end(&mut found);
        assert!(found.len() as u64 <= *unpacked, "`{name}`");
    }
}
