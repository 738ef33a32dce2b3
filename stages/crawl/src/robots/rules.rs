//! The rules that apply to one crawler, and what they say of a URL.

use super::agents::AgentName;
use super::decode::decode;
use super::groups::{Group, Rule, group_for};
use super::markup::without_markup;
use super::octets::{matches, normalise_path};
use robotstxt::matcher::{RobotsMatchStrategy, RobotsMatcher};
use std::time::Duration;

/// Octets looked at to decide one URL; the longest honest files take a tenth of it.
const MAX_STEPS: u64 = 20_000_000;

/// Files whose rules are longer may take long, and are not decided between other tasks.
const QUICK_BYTES: usize = 64 << 10;

/// What robots.txt says of one URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// True when it may be fetched.
    pub is_allowed: bool,
    /// The rule that decided, in canonical spelling; none when no rule matches.
    pub rule: Option<String>,
    /// True when the rules take more steps than any site needs. Nothing is allowed then.
    pub is_too_costly: bool,
}

/// The rules of a robots.txt for one crawler: its groups merged, all else dropped.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rules(Group);

impl Rules {
    /// Reads a file for the crawler of this name (RFC 9309 section 2.2). Never fails: what is not understood is no rule.
    pub fn parse(file: &[u8], user_agent: &str) -> Self {
        Self(group_for(&without_markup(&decode(file)), &AgentName::new(user_agent)))
    }

    /// The same for a file of which only the first part was read: its last line may be half a rule, and does not count.
    pub(crate) fn parse_cut(file: &[u8], user_agent: &str) -> Self {
        let end = file.iter().rposition(|octet| matches!(octet, b'\n' | b'\r')).unwrap_or(0);
        Self::parse(&file[..end], user_agent)
    }

    /// The Crawl-delay of the group; not part of RFC 9309, but widely asked for.
    pub fn crawl_delay(&self) -> Option<Duration> {
        self.0.crawl_delay
    }

    /// Memory held, for the cache.
    pub(crate) fn weight(&self) -> usize {
        self.0.rules.iter().map(|rule| rule.pattern.len() + size_of::<Rule>()).sum()
    }

    /// True when a decision may take long.
    pub(super) fn is_long(&self) -> bool {
        self.weight() > QUICK_BYTES
    }

    /// What the rules say of a URL: the longest match wins, allow wins a tie (RFC 9309 section 2.2.2).
    ///
    /// Only lines that match are handed to the matcher, so a file of thousands of rules costs one pass over them.
    pub fn decide(&self, url: &str) -> Decision {
        let path = normalise_path(robotstxt::get_path_params_query(url).as_bytes());
        // The file itself may always be fetched (section 2.2.2).
        if path == "/robots.txt" {
            return Decision { is_allowed: true, rule: None, is_too_costly: false };
        }
        let Some(matching) = self.matching(&path) else {
            return Decision { is_allowed: false, rule: None, is_too_costly: true };
        };
        if matching.is_empty() {
            return Decision { is_allowed: true, rule: None, is_too_costly: false };
        }
        let text: String = std::iter::once("user-agent: *\n".to_owned())
            .chain(matching.iter().map(|rule| line(rule)))
            .collect();
        let address = format!("http://host{path}");
        let mut matcher = RobotsMatcher::<LinearMatch>::default();
        let is_allowed = matcher.one_agent_allowed_by_robots(&text, "*", &address);
        let deciding =
            matching.iter().filter(|rule| rule.is_allow == is_allowed).max_by_key(|rule| rule.pattern.len());
        let rule = deciding.map(|rule| line(rule).trim_end().to_owned());
        Decision { is_allowed, rule, is_too_costly: false }
    }

    /// The rules that match a path; none where that takes too many steps.
    fn matching(&self, path: &str) -> Option<Vec<&Rule>> {
        let mut steps = MAX_STEPS;
        let mut matching = Vec::new();
        for rule in &self.0.rules {
            if matches(path.as_bytes(), rule.pattern.as_bytes(), &mut steps)? {
                matching.push(rule);
            }
        }
        Some(matching)
    }
}

fn line(rule: &Rule) -> String {
    format!("{}: {}\n", if rule.is_allow { "allow" } else { "disallow" }, rule.pattern)
}

/// robotstxt's own matching takes time that grows with the square of the path; this takes path times pattern. It is asked
/// only of rules that matched, so their steps last.
#[derive(Default)]
struct LinearMatch;

impl RobotsMatchStrategy for LinearMatch {
    fn match_allow(&self, path: &str, pattern: &str) -> i32 {
        let is_match = matches(path.as_bytes(), pattern.as_bytes(), &mut MAX_STEPS.clone());
        if is_match == Some(true) { pattern.len() as i32 } else { -1 }
    }

    fn match_disallow(&self, path: &str, pattern: &str) -> i32 {
        self.match_allow(path, pattern)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decide(file: &str, url: &str) -> (bool, String) {
        let decision = Rules::parse(file.as_bytes(), "Deklaro/0.1").decide(url);
        (decision.is_allowed, decision.rule.unwrap_or_default())
    }

    #[test]
    fn the_longest_match_wins_and_allow_wins_a_tie() {
        let file = "user-agent: *\ndisallow: /a\nallow: /a/b\ndisallow: /a/b/c\nallow: /x\ndisallow: /x";
        assert_eq!(decide(file, "https://h.at/a/"), (false, "disallow: /a".into()));
        assert_eq!(decide(file, "https://h.at/a/b"), (true, "allow: /a/b".into()));
        assert_eq!(decide(file, "https://h.at/a/b/c?d"), (false, "disallow: /a/b/c".into()));
        assert_eq!(decide(file, "https://h.at/x"), (true, "allow: /x".into()));
        assert_eq!(decide(file, "https://h.at/y"), (true, String::new()));
    }

    #[test]
    fn robots_txt_itself_is_allowed() {
        assert!(decide("user-agent: *\ndisallow: /", "https://h.at/robots.txt").0);
        assert!(!decide("user-agent: *\ndisallow: /", "https://h.at/robots.txt.html").0);
    }

    #[test]
    fn a_web_page_has_no_rules() {
        assert!(decide("<!doctype html><html><p>User-agent: * Disallow: /</p>", "https://h.at/x").0);
    }

    #[test]
    fn rules_wrapped_into_a_web_page_are_read() {
        let file =
            "<html><body>\nUser-agent: Deklaro<br>\nDisallow: /a<br>\nCrawl-delay: 3<br>\n</body></html>";
        assert_eq!(decide(file, "https://h.at/a/b"), (false, "disallow: /a".into()));
        assert_eq!(Rules::parse(file.as_bytes(), "Deklaro").crawl_delay(), Some(Duration::from_secs(3)));
    }

    #[test]
    fn a_cut_file_loses_its_last_line_only() {
        let rules = Rules::parse_cut(b"user-agent: *\ndisallow: /a\ndisallow: /", "Deklaro");
        assert!(rules.decide("https://h.at/b").is_allowed);
        assert!(!rules.decide("https://h.at/a").is_allowed);
    }

    #[test]
    fn rules_that_take_too_many_steps_allow_nothing_but_the_file_itself() {
        let costly = format!("disallow: /*{}b\n", "a".repeat(2_000)).repeat(40);
        let rules = Rules::parse(format!("user-agent: *\nallow: /\n{costly}").as_bytes(), "Deklaro");
        let decision = rules.decide(&format!("https://h.at/{}", "a".repeat(4_000)));
        assert!(decision.is_too_costly && !decision.is_allowed, "{decision:?}");
        assert!(rules.is_long() && rules.decide("https://h.at/robots.txt").is_allowed);
        assert!(rules.decide("https://h.at/plain").is_allowed);
        // What a long honest file takes: fifty thousand rules, each with a star in front, and a long path.
        let long: String = (0..40_000).map(|n| format!("disallow: /*{n}/\n")).collect();
        let rules = Rules::parse(format!("user-agent: *\n{long}").as_bytes(), "Deklaro");
        assert!(!rules.decide(&format!("https://h.at/{}?a=b", "path/".repeat(40))).is_too_costly);
    }

    #[test]
    fn half_a_mebibyte_is_read() {
        let mut file = "# a comment line\n".repeat(500 * 1024 / 17 + 1).into_bytes();
        file.extend_from_slice(b"user-agent: *\ndisallow: /late");
        assert!(!Rules::parse(&file, "Deklaro").decide("https://h.at/late").is_allowed);
    }

    proptest! {
        #[test]
        fn any_file_is_decided(file in proptest::collection::vec(any::<u8>(), 0..400), path in "/\\PC{0,40}") {
            Rules::parse(&file, "Deklaro").decide(&format!("https://h.at{path}"));
        }

        #[test]
        fn a_rule_spelled_as_the_path_decides(path in "/[a-zA-Z0-9%._~?=&/-]{0,40}") {
            let file = format!("user-agent: deklaro\ndisallow: {path}\n");
            let is_file = path == "/robots.txt";
            prop_assert_eq!(decide(&file, &format!("https://h.at{path}")).0, is_file);
        }

        #[test]
        fn noise_between_the_lines_changes_nothing(
            noise in proptest::collection::vec("[b-z]{1,8}-x: [a-z/]{0,9}|#\\PC{0,9}|", 6),
            path in "/[a-d/]{0,6}",
        ) {
            let lines = ["user-agent: other", "user-agent: deklaro", "disallow: /a", "allow: /a/b", "user-agent: z", "disallow: /"];
            let plain = lines.join("\n");
            let noisy: Vec<String> = lines.iter().zip(&noise).map(|(line, noise)| format!("{noise}\r\n{line}")).collect();
            let url = format!("https://h.at{path}");
            prop_assert_eq!(decide(&plain, &url), decide(&noisy.join("\n"), &url));
        }
    }
}
