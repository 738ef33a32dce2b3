//! Which files of a folder are logs, by their names: as they are written, and as logrotate leaves them.

/// Endings of log files.
const ENDINGS: [&str; 3] = ["ndjson", "jsonl", "log"];
/// Words of a name that tell of a log which is kept in a way that is not read here.
const WORDS: [&str; 6] = ["ndjson", "jsonl", "log", "logs", "syslog", "journal"];

/// What a file is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// Lines of a log.
    Log,
    /// The same, compressed with gzip.
    Compressed,
    /// Something else; true where the name speaks of logs.
    Other(bool),
}

impl Named {
    /// Of a file with this name: `a.ndjson`, `a.ndjson.1`, `a.log-20261101`, `a.log.2.gz`.
    pub(super) fn of(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let (plain, is_compressed) =
            name.strip_suffix(".gz").map_or((name.as_str(), false), |plain| (plain, true));
        let ending = unrotated(plain).rsplit_once('.').map(|(_, ending)| ending);
        match ending.is_some_and(|ending| ENDINGS.contains(&ending)) {
            true if is_compressed => Self::Compressed,
            true => Self::Log,
            false => {
                let mut words = name.split(|letter: char| !letter.is_alphanumeric());
                Self::Other(words.any(|word| WORDS.contains(&word)))
            }
        }
    }

    /// True for what may hold lines of a log.
    pub(super) fn is_like_log(self) -> bool {
        !matches!(self, Self::Other(false))
    }
}

/// The name without the number or the day that logrotate puts behind it.
fn unrotated(name: &str) -> &str {
    let Some((before, count)) = name.rsplit_once(['.', '-']) else { return name };
    let is_count = !count.is_empty() && count.bytes().all(|digit| digit.is_ascii_digit());
    if is_count { before } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_as_they_are_written_and_rotated_are_told_from_the_rest() {
        for log in ["a.ndjson", "a.jsonl", "A.LOG", "a.ndjson.1", "a.log.12", "a.log-20261101", "a.1.log"] {
            assert_eq!(Named::of(log), Named::Log, "{log}");
        }
        for log in ["a.ndjson.gz", "a.ndjson.2.gz", "a.log-20261101.gz"] {
            assert_eq!(Named::of(log), Named::Compressed, "{log}");
        }
        for like in ["a.ndjson.old", "a.log.zst", "a.log.1.xz", "syslog", "access_log", "log"] {
            assert_eq!(Named::of(like), Named::Other(true), "{like}");
        }
        for other in ["notes.txt", "catalog.json", "a.1", "data.csv.gz", ""] {
            assert_eq!(Named::of(other), Named::Other(false), "{other}");
        }
    }
}
