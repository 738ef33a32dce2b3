//! Which crawler a `user-agent` line means (RFC 9309 section 2.2.1).

/// A crawler's name as robots.txt files write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AgentName {
    /// Up to the version, in lower case: `bot2` of `Bot2/1.0 (+https://…)`.
    name: String,
}

/// A crawler's own name as groups know it: the part before the first octet that no product token holds (2.2.1).
pub fn product_token(user_agent: &str) -> &str {
    let is_outside = |c: char| !(c.is_ascii_alphabetic() || c == '-' || c == '_');
    &user_agent[..user_agent.find(is_outside).unwrap_or(user_agent.len())]
}

impl AgentName {
    /// The name in front of a `User-Agent` header.
    pub(super) fn new(user_agent: &str) -> Self {
        let name = words(user_agent).next().map_or("", without_version);
        Self { name: name.to_ascii_lowercase() }
    }

    /// True when the value of a `user-agent` line names this crawler, alone or in a list.
    ///
    /// A token holds no digits, yet real files tell `bot1` from `bot2`: names that go on behind the token are compared
    /// whole, and only where one of the two is a plain token do the tokens decide.
    pub(super) fn is_named_by(&self, value: &[u8]) -> bool {
        let value = std::str::from_utf8(value).unwrap_or("");
        !self.name.is_empty()
            && words(value).map(without_version).enumerate().any(|(place, word)| {
                word.eq_ignore_ascii_case(&self.name) || (place == 0 && self.has_token_of(word))
            })
    }

    fn has_token_of(&self, word: &str) -> bool {
        let (own, named) = (product_token(&self.name), product_token(word));
        let is_one_plain = own.len() == self.name.len() || named.len() == word.len();
        is_one_plain && !own.is_empty() && own.eq_ignore_ascii_case(named)
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
