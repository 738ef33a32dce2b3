//! These tests show which links of a page are chosen, and why the others are not.

use super::*;
use crate::glossary::Glossary;
use crate::steps::Steps;
use deklaro_schemas::{CountryCode, HostKey};

fn ranked(country: &str, html: &str) -> Vec<Link> {
    let page = PageUrl::parse("https://www.gemeinde.example/").unwrap();
    let host = HostKey::parse("www.gemeinde.example").unwrap();
    let site = Site::new(&page, &host, &[], CountryCode::parse(country).unwrap());
    let steps = Steps::free();
    rank(&Sheet::of(&Document::parse(html, &steps), Glossary::builtin(), &steps), &site)
}

fn chosen(country: &str, html: &str) -> Vec<String> {
    let links = ranked(country, html);
    links
        .into_iter()
        .filter(|link| link.is_chosen)
        .map(|link| link.url.unwrap().path_and_query().to_owned())
        .collect()
}

#[test]
fn the_legal_name_comes_before_the_bare_word() {
    let html = "<a href=/bauen>Barrierefreies Bauen</a><footer><a href=/b>Barrierefreiheit</a>\
                <a href=/e>Erkl&auml;rung zur Barriere&shy;freiheit</a><a href=/i>Impressum</a></footer>";
    assert_eq!(chosen("DE", html), ["/e", "/b"]);
}

#[test]
fn labels_without_text_and_words_before_count() {
    assert_eq!(chosen("PL", "<a href=/x aria-label='Deklaracja dostępności'><img src=i.svg></a>"), ["/x"]);
    assert_eq!(chosen("SK", "<p>Vyhlásenie o prístupnosti: <a href=/blank-1>tu</a></p>"), ["/blank-1"]);
}

#[test]
fn the_french_mention_is_near_certain_and_its_neighbour_is_a_trap() {
    let html = "<footer><a href=/schema>Schéma pluriannuel d'accessibilité</a><a href=/a>Accessibilité&nbsp;: non conforme</a>";
    let links = ranked("FR", html);
    assert_eq!((links[0].strength, links[0].is_chosen), (Strength::Exact, true));
    assert!(links[0].score > 0.95);
    assert!(links[1..].iter().all(|link| !link.is_chosen));
}

#[test]
fn hubs_are_followed_only_where_nothing_better_stands() {
    assert_eq!(
        chosen("DE", "<a href=/impressum>Impressum</a><a href=/d>Datenschutz</a><a href=/n>News</a>"),
        ["/impressum", "/d"]
    );
    assert_eq!(
        chosen("DE", "<a href=/impressum>Impressum</a><a href=/e>Barrierefreiheitserklärung</a>"),
        ["/e"]
    );
}

#[test]
fn what_cannot_be_followed_says_why() {
    let why = |country: &str, html: &str| ranked(country, html)[0].why_not;
    assert_eq!(why("SE", "<a href='#'>Tillgänglighetsredogörelse</a>"), Some(ReasonCode::NoTarget));
    assert_eq!(
        why("ES", "<a href='javascript:void(0)' onclick='m()'>Declaración de Accesibilidad</a>"),
        Some(ReasonCode::NoTarget)
    );
    assert_eq!(
        why("EN", "<a href='https://userway.org/accessibility'>Accessibility</a>"),
        Some(ReasonCode::ForeignSite)
    );
    assert_eq!(
        why("DE", "<a href='/barrierefreiheit-b'>Barrierefreies Bauen</a>"),
        Some(ReasonCode::NegativeContext)
    );
}

#[test]
fn the_national_host_is_known_by_its_address() {
    let html = "<a href=/accessibilita>Dichiarazione di accessibilità</a>\
                <a href='https://form.agid.gov.it/view/50088470-c11a-11ee-acdb-07515179e9b4'><img></a>";
    let links = ranked("IT", html);
    assert_eq!(links[0].strength, Strength::National);
    assert_eq!(links[1].strength, Strength::Variant);
}
