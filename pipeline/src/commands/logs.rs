//! `deklaro logs`: how long log files are kept.

use crate::cli::{Logs, LogsWhat, Prune};
use crate::exit::{BadFile, Exit, UsageError};
use crate::logs::{FileReport, Key, MIN_KEY_BYTES, prune};
use crate::output;
use crate::run::now;
use serde::Serialize;

/// What was done, or would be.
#[derive(Debug, Serialize)]
struct Pruned {
    is_applied: bool,
    files: Vec<FileReport>,
}

/// `deklaro logs`, which needs no store.
pub(crate) fn logs(asked: &Logs) -> anyhow::Result<Exit> {
    let LogsWhat::Prune(asked) = &asked.what;
    let at = asked.now.as_deref().map(|text| super::health::moment("--now", text)).transpose()?.unwrap_or_else(now);
    let key = if asked.apply { Some(key(asked)?) } else { None };
    let files = prune(&asked.folder, at, key.as_ref())?;
    let pruned = Pruned { is_applied: asked.apply, files };
    if asked.output.json {
        output::json(&pruned)?;
    } else {
        output::text(&text(&pruned))?;
    }
    Ok(Exit::Done)
}

/// The key of the hashes, from its file or the environment.
fn key(asked: &Prune) -> anyhow::Result<Key> {
    let bytes = match (&asked.key_file, &asked.key) {
        (Some(path), _) => std::fs::read(path).map_err(|source| BadFile { path: path.clone(), source })?,
        (None, Some(key)) => key.clone().into_bytes(),
        (None, None) => Vec::new(),
    };
    Key::of(&bytes).ok_or_else(|| {
        let message = format!("the key has fewer than {MIN_KEY_BYTES} bytes");
        UsageError::new(message, "`--key-file FILE` or DEKLARO_LOG_KEY, as from `openssl rand -hex 32`")
            .into()
    })
}

fn text(pruned: &Pruned) -> String {
    let mut text = String::new();
    for file in &pruned.files {
        let FileReport { kept, hashed, gone, .. } = file;
        let note = if file.is_in_use && file.is_due() { "  in use: rotate it first" } else { "" };
        text.push_str(&format!("{}  {kept} kept  {hashed} hashed  {gone} gone{note}\n", file.file));
    }
    let is_due = pruned.files.iter().any(|file| file.is_due() && !file.is_in_use);
    text.push_str(match (is_due, pruned.is_applied) {
        (false, _) => "nothing to do\n",
        (true, true) => "done; pruned.ndjson has a tombstone with the hash of each file as it was\n",
        (true, false) => "would be done; `--apply` does it\n",
    });
    text
}
