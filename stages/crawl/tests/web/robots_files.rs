//! Files as they are found: what other crawlers' suites ask of a parser, in cases of our own.

use deklaro_crawl::robots::Rules;
use std::time::Duration;

/// File, agent, path, whether it may be fetched.
type Case = (&'static str, &'static str, &'static str, bool);

fn check(cases: &[Case]) {
    for (file, agent, path, is_allowed) in cases {
        let decision = Rules::parse(file.as_bytes(), agent).decide(&format!("https://town.example{path}"));
        assert_eq!(decision.is_allowed, *is_allowed, "{agent} {path} {:?}\n{file}", decision.rule);
    }
}

#[test]
fn whose_group_it_is() {
    let listed = "user-agent: owl, heron, stork\ndisallow: /\nuser-agent: *\ndisallow: /nest\n";
    let merged = "User-Agent: owl\rDisallow: /a\r\rUser-Agent: heron #wades\rDisallow: /b\r\rUser-Agent: owl\rDisallow: /c\r";
    let prefix = "user-agent: heronbot\ndisallow: /a\n\nuser-agent: heron\nallow: /a\n";
    let header =
        "user-agent: Mozilla/5.0 (compatible; Heron/2.1; +https://heron.example) Gecko/1 Fox/3\ndisallow: /";
    check(&[
        (listed, "stork", "/a", false),
        (listed, "Heron/1.0", "/a", false),
        (listed, "gull", "/a", true),
        (listed, "gull", "/nest/1", false),
        (merged, "owl", "/a/1", false),
        (merged, "owl", "/c", false),
        (merged, "owl", "/b", true),
        (merged, "heron", "/a", true),
        (merged, "owl, heron", "/b", false),
        (merged, "HERON, owl, *", "/c", false),
        (merged, "gull", "/a", true),
        (prefix, "heronbot", "/a", false),
        (prefix, "heron", "/a", true),
        (header, "heron", "/", true),
        (header, "Mozilla/5.0 (compatible; Gull/1.0)", "/", true),
        (header, "mozilla/5.0 (compatible; heron/2.1; +https://heron.example) gecko/1 fox/3", "/", false),
        ("user-agent: heron\ndisallow: /x\nuser-agent: *\ndisallow: /", "Mozilla heron 9.9", "/y", true),
        ("user-agent: Night Owl\ndisallow: /x", "Night Owl", "/x", false),
        ("user-agent: *\ndisallow: /\nuser-agent: owl", "owl", "/", true),
        ("user-agent: *\ndisallow: /\nuser-agent: owl", "", "/", false),
    ]);
}

#[test]
fn lines_that_are_no_rules_end_no_group() {
    let delays = "user-agent: owl\ncrawl-delay: 10\nuser-agent: heron\ndisallow: /private\n\nuser-agent: *\nallow: /\nuser-agent: heron\ndisallow: /login\nuser-agent: *\ncrawl-delay: 30\n";
    let unknown = "user-agent: owl\ndisallow: /x\nrequest-rate: 1/10m\nvisit-time: 0600-0845\nuser-agent: heron\ndisallow: /";
    check(&[
        (delays, "owl", "/private", false),
        (delays, "owl", "/login", true),
        (delays, "heron", "/private", false),
        (delays, "heron", "/login", false),
        (delays, "gull", "/login", true),
        (unknown, "owl", "/y", true),
        (unknown, "heron", "/y", false),
        (
            "user-agent: *\nsitemap: https://town.example/s.xml\ndisallow: /a\nhost: town.example\ndisallow: /b",
            "owl",
            "/b",
            false,
        ),
    ]);
    let delay = |agent| Rules::parse(delays.as_bytes(), agent).crawl_delay();
    assert_eq!(delay("owl"), Some(Duration::from_secs(10)));
    assert_eq!(delay("heron"), None, "the delay stood before its name");
    assert_eq!(delay("gull"), Some(Duration::from_secs(30)));
}

#[test]
fn slips_of_the_pen_and_of_editors() {
    let typos = "user agent: owl\ndessallow: /a\ndisalow /b\ndisallow : /c\n\nuseragent heron\nDISALLOW:/d\n";
    let html = "<!DOCTYPE html><html><body>\nUser-agent: owl<br>\nDisallow:<br>\nUser-agent: *<br>\nDisallow: /<br>\n</body></html>";
    let mangled = "\u{ef}\u{bb}\u{bf}user-agent: *\ndisallow: /a";
    let widened: &str =
        "\u{fffd}\u{fffd}u\0s\0e\0r\0-\0a\0g\0e\0n\0t\0:\0 \0*\0\n\0d\0i\0s\0a\0l\0l\0o\0w\0:\0 \0/\0a\0";
    check(&[
        (typos, "owl", "/a", false),
        (typos, "owl", "/b", false),
        (typos, "owl", "/c", false),
        (typos, "owl", "/d", true),
        (typos, "heron", "/d", false),
        (html, "owl", "/", true),
        (html, "gull", "/", false),
        ("\u{feff}user-agent: *\ndisallow: /a", "owl", "/a", false),
        (mangled, "owl", "/a", false),
        (widened, "owl", "/a", false),
        ("user-agent: *\ndisallow: \u{85}\nallow: /x", "owl", "/", true),
        ("# all\r\n\ruser-agent: *\rdisallow: /a\n\rdisallow: /b\r\n", "owl", "/b", false),
        ("user-agent: *\ncrawl-delay: 3600\ndisallow:", "owl", "/", true),
    ]);
}

#[test]
fn which_rule_decides() {
    let wishes = "user-agent: *\ndisallow: /wish/\nallow: /wish/all*\ndisallow: /*/secret$";
    let encoded = "user-agent: *\ndisallow: /caf\u{e9}/\ndisallow: /k%C3%B6ny/\ndisallow: /*%20\ndisallow: /9%2F11/\ndisallow: /%24\ndisallow: /s/%2A/";
    check(&[
        (wishes, "owl", "/", true),
        (wishes, "owl", "/wish/one", false),
        (wishes, "owl", "/wish/all/one", true),
        (wishes, "owl", "/a/secret", false),
        (wishes, "owl", "/a/secret2", true),
        (encoded, "owl", "/caf%c3%a9/1", false),
        (encoded, "owl", "/café/1", false),
        (encoded, "owl", "/könyv", true),
        (encoded, "owl", "/k%c3%b6ny/1", false),
        (encoded, "owl", "/x%20y", false),
        (encoded, "owl", "/9%2f11/", false),
        (encoded, "owl", "/9/11/", true),
        (encoded, "owl", "/$100", false),
        (encoded, "owl", "/s/*/", false),
        (encoded, "owl", "/s/x/", true),
        // The most octets of the rule decide, a star among them, and `/index.html` is not `/`.
        ("user-agent: *\nallow: /\nallow: /a\nallow: /index.html\ndisallow: /*", "owl", "/b", false),
        ("user-agent: *\nallow: /\nallow: /a\nallow: /index.html\ndisallow: /*", "owl", "/a/b", true),
        ("user-agent: *\nallow: /\nallow: /a\nallow: /index.html\ndisallow: /*", "owl", "/", false),
        ("user-agent: *\ndisallow: *?draft=yes", "owl", "?draft=yes", false),
        ("user-agent: *\ndisallow: *?draft=yes", "owl", "/?draft=no", true),
        ("user-agent: *\ndisallow: /", "owl", "", false),
        ("user-agent: *\ndisallow: /", "owl", "?q=a", false),
        ("user-agent: *\ndisallow: /shut/", "owl", "/open/../shut/x", true),
    ]);
}
