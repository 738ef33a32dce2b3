//! Which crawler a `user-agent` line means (RFC 9309 section 2.2.1).

/// The name every browser has claimed since 1994; crawlers that claim it too say who they are behind it.
const EVERYBODYS_NAME: &str = "mozilla";

/// A crawler's names as robots.txt files write them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AgentName {
    /// Up to the version, in lower case: `bot2` of `Bot2/1.0 (+https://…)`. Several where a list was given.
    names: Vec<String>,
    /// The same as they were given, comments included.
    wholes: Vec<String>,
}

/// A crawler's own name as groups know it: the part before the first octet that no product token holds (2.2.1).
pub fn product_token(user_agent: &str) -> &str {
    let is_outside = |c: char| !(c.is_ascii_alphabetic() || c == '-' || c == '_');
    &user_agent[..user_agent.find(is_outside).unwrap_or(user_agent.len())]
}

impl AgentName {
    /// The names in a `User-Agent` header, or in a list of them with commas between.
    pub(super) fn new(user_agent: &str) -> Self {
        let wholes: Vec<String> = listed(user_agent).map(str::to_ascii_lowercase).collect();
        let names = wholes.iter().flat_map(|whole| names_in(whole)).map(str::to_owned).collect();
        Self { names, wholes }
    }

    /// True when the value of a `user-agent` line names this crawler, alone or in a list.
    ///
    /// A token holds no digits, yet real files tell `bot1` from `bot2`. So a name that goes on behind its
    /// token is compared whole. The tokens decide only when one of the two names is a plain token. A comment
    /// names nobody, unless it is our whole header: `Mozilla/5.0 (compatible; other/1.0)` is not a line about
    /// `other`.
    pub(super) fn is_named_by(&self, value: &[u8]) -> bool {
        let value = std::str::from_utf8(value).unwrap_or("").trim();
        let named = value.split('(').next().unwrap_or_default();
        words(named).map(without_version).enumerate().any(|(place, word)| self.is_called(word, place == 0))
            || self.wholes.iter().any(|whole| whole.eq_ignore_ascii_case(value))
    }

    /// True for one of the names; the token alone counts only in front, where a name may be followed by more words.
    fn is_called(&self, word: &str, is_first: bool) -> bool {
        self.names
            .iter()
            .any(|name| word.eq_ignore_ascii_case(name) || (is_first && is_same_token(name, word)))
    }
}

fn is_same_token(name: &str, word: &str) -> bool {
    let (own, named) = (product_token(name), product_token(word));
    let is_one_plain = own.len() == name.len() || named.len() == word.len();
    is_one_plain && !own.is_empty() && own.eq_ignore_ascii_case(named)
}

/// Splits at commas, but not at those inside a comment.
fn listed(user_agent: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    let is_end = move |c: char| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    };
    user_agent.split(is_end).map(str::trim).filter(|name| is_word(name))
}

/// False for `*` in a list, which is nobody's name.
fn is_word(name: &str) -> bool {
    name.contains(|c: char| c.is_ascii_alphanumeric())
}

/// The name in front; where it is everybody's, all behind it.
fn names_in(whole: &str) -> Vec<&str> {
    let mut all = whole
        .split(|c: char| c.is_ascii_whitespace() || matches!(c, '(' | ')' | ';'))
        .map(without_version)
        .filter(|word| is_word(word));
    match all.next() {
        Some(EVERYBODYS_NAME) => all.collect(),
        first => first.into_iter().collect(),
    }
}

/// True for the `user-agent` value that means all crawlers.
pub(super) fn is_everyone(value: &[u8]) -> bool {
    matches!(value, [b'*']) || matches!(value, [b'*', next, ..] if next.is_ascii_whitespace())
}

fn words(value: &str) -> impl Iterator<Item = &str> {
    value.split(|c: char| c.is_ascii_whitespace() || c == ',').filter(|word| !word.is_empty())
}

fn without_version(word: &str) -> &str {
    word.split('/').next().unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn product_tokens() {
        assert_eq!(product_token("Deklaro/0.1 (+https://x)"), "Deklaro");
        assert_eq!(product_token("foo-Bar_b baz"), "foo-Bar_b");
        assert_eq!(product_token("1x"), "");
    }

    #[test]
    fn who_is_named() {
        let cases = [
            ("mybot/1.0", "mybot/1.0", true),
            ("mybot/1.0", "MyBot", true),
            ("mybot", "mybot/2.1", true),
            ("mybot", "mybot (v2)", true),
            ("mybot", "mybot2", true),
            ("bot2/1.0", "bot2", true),
            ("bot2", "bot1", false),
            ("bot2", "bot", true),
            ("008", "008", true),
            ("008", "009", false),
            ("bot3", "bot2 bot3", true),
            ("two", "one, two, three", true),
            ("one, two", "two", true),
            ("one, *", "one", true),
            ("one, two", "three", false),
            ("mozilla bot3 9.9", "bot3", true),
            ("Mozilla/5.0 (compatible; mybot/1.0; +https://h.at)", "mybot", true),
            ("Mozilla/5.0 (compatible; mybot/1.0)", "Mozilla/5.0 (compatible; other/1.0)", false),
            ("mybot", "Mozilla/5.0 (compatible; mybot/1.0)", false),
            ("Mozilla/5.0 (a, b; mybot/1.0)", "mozilla/5.0 (a, b; mybot/1.0)", true),
            ("mybot/1.0 (reads statements)", "statements", false),
            ("odd!name", "Odd!Name/2.0", true),
            ("*", "*", false),
            ("mybot", "mybots", false),
            ("mybot", "my", false),
            ("mybot", "*", false),
            ("", "", false),
            ("mybot", "", false),
        ];
        for (agent, value, is_named) in cases {
            assert_eq!(AgentName::new(agent).is_named_by(value.as_bytes()), is_named, "{agent} {value}");
        }
    }

    #[test]
    fn all_are_meant_by_a_star() {
        assert!(is_everyone(b"*") && is_everyone(b"* all"));
        assert!(!is_everyone(b"*bot") && !is_everyone(b""));
    }
}
