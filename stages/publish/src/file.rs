//! A manifest's paths say which files lie in the snapshot's folder; `SHA256SUMS` lists their hashes.

use deklaro_schemas::stored::ManifestFile;

/// True for a file inside the snapshot's own folder; evidence lies outside it, under `../../evidence/`.
pub(crate) fn is_inside(file: &ManifestFile) -> bool {
    file.path.inside().is_some()
}

/// The glob over the folder the file lies in.
pub(crate) fn folder_glob(file: &ManifestFile) -> String {
    match file.path.as_str().rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/*.parquet"),
        None => "*.parquet".to_owned(),
    }
}

/// The files as `sha256sum --check` reads them, sorted by path.
pub fn sha256sums(files: &[ManifestFile]) -> String {
    let mut lines: Vec<_> = files.iter().map(|file| (&file.path, &file.sha256)).collect();
    lines.sort();
    lines.dedup();
    lines.iter().map(|(path, sha256)| format!("{sha256}  {path}\n")).collect()
}
