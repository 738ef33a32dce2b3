//! What addresses may name: countries, months, hosts. Strict: a near miss is told, not guessed.

use super::problem::Problem;
use deklaro_schemas::{CountryCode, HostKey, RunMonth, SnapshotId};

/// Two capital letters; `UK` and `EL`, the union's own spellings, are `GB` and `GR`.
pub(crate) fn country(text: &str) -> Result<CountryCode, Problem> {
    let is_capital = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    let parsed = CountryCode::parse(text).ok().filter(|_| is_capital);
    parsed.ok_or_else(|| bad("country", text, "two capital letters such as `AT`"))
}

/// A month as `YYYY-MM`.
pub(crate) fn month(text: &str) -> Result<RunMonth, Problem> {
    RunMonth::parse(text).map_err(|_| bad("month", text, "a month such as `2026-11`, or `latest`"))
}

/// The name of a snapshot.
pub(crate) fn snapshot(text: &str) -> Result<SnapshotId, Problem> {
    SnapshotId::parse(text).map_err(|_| bad("snapshot", text, "a snapshot such as `2026-11.0`"))
}

/// The name of a scan: its snapshot and country.
pub(crate) fn scan(text: &str) -> Result<(SnapshotId, CountryCode), Problem> {
    let bad = || bad("scan id", text, "a scan id such as `2026-11.0-AT`");
    let (snapshot, country) = text.rsplit_once('-').ok_or_else(bad)?;
    let snapshot = SnapshotId::parse(snapshot).map_err(|_| bad())?;
    let country = self::country(country).map_err(|_| bad())?;
    Ok((snapshot, country))
}

/// A host name and nothing around it: import forgives addresses and ports, an API's client should know better.
pub(crate) fn host(text: &str) -> Result<HostKey, Problem> {
    let bad = || bad("host name", text, "a host name such as `www.example.at`");
    let is_more =
        |letter: char| letter.is_whitespace() || letter.is_control() || "/\\:?#@[]%".contains(letter);
    if text.len() > 1_000 || text.chars().any(is_more) {
        return Err(bad());
    }
    HostKey::parse(text).map_err(|_| bad())
}

fn bad(what: &str, text: &str, expected: &str) -> Problem {
    let shown: String = text.chars().take(80).flat_map(char::escape_debug).collect();
    Problem::bad_request(format!("{what} `{shown}`, expected {expected}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_two_capital_letters() {
        assert_eq!(country("AT").unwrap().as_str(), "AT");
        assert_eq!(country("UK").unwrap().as_str(), "GB");
        for text in ["at", "At", "", "A", "AUT", " A", "A1", "ÖÖ"] {
            assert!(country(text).is_err(), "{text}");
        }
    }

    #[test]
    fn hosts_are_hosts_and_nothing_else() {
        for (text, name) in [
            ("www.wien.gv.at", "www.wien.gv.at"),
            ("WIEN.gv.at.", "wien.gv.at"),
            ("bücher.de", "xn--bcher-kva.de"),
        ] {
            assert_eq!(host(text).unwrap().as_str(), name);
        }
        let long = "a.".repeat(130) + "at";
        for text in [
            "",
            ".",
            "..",
            "../x.at",
            "https://a.at",
            "a.at:443",
            "u@a.at",
            "a.at/x",
            "a b.at",
            "a\0.at",
            "a.at\n",
            "localhost",
            "127.0.0.1",
            "[::1]",
            "xn--zz--.at",
            "xn--a\u{ad}.at",
            "-a.at",
            &long,
            &"ü.".repeat(600),
        ] {
            assert!(host(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn scans_are_named_after_snapshot_and_country() {
        let (snapshot, country) = scan("2026-11.0-AT").unwrap();
        assert_eq!((snapshot.as_str(), country.as_str()), ("2026-11.0", "AT"));
        for text in ["", "2026-11.0", "2026-11.0-at", "2026-11.00-AT", "2026-13.0-AT", "2026-11.0-"] {
            assert!(scan(text).is_err(), "{text}");
        }
    }
}
