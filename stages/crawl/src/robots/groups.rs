//! Lines to groups, and the group that applies to one crawler (RFC 9309 sections 2.2.1 and 2.2.4).

use super::agents::{AgentName, is_everyone};
use super::keys::{Key, key_of};
use super::octets::normalise_pattern;
use std::time::Duration;

/// Octets of a line that count; Google's parser cuts there too, at eight times the longest URL browsers took.
const MAX_LINE_BYTES: usize = 8 * 2_083 - 1;

/// One `allow` or `disallow` line that is not empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Rule {
    pub(super) is_allow: bool,
    /// In the spelling of [`normalise_pattern`].
    pub(super) pattern: String,
}

/// All groups for one agent, merged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Group {
    pub(super) rules: Vec<Rule>,
    pub(super) crawl_delay: Option<Duration>,
}

/// What a line says. Everything else is no part of the protocol and must not change how these are read (2.2.4).
enum Line<'a> {
    Agent(&'a [u8]),
    Rule(bool, &'a [u8]),
    CrawlDelay(&'a [u8]),
}

/// The merged groups that name this crawler; without any, those for `*`; without those, an empty one.
pub(super) fn group_for(text: &[u8], agent: &AgentName) -> Group {
    let (mut own, mut general) = (None::<Group>, Group::default());
    let (mut is_own, mut is_general, mut is_naming) = (false, false, false);
    for line in text.split(|octet| matches!(octet, b'\n' | b'\r')).filter_map(read_line) {
        if let Line::Agent(name) = line {
            if !is_naming {
                (is_own, is_general, is_naming) = (false, false, true);
            }
            is_own |= agent.is_named_by(name);
            is_general |= is_everyone(name);
            if is_own {
                own.get_or_insert_default();
            }
            continue;
        }
        is_naming &= matches!(line, Line::CrawlDelay(_));
        let groups = [own.as_mut().filter(|_| is_own), Some(&mut general).filter(|_| is_general)];
        groups.into_iter().flatten().for_each(|group| group.add(&line));
    }
    own.unwrap_or(general)
}

impl Group {
    fn add(&mut self, line: &Line<'_>) {
        match *line {
            Line::Agent(_) | Line::Rule(_, b"") => {}
            Line::Rule(is_allow, path) => {
                self.rules.push(Rule { is_allow, pattern: normalise_pattern(path) });
            }
            Line::CrawlDelay(value) => self.crawl_delay = self.crawl_delay.or(seconds(value)),
        }
    }
}

/// Fractions are common in the wild; anything but a positive number is no delay.
fn seconds(value: &[u8]) -> Option<Duration> {
    let seconds: f64 = std::str::from_utf8(value).ok()?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok().filter(|delay| !delay.is_zero())
}

fn read_line(line: &[u8]) -> Option<Line<'_>> {
    let line = &line[..line.len().min(MAX_LINE_BYTES)];
    // Files put together from several hold a mark in the middle, too.
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    let line = line.split(|octet| *octet == b'#').next().unwrap_or(b"");
    let (key, value) = split_key(line.trim_ascii())?;
    match key_of(key)? {
        Key::UserAgent => Some(Line::Agent(value)),
        Key::Allow => Some(Line::Rule(true, value)),
        Key::Disallow => Some(Line::Rule(false, value)),
        Key::CrawlDelay => Some(Line::CrawlDelay(value)),
    }
}

/// Splits at the colon; where it was forgotten, at the blank between exactly two words.
fn split_key(line: &[u8]) -> Option<(&[u8], &[u8])> {
    if let Some(colon) = line.iter().position(|octet| *octet == b':') {
        return Some((line[..colon].trim_ascii(), line[colon + 1..].trim_ascii()));
    }
    let blank = line.iter().position(u8::is_ascii_whitespace)?;
    let (key, value) = (&line[..blank], line[blank..].trim_ascii());
    (!value.iter().any(u8::is_ascii_whitespace)).then_some((key, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(text: &str, token: &str) -> Vec<String> {
        let rules = group_for(text.as_bytes(), &AgentName::new(token)).rules;
        rules
            .iter()
            .map(|rule| format!("{}{}", if rule.is_allow { "+" } else { "-" }, rule.pattern))
            .collect()
    }

    #[test]
    fn groups_of_one_agent_are_merged() {
        let text = "user-agent: a\ndisallow: /1\n\nuser-agent: b\ndisallow: /2\nuser-agent: A/2.0\nallow: /3";
        assert_eq!(patterns(text, "a"), ["-/1", "+/3"]);
        assert_eq!(patterns(text, "b"), ["-/2"]);
        assert_eq!(patterns(text, "c"), [""; 0]);
    }

    #[test]
    fn other_lines_do_not_split_a_group() {
        let text =
            "user-agent: a\nsitemap: https://x/\ncrawl-delay: 3\nfoo: bar\nuser-agent: b\ndisallow: /1";
        assert_eq!(patterns(text, "a"), ["-/1"]);
        assert_eq!(patterns(text, "b"), ["-/1"]);
    }

    #[test]
    fn an_own_group_without_rules_hides_the_general_one() {
        let text = "user-agent: *\ndisallow: /\nuser-agent: a";
        assert_eq!(patterns(text, "a"), [""; 0]);
        assert_eq!(patterns(text, "b"), ["-/"]);
    }

    #[test]
    fn delays_are_read_as_seconds() {
        let delay = |text: &str| group_for(text.as_bytes(), &AgentName::new("a")).crawl_delay;
        assert_eq!(delay("user-agent: *\ncrawl-delay: 2.5"), Some(Duration::from_millis(2_500)));
        assert_eq!(
            delay("user-agent: *\ncrawl-delay: 1\nuser-agent: a\ncrawl-delay: 7"),
            Some(Duration::from_secs(7))
        );
        for value in ["-1", "x", "", "NaN", "inf", "1e400", "0"] {
            assert_eq!(delay(&format!("user-agent: *\ncrawl-delay: {value}")), None, "{value}");
        }
    }
}
