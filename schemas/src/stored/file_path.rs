//! Where may a file of a snapshot lie, whoever wrote the manifest?
//!
//! A manifest comes with the store, and a store may come from anybody. So a path is checked when it is read, and only then joined.

use crate::SnapshotId;
use crate::codes::ReasonCode;
use crate::keys::{KeyError, text_key};
use std::path::{Path, PathBuf};

/// The way from a snapshot's folder to the store's root.
pub(super) const TO_ROOT: &str = "../../";
/// What the folder of a snapshot's page bytes begins with, from the store's root.
pub(super) const EVIDENCE: &str = "evidence/snapshot=";
/// What a snapshot's folder holds besides the files that its manifest lists.
const OWN: [&str; 3] = ["manifest.json", "manifest.tsr", "claim.json"];
const MAX_PARTS: usize = 8;
const MAX_PART_BYTES: usize = 255;

/// The path of a file of a snapshot, from the snapshot's folder: inside that folder, or a file of page bytes.
///
/// Inside, each part begins with a letter or digit and has letters, digits, `.`, `_` and `-`. It does not end in a dot. There are at
/// most 8 parts of at most 255 bytes. `manifest.json`, `manifest.tsr` and `claim.json` are not listed files.
/// Page bytes lie at `../../evidence/snapshot=2026-11.0/part-00000.parquet`, and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilePath(String);

impl FilePath {
    /// Reads a path; fails for one that leaves the snapshot's folder, or could.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        if is_inside(text) || is_evidence(text) {
            return Ok(Self(text.to_owned()));
        }
        Err(KeyError::new(text, "the path of a file inside a snapshot", ReasonCode::KeyMalformed))
    }

    /// The path as a manifest lists it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path inside the snapshot's folder; nothing for page bytes.
    pub fn inside(&self) -> Option<&str> {
        (!self.0.starts_with(TO_ROOT)).then_some(&self.0)
    }

    /// Where a copy of the file lies below a folder.
    pub fn below(&self, folder: &Path) -> PathBuf {
        folder.join(self.bare())
    }

    /// Inside, the path from the snapshot's folder; for page bytes, from the store's root. It never begins with `/` or `..`.
    pub(super) fn bare(&self) -> &str {
        self.0.strip_prefix(TO_ROOT).unwrap_or(&self.0)
    }
}

text_key!(FilePath);

/// True for a path that stays in the snapshot's folder on every file system, and in a web address.
fn is_inside(text: &str) -> bool {
    let is_own = OWN.iter().any(|own| own.eq_ignore_ascii_case(text));
    !is_own && text.split('/').count() <= MAX_PARTS && text.split('/').all(is_plain)
}

fn is_plain(part: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    part.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric)
        && part.len() <= MAX_PART_BYTES
        && part.bytes().all(is_letter)
        && !part.ends_with('.')
}

/// True for exactly the path of a file of page bytes.
fn is_evidence(text: &str) -> bool {
    let of_file = |text: &str| {
        let (folder, file) = text.strip_prefix(TO_ROOT)?.rsplit_once('/')?;
        SnapshotId::parse(folder.strip_prefix(EVIDENCE)?).ok()?;
        file.strip_prefix("part-")?.strip_suffix(".parquet").map(str::to_owned)
    };
    let is_number =
        |text: String| (5..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    of_file(text).is_some_and(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every spelling that leaves the folder, means another file on some system, or names what is no listed file.
    const REFUSED: [&str; 48] = [
        "",
        "/",
        ".",
        "..",
        "/etc/passwd",
        "//etc/passwd",
        "../x",
        "../../x",
        "../../../x",
        "tables/../../x",
        "tables/..",
        "tables/.",
        "./tables/x",
        "tables/./x",
        "tables//x",
        "tables/x/",
        "tables/x/.",
        "tables/hosts/..parquet",
        "tables/x.",
        "tables/x ",
        " tables/x",
        "tables\\x",
        "..\\x",
        "C:\\x",
        "C:x",
        "file:x",
        "https://host.example/x",
        "~/x",
        ".ssh/x",
        "tables/.hidden",
        "-rf",
        "tables/%2e%2e/x",
        "tables/x\0",
        "tables/x\n",
        "tables/\u{202e}x",
        "tables/ｘ",
        "tables/*.parquet",
        "tables/a?b",
        "tables/$HOME",
        "a/b/c/d/e/f/g/h/i",
        "manifest.json",
        "Manifest.JSON",
        "manifest.tsr",
        "claim.json",
        "../../evidence/snapshot=2026-11.0/../x/part-00000.parquet",
        "../../evidence/snapshot=2026-11.00/part-00000.parquet",
        "../../evidence/snapshot=2026-11.0/part-0.parquet",
        "../../../evidence/snapshot=2026-11.0/part-00000.parquet",
    ];

    #[test]
    fn a_path_that_could_leave_its_folder_is_refused() {
        for text in REFUSED {
            let error = FilePath::parse(text).unwrap_err().to_string();
            assert!(error.ends_with("is not the path of a file inside a snapshot"), "{text:?}: {error}");
            let json = serde_json::to_string(text).unwrap();
            assert!(serde_json::from_str::<FilePath>(&json).is_err(), "{text:?}");
        }
        assert!(FilePath::parse(&"a".repeat(256)).is_err(), "a name no file system takes");
    }

    #[test]
    fn the_paths_that_snapshots_have_are_taken() {
        for text in ["README.md", "SHA256SUMS", "lineage/sbom.cdx.json", "reports/AT-websites-1.html"] {
            let path = FilePath::parse(text).unwrap();
            assert_eq!(path.inside(), Some(text));
            assert_eq!(path.below(Path::new("out/files")), Path::new("out/files").join(text));
        }
        for number in ["00003", "123456"] {
            let bare = format!("evidence/snapshot=2026-11.0/part-{number}.parquet");
            let path = FilePath::parse(&format!("../../{bare}")).unwrap();
            assert_eq!(path.inside(), None);
            assert_eq!(path.below(Path::new("out")), Path::new("out").join(bare));
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_taken_stays_below_the_folder(text in "[a-z0-9./=_~ \\\\-]{0,40}") {
            if let Ok(path) = FilePath::parse(&text) {
                let below = path.below(Path::new("/lake"));
                let is_normal = |part: std::path::Component<'_>| matches!(part, std::path::Component::Normal(_));
                proptest::prop_assert!(below.strip_prefix("/lake").unwrap().components().all(is_normal));
            }
        }
    }
}
