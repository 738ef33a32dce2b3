//! Any bytes as a robots.txt, with the agent and the URL in front: a decision comes back, the same each time.

use deklaro_crawl::robots::Rules;

/// Checks one input.
pub fn check(bytes: &[u8]) {
    let mut lines = bytes.splitn(3, |octet| *octet == b'\n');
    let mut text = || String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
    let (agent, path) = (text(), text());
    let file = lines.next().unwrap_or_default();
    let rules = Rules::parse(file, &agent);
    assert_eq!(rules, Rules::parse(file, &agent));
    assert!(rules.crawl_delay().is_none_or(|delay| !delay.is_zero()));
    assert!(rules.decide("https://town.example/robots.txt").is_allowed);
    let decision = rules.decide(&format!("https://town.example/{path}"));
    assert!(decision.is_allowed || decision.rule.is_some(), "nothing is refused without a rule");
    // Line ends of all kinds, empty lines and comments change nothing in a file of ASCII.
    if file.is_ascii() && !file.contains(&0) && !file.contains(&b'<') {
        let noisy = [b"# a comment\r\n\r\n", file, b"\r# another\n"].concat();
        assert_eq!(rules, Rules::parse(&noisy, &agent));
    }
}
