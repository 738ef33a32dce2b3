//! The pages say what the truth says: every habit in every language, and real draws of the model.

use jiff::civil::Date;

use super::chrome::old_encoding;
use crate::country::Country;
use crate::languages::{self, Words};
use crate::site::Site;
use crate::{
    Answer, Europe, Habit, Payload, Reply, Scheme, SimHost, SimRequest, StatementTruth, Truth, answer, pdf,
};

const SEED: u64 = 11;

/// A site with a given habit and language, whatever the model would have drawn for its name.
fn site(habit: Habit, words: &'static Words, month: u32) -> Site {
    let country = match words.tag {
        "ca" | "gl" | "eu" => "ES",
        tag => Country::all()
            .iter()
            .find(|country| country.language(SEED, "x") == tag)
            .map_or("EU", |found| found.code),
    };
    let hostname = format!("body-{}-{}.example", habit.name().replace('_', "-"), words.tag);
    let body = SimHost {
        hostname: hostname.clone(),
        country,
        language: words.tag,
        harm: None,
        habit,
        name: "Lindental".to_owned(),
    };
    Site { seed: SEED, month, host: hostname, body, words }
}

fn reply(site: &Site, path: &str) -> Option<Reply> {
    let scheme = if site.body.habit == Habit::HttpOnly { Scheme::Http } else { Scheme::Https };
    match answer::answer(site, &SimRequest { scheme, ..SimRequest::get(&site.host, path) }) {
        Answer::Reply(reply) => Some(reply),
        Answer::Refuse | Answer::Late(_) => None,
    }
}

fn text(site: &Site, reply: &Reply) -> String {
    let bytes = reply.bytes();
    if bytes.starts_with(b"%PDF") {
        return pdf::tests::text_of(bytes);
    }
    match site.body.habit {
        Habit::WrongCharset => unescaped(&old_encoding(site.words.tag).decode(bytes).0),
        _ => String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

/// Letters an old encoding lacks are written as numbers.
fn unescaped(text: &str) -> String {
    let mut parts = text.split("&#");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(';').and_then(|(code, rest)| Some((char::from_u32(code.parse().ok()?)?, rest)))
        {
            Some((letter, rest)) => out.extend([letter.to_string().as_str(), rest]),
            None => out.extend(["&#", part]),
        }
    }
    out
}

/// Asserts that `text` declares what `truth` says about `host`.
fn assert_declares(text: &str, words: &Words, host: &str, truth: &Truth) {
    let place = ["full", "partial", "non"].iter().position(|name| Some(*name) == truth.conformance).unwrap();
    let phrase = words.status[place];
    assert!(text.contains(host) && text.contains(phrase), "{host}: no `{phrase}` in {text}");
    let rest = text.replace(phrase, "");
    for other in words.status.iter().filter(|other| !phrase.contains(*other)) {
        assert!(!rest.contains(other), "{host}: `{other}` beside `{phrase}`");
    }
    let is_dated = |day: Option<Date>| {
        let day = day.unwrap();
        text.contains(&words.date_in_words(day)) || text.contains(&words.date_in_figures(day))
    };
    assert!(is_dated(truth.prepared_on) && is_dated(truth.reviewed_on), "{host}: dates");
    let method = usize::from(truth.method == Some("third_party"));
    assert!(
        text.contains(words.methods[method]) && !text.contains(words.methods[1 - method]),
        "{host}: method"
    );
}

fn path_of(url: &str) -> &str {
    url.splitn(4, '/').nth(3).map_or("/", |rest| &url[url.len() - rest.len() - 1..])
}

#[test]
fn truth_agrees_with_the_page_for_every_habit_and_language() {
    for words in languages::all() {
        for habit in Habit::ALL.into_iter().filter(|habit| *habit != Habit::CentralRegister) {
            for month in 1..=3 {
                let site = site(habit, words, month);
                let truth = Truth::of(&site);
                match &truth.statement {
                    StatementTruth::Present { url } => {
                        let reply = reply(&site, path_of(url)).unwrap();
                        assert_eq!(reply.status, 200, "{url}");
                        assert_declares(&text(&site, &reply), words, &site.host, &truth);
                    }
                    StatementTruth::Hidden => assert_unreadable(&site),
                    StatementTruth::Absent => assert_no_statement(&site),
                }
            }
        }
    }
}

fn assert_unreadable(site: &Site) {
    let habit = site.body.habit;
    let is_closed = matches!(habit, Habit::RobotsDisallow | Habit::RobotsError);
    let is_untrusted = matches!(habit, Habit::ExpiredCertificate | Habit::WrongNameCertificate);
    if is_closed || is_untrusted {
        return;
    }
    for path in ["/", &site.statement_path()] {
        let Some(reply) = reply(site, path) else { continue };
        let is_whole = reply.status == 200 && matches!(reply.payload, Payload::Whole(_));
        assert!(!is_whole || !text(site, &reply).contains(&site.host), "{} {path}", site.host);
    }
}

fn assert_no_statement(site: &Site) {
    let page = reply(site, &site.statement_path()).filter(|reply| reply.status == 200);
    let Some(text) = page.map(|reply| text(site, &reply)) else { return };
    let main = text.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    assert!(!main.contains(&site.host), "{}: {main}", site.host);
}

#[test]
fn statements_are_linked_where_the_habit_says() {
    for words in languages::all() {
        for habit in Habit::ALL.into_iter().filter(|habit| *habit != Habit::CentralRegister) {
            let site = site(habit, words, 1);
            let StatementTruth::Present { url } = Truth::of(&site).statement else { continue };
            let home = if habit == Habit::MetaRefresh { "/start" } else { "/" };
            let on = |path: &str| {
                text(&site, &reply(&site, path).unwrap()).contains(&format!("{}\"", &path_of(&url)[1..]))
            };
            assert_eq!(on(home), habit != Habit::HubPage, "{} {url}", site.host);
            assert!(on(if habit == Habit::HubPage { site.hub_path() } else { home }), "{}", site.host);
        }
    }
}

#[test]
fn traps_hold_what_they_are_named_for() {
    for words in languages::all() {
        let at_statement = |habit| {
            let site = site(habit, words, 1);
            text(&site, &reply(&site, &site.statement_path()).unwrap())
        };
        let template = at_statement(Habit::UnfilledTemplate);
        assert!(words.status.iter().all(|status| template.contains(status)) && template.contains('['));
        assert!(at_statement(Habit::BareBuilding).contains(words.building_text));
        assert!(at_statement(Habit::WidgetVendor).contains("EasyToggle"));
        assert!(at_statement(Habit::OtherBody).contains(words.prepared_heading));
        let guidance = site(Habit::GuidancePage, words, 1);
        assert!(text(&guidance, &reply(&guidance, "/").unwrap()).contains(words.guidance));
    }
}

#[test]
fn sites_without_statement_do_not_link_one() {
    for words in languages::all() {
        for (habit, month) in
            [(Habit::NoStatement, 1), (Habit::Appears, 1), (Habit::Vanishes, 3), (Habit::HubPage, 1)]
        {
            let site = site(habit, words, month);
            assert!(!text(&site, &reply(&site, "/").unwrap()).contains(words.slug), "{}", site.host);
        }
    }
}

#[test]
fn drawn_hosts_lead_to_their_statement() {
    let europe = Europe::new(SEED);
    let mut central = 0;
    for host in europe.hosts(1500) {
        let StatementTruth::Present { url } = europe.truth(&host.hostname, 1).statement else { continue };
        let (scheme, rest) = url.split_once("://").unwrap();
        let scheme = if scheme == "http" { Scheme::Http } else { Scheme::Https };
        let request =
            SimRequest { scheme, ..SimRequest::get(rest.split('/').next().unwrap(), path_of(&url)) };
        let Answer::Reply(reply) = europe.answer(&request, 1) else { panic!("{url} refused") };
        let site = Site::new(SEED, &host.hostname, 1);
        assert_eq!(reply.status, 200, "{url}");
        assert_declares(&text(&site, &reply), site.words, &host.hostname, &europe.truth(&host.hostname, 1));
        if host.habit == Habit::CentralRegister {
            central += 1;
            let Answer::Reply(home) = europe.answer(&SimRequest::get(&host.hostname, "/"), 1) else {
                panic!("{url}")
            };
            assert!(text(&site, &home).contains(&url));
        }
    }
    assert!(central > 50, "{central}");
}

#[test]
fn same_seed_same_bytes() {
    let [one, two, other] = [SEED, SEED, SEED + 1].map(Europe::new);
    let page = |europe: &Europe, host: &str| match europe.answer(&SimRequest::get(host, "/"), 1) {
        Answer::Reply(reply) => format!("{} {:?} {:?}", reply.status, reply.headers, reply.bytes()),
        Answer::Refuse | Answer::Late(_) => "refused".to_owned(),
    };
    let hosts = one.hosts(200);
    assert_eq!(hosts, two.hosts(200));
    assert!(hosts.iter().all(|host| page(&one, &host.hostname) == page(&two, &host.hostname)));
    assert!(hosts.iter().any(|host| page(&one, &host.hostname) != page(&other, &host.hostname)));
}

#[test]
fn pages_are_of_real_size_and_unknown_paths_keep_the_footer() {
    for words in languages::all() {
        let site = site(Habit::FooterStatement, words, 1);
        let home = reply(&site, "/").unwrap();
        assert!((4_000..24_000).contains(&home.bytes().len()), "{}: {}", words.tag, home.bytes().len());
        let missing = reply(&site, "/no/such/page").unwrap();
        assert_eq!(missing.status, 404);
        assert!(text(&site, &missing).contains(&path_of(&site.statement_url())[1..]));
        for path in ["/news", "/contact", "/sitemap", "/imprint", "/privacy", "/about-site", "/search"] {
            assert_eq!(reply(&site, path).unwrap().status, 200, "{path}");
        }
    }
}

#[test]
fn robots_follow_the_habit() {
    let words = languages::words("de");
    let robots = |habit, path| {
        let reply = reply(&site(habit, words, 1), path).unwrap();
        (reply.status, String::from_utf8(reply.bytes().to_vec()).unwrap())
    };
    assert_eq!(robots(Habit::RobotsDisallow, "/robots.txt").1, "User-agent: *\nDisallow: /\n");
    assert_eq!(robots(Habit::RobotsError, "/robots.txt").0, 500);
    assert_eq!(robots(Habit::RobotsRedirects, "/robots.txt").0, 302);
    assert_eq!(robots(Habit::RobotsRedirects, "/robots/4.txt").0, 302);
    assert_eq!(robots(Habit::RobotsRedirects, "/robots/5.txt").0, 200);
    assert_eq!(robots(Habit::FooterStatement, "/robots/5.txt").0, 404);
}
