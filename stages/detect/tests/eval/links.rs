//! `text/text-links.jsonl`: single links with their markup.

use super::{Score, folder, lines};
use deklaro_detect::{Glossary, Page, PageInput, Strength, inspect};
use deklaro_schemas::{CountryCode, PageUrl};
use serde_json::Value;
use std::fmt::Write;

/// A page with these anchors in a footer or body.
pub(crate) fn page_of(anchors: &[Value], country: Option<&str>, site: Option<&str>, with_href: bool) -> Page {
    let mut html = String::new();
    for (index, anchor) in anchors.iter().enumerate() {
        let text = anchor["text"].as_str().unwrap_or("").replace('&', "&amp;").replace('<', "&lt;");
        let hidden = format!("/{index}");
        let href = if with_href { anchor["href"].as_str().unwrap_or("") } else { &hidden };
        let (open, close) =
            if anchor["where"] == "footer" { ("<footer>", "</footer>") } else { ("<p>", "</p>") };
        let _ = writeln!(html, "{open}<a href=\"{}\">{text}</a>{close}", href.replace('"', "&quot;"));
    }
    let url = site.and_then(|site| PageUrl::parse(site).ok());
    let url = url.unwrap_or_else(|| PageUrl::parse("https://www.site.example/").expect("a URL"));
    let host = url.host();
    let country = CountryCode::parse(country.unwrap_or("XX")).expect("a country");
    let input = PageInput {
        url: &url,
        bytes: html.as_bytes(),
        content_type: None,
        charset: None,
        host: &host,
        aliases: &[],
        country,
    };
    inspect(&input, Glossary::builtin())
}

#[test]
fn official_links_are_told_from_lookalikes() {
    let Some(folder) = folder("text") else { return };
    let (mut found, mut quiet) = <(Score, Score)>::default();
    for line in lines(&folder.join("text-links.jsonl")) {
        let anchors = line["anchors"].as_array().expect("anchors").clone();
        // Where the site is not named by its address, its first link tells it.
        let site =
            line["site"].as_str().filter(|site| site.starts_with("http") && !site.contains("github.com"));
        let own = anchors.iter().find_map(|anchor| PageUrl::parse(anchor["href"].as_str()?).ok());
        let own = own.and_then(|url| url.join("/").ok()).map(|url| url.to_string());
        let page = page_of(&anchors, line["country"].as_str(), site.or(own.as_deref()), true);
        let is_official = anchors.iter().any(|anchor| anchor["official"] == true);
        let best = page.links.iter().find(|link| link.is_chosen && !link.is_hub);
        let no_target =
            page.links.first().is_some_and(|link| link.url.is_none() && link.strength >= Strength::Bare);
        let claims = page.links.iter().any(|link| link.is_chosen && link.strength >= Strength::Exact);
        let is_right =
            if is_official { found.count(best.is_some() || no_target) } else { quiet.count(!claims) };
        if !is_right {
            let first = page
                .links
                .first()
                .map(|link| (&link.text, link.score, link.strength, &link.reasons, link.why_not));
            println!(
                "  official {is_official} {}: {first:?} of {:?} {:?}",
                line["id"], anchors[0]["text"], anchors[0]["href"]
            );
        }
    }
    println!("text links: official ones chosen or named {found}, others not claimed {quiet}");
    assert!(found.share() >= 0.9 && quiet.share() >= 0.9);
}
