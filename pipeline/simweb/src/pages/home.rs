//! Home page and inner pages, decoys included.

use std::fmt::Write;

use super::href::href;
use super::link;
use crate::Habit;
use crate::habit::State;
use crate::site::Site;

/// Text of the home page: news cards, services, a link to building access as on real sites.
pub(super) fn main(site: &Site) -> String {
    let words = site.words;
    let mut out = format!("<h1>{}</h1>\n", site.body.name);
    let _ = writeln!(out, "<p>{}</p>\n<section>\n<h2>{}</h2>", words.prose[3], words.nav[1]);
    cards(&mut out, site, 6 + site.pick("cards", 10));
    let _ = writeln!(out, "</section>\n<section>\n<h2>{}</h2>\n<ul>", words.nav[2]);
    if site.pick("decoy", 2) == 0 {
        let _ =
            writeln!(out, "<li><a href=\"{}\">{}</a></li>", href(site, "/building-access"), words.building);
    }
    for (index, headline) in words.news.iter().enumerate() {
        let _ =
            writeln!(out, "<li><a href=\"{}\">{headline} {}</a></li>", href(site, "/services"), index + 1);
    }
    out.push_str("</ul>\n</section>\n");
    out
}

/// The news page.
pub(super) fn news(site: &Site) -> String {
    let mut out = format!("<h1>{}</h1>\n", site.words.nav[1]);
    cards(&mut out, site, 12);
    out
}

fn cards(out: &mut String, site: &Site, count: u64) {
    let words = site.words;
    if site.body.habit == Habit::GuidancePage {
        let target = href(site, "/news/statement-course");
        let _ = writeln!(
            out,
            "<article class=\"card\"><h3><a href=\"{target}\">{}</a></h3><p>{}</p></article>",
            words.guidance, words.prose[3]
        );
    }
    for index in 0..count {
        let turn = |what, n: usize| ((site.pick(what, 97) + index * 7) % n as u64) as usize;
        let _ = writeln!(
            out,
            "<article class=\"card c{}\"><img src=\"{}\" alt=\"\"><h3><a href=\"{}\">{} ({})</a></h3>\n<p>{} {} {}</p></article>",
            index % 24,
            href(site, &format!("/assets/news-{index}.jpg")),
            href(site, "/news"),
            words.news[turn("headline", words.news.len())],
            index + 1,
            words.prose[turn("first", 4)],
            words.prose[turn("second", 4)],
            words.prose[turn("third", 4)],
        );
    }
}

/// A page of ordinary text under `heading`.
pub(super) fn prose(site: &Site, heading: &str) -> String {
    let mut out = format!("<h1>{heading}</h1>\n");
    for line in site.words.prose {
        let _ = writeln!(out, "<p>{line}</p>");
    }
    out
}

/// Address, e-mail, telephone.
pub(super) fn contact(site: &Site) -> String {
    let host = &site.body.hostname;
    let number = site.pick("telephone", 90_000) + 10_000;
    format!(
        "<h1>{}</h1>\n<p>{}</p>\n<p><a href=\"mailto:info@{host}\">info@{host}</a></p>\n<p>+00 00 {number}</p>\n",
        site.words.nav[4], site.body.name
    )
}

/// Imprint and "about this site"; one of them is the hub of a body with the hub habit.
pub(super) fn legal(site: &Site, heading: &str, path: &str) -> String {
    let mut out = prose(site, heading);
    if site.body.habit == Habit::HubPage && path == site.hub_path() {
        let _ = write!(out, "<h2>{}</h2>\n<p>{}</p>\n", site.words.bare, link::in_text(site));
    }
    out
}

/// Links to every page, the statement among them where it lies on the own host.
pub(super) fn sitemap(site: &Site) -> String {
    let words = site.words;
    let mut out = format!("<h1>{}</h1>\n<ul>\n", words.legal[2]);
    let paths = ["/", "/news", "/services", "/organisation", "/contact"];
    for (label, path) in words.nav.iter().zip(paths) {
        let _ = writeln!(out, "<li><a href=\"{}\">{label}</a></li>", href(site, path));
    }
    let is_own = site.body.habit != Habit::CentralRegister;
    if is_own && site.body.habit.statement(site.month) == State::Present {
        let _ = writeln!(out, "<li>{}</li>", link::in_text(site));
    }
    out.push_str("</ul>\n");
    out
}

/// The page about ramps and lifts.
pub(super) fn building(site: &Site) -> String {
    format!("<h1>{}</h1>\n<p>{}</p>\n", site.words.building, site.words.building_text)
}

/// The news page about statements in general.
pub(super) fn guidance(site: &Site) -> String {
    format!(
        "<h1>{}</h1>\n<p>{}</p>\n<p>{}</p>\n",
        site.words.guidance, site.words.guidance_text, site.words.prose[3]
    )
}
