//! What cells say besides data: totals rows, stand-ins for nothing, yes and no, hosts that are nobody's own.

use crate::ImportError;
use deklaro_schemas::codes::ReasonCode;
use deklaro_schemas::{HostKey, fold};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};

/// The words of `data/maps/cells.toml`, folded.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    totals: HashSet<String>,
    placeholders: HashSet<String>,
    yes: HashSet<String>,
    no: HashSet<String>,
    /// Hosts that are nobody's own, with the reason.
    foreign: HashMap<String, ReasonCode>,
    longest_placeholder: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    totals: Vec<String>,
    placeholders: Vec<String>,
    yes: Vec<String>,
    no: Vec<String>,
    social_media: HashSet<String>,
    shorteners: HashSet<String>,
}

impl Words {
    pub(crate) fn builtin() -> Self {
        let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/maps/cells.toml"));
        Self::parse("data/maps/cells.toml", text).expect("the built-in words are read by a test")
    }

    fn parse(file: &str, text: &str) -> Result<Self, ImportError> {
        let parsed: WordsFile =
            toml::from_str(text).map_err(|error| ImportError::toml(file, text, &error))?;
        let folded = |words: &[String]| words.iter().map(|word| fold(word)).collect::<HashSet<_>>();
        let all_of = |hosts: HashSet<String>, reason| hosts.into_iter().map(move |host| (host, reason));
        let shorteners = all_of(parsed.shorteners, ReasonCode::HostIsShortener);
        let social_media = all_of(parsed.social_media, ReasonCode::HostIsSocialMedia);
        Ok(Self {
            longest_placeholder: parsed.placeholders.iter().map(String::len).max().unwrap_or(0) + 8,
            totals: folded(&parsed.totals),
            placeholders: folded(&parsed.placeholders),
            yes: folded(&parsed.yes),
            no: folded(&parsed.no),
            foreign: shorteners.chain(social_media).collect(),
        })
    }

    /// True for an empty text and for what people write instead: `---`, `n/a`, `geen`, a scheme without a host.
    pub(crate) fn is_missing(&self, text: &str) -> bool {
        if text.len() > self.longest_placeholder {
            return !text.chars().any(char::is_alphanumeric);
        }
        // A scheme and a dot are an address.
        if text.contains("://") && text.contains('.') {
            return false;
        }
        // A dot before two letters or more is a host's; `n.v.t.` and `k. A.` have none.
        if text
            .rsplit_once('.')
            .is_some_and(|(_, last)| last.len() > 1 && last.bytes().all(|b| b.is_ascii_alphabetic()))
        {
            return false;
        }
        let folded = fold(text);
        folded.is_empty() || self.placeholders.contains(&folded)
    }

    /// True when the text starts a totals row: `Total`, `Summe: 320`.
    pub(crate) fn is_total(&self, text: &str) -> bool {
        let words = text.trim_end_matches(|c: char| !c.is_alphabetic());
        words.len() <= 40 && self.totals.contains(&fold(words))
    }

    /// What a cell says for yes or no; nothing for anything else.
    pub(crate) fn truth(&self, text: &str) -> Option<bool> {
        match text {
            "TRUE" => return Some(true),
            "FALSE" => return Some(false),
            _ => {}
        }
        if text.len() > 40 {
            return None;
        }
        let folded = fold(text);
        if self.yes.contains(&folded) { Some(true) } else { self.no.contains(&folded).then_some(false) }
    }

    /// Why this host is nobody's own website: a social network or a link shortener.
    pub(crate) fn foreign(&self, host: &HostKey) -> Option<ReasonCode> {
        let mut names =
            std::iter::successors(Some(host.as_str()), |name| name.split_once('.').map(|(_, parent)| parent));
        names.find_map(|name| self.foreign.get(name).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins_are_missing_and_hosts_are_not() {
        let words = Words::builtin();
        for text in
            ["", "  ", "---", "n/a", "N.v.t.", "geen", "http://", "https://", "k. A.", "…………………………………………"]
        {
            assert!(words.is_missing(text), "{text}");
        }
        for text in ["a.at", "www.wien.gv.at", "na.gov.uk", "0"] {
            assert!(!words.is_missing(text), "{text}");
        }
    }

    #[test]
    fn totals_and_truths() {
        let words = Words::builtin();
        assert!(words.is_total("Total") && words.is_total("Summe: 320") && words.is_total("ΣΥΝΟΛΟ"));
        assert!(!words.is_total("Totalförsvaret") && !words.is_total("total.example.at"));
        for (text, truth) in [("TRUE", true), ("ja", true), ("1", true), ("Falsch", false), ("nee", false)] {
            assert_eq!(words.truth(text), Some(truth), "{text}");
        }
        assert_eq!(words.truth("perhaps"), None);
    }

    #[test]
    fn foreign_hosts_by_whole_labels() {
        let words = Words::builtin();
        let foreign = |host: &str| words.foreign(&HostKey::parse(host).unwrap());
        assert_eq!(foreign("www.facebook.com"), Some(ReasonCode::HostIsSocialMedia));
        assert_eq!(foreign("bit.ly"), Some(ReasonCode::HostIsShortener));
        assert_eq!(foreign("notfacebook.com"), None);
        assert_eq!(foreign("x.company"), None);
    }
}
