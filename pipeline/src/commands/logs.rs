//! `deklaro logs`: how long log files are kept.

use crate::cli::{LogsArgs, LogsWhat, PruneArgs};
use deklaro_console::{BadFile, Exit, UsageError, now, output};
use deklaro_watch::logs::{Key, LogFileReport, Looked, MIN_KEY_BYTES, prune};
use serde::Serialize;

/// What was done, or would be.
#[derive(Debug, Serialize)]
struct Pruned {
    is_applied: bool,
    #[serde(flatten)]
    looked: Looked,
}

/// `deklaro logs`, which needs no store: exit 65 where a file could not be read, 1 where lines may be left that are due.
pub(crate) fn logs(asked: &LogsArgs) -> anyhow::Result<Exit> {
    let LogsWhat::Prune(asked) = &asked.what;
    let at = asked
        .now
        .as_deref()
        .map(|text| deklaro_record::moment_of("--now", text))
        .transpose()?
        .unwrap_or_else(now);
    let key = if asked.apply { Some(key(asked)?) } else { None };
    let pruned = Pruned { is_applied: asked.apply, looked: prune(&asked.folder, at, key.as_ref())? };
    if asked.output.json {
        output::json(&pruned)?;
    } else {
        output::text(&text(&pruned))?;
    }
    Ok(exit(&pruned.looked))
}

fn exit(looked: &Looked) -> Exit {
    let is_left = looked.skipped.iter().any(|one| one.is_like_log)
        || looked.files.iter().any(|file| file.is_due() && file.is_in_use);
    match (looked.failed.is_empty(), is_left) {
        (false, _) => Exit::BadInput,
        (true, true) => Exit::CheckFailed,
        (true, false) => Exit::Done,
    }
}

/// The key of the hashes, from its file or the environment.
fn key(asked: &PruneArgs) -> anyhow::Result<Key> {
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
    let Looked { files, skipped, failed } = &pruned.looked;
    let mut text = String::new();
    for file in files {
        let LogFileReport { kept, hashed, gone, .. } = file;
        let note = if file.is_in_use && file.is_due() { "  in use: rotate it first" } else { "" };
        let name = output::field(&file.file);
        text.push_str(&format!("{name}  {kept} kept  {hashed} hashed  {gone} gone{note}\n"));
    }
    for one in skipped {
        text.push_str(&format!("{}  skipped: {}\n", output::field(&one.file), one.why));
    }
    for one in failed {
        text.push_str(&format!("{}  NOT DONE: {}\n", output::field(&one.file), output::field(&one.problem)));
    }
    let is_due = files.iter().any(|file| file.is_due() && !file.is_in_use);
    text.push_str(match (is_due, pruned.is_applied) {
        (false, _) => "nothing to do\n",
        (true, true) => "done; pruned.ndjson has a tombstone with the hash of each file as it was\n",
        (true, false) => "would be done; `--apply` does it\n",
    });
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::Sha256;
    use deklaro_watch::logs::{Failed, Skipped};

    fn looked() -> Looked {
        let file = LogFileReport {
            file: "a.ndjson".to_owned(),
            sha256: Sha256::of(b""),
            kept: 1,
            hashed: 2,
            gone: 3,
            unreadable: 0,
            is_in_use: false,
        };
        Looked { files: vec![file], ..Looked::default() }
    }

    #[test]
    fn what_is_left_behind_decides_how_it_ends() {
        let mut looked = looked();
        assert_eq!(exit(&looked), Exit::Done);
        let skip =
            |is_like_log| Skipped { file: "b\u{1b}".to_owned(), why: "a link".to_owned(), is_like_log };
        looked.skipped.push(skip(false));
        assert_eq!(exit(&looked), Exit::Done);
        looked.skipped.push(skip(true));
        assert_eq!(exit(&looked), Exit::CheckFailed);
        looked.failed.push(Failed { file: "c.log".to_owned(), problem: "cut off".to_owned() });
        assert_eq!(exit(&looked), Exit::BadInput);
        insta::assert_snapshot!(text(&Pruned { is_applied: false, looked }), @r"
        a.ndjson  1 kept  2 hashed  3 gone
        b\u{1b}  skipped: a link
        b\u{1b}  skipped: a link
        c.log  NOT DONE: cut off
        would be done; `--apply` does it
        ");
    }

    #[test]
    fn a_file_in_use_that_is_due_is_left_behind() {
        let mut looked = looked();
        looked.files[0].is_in_use = true;
        assert_eq!(exit(&looked), Exit::CheckFailed);
        looked.files[0].hashed = 0;
        looked.files[0].gone = 0;
        assert_eq!(exit(&looked), Exit::Done);
    }
}
