//! The detector reads wordings that no sample holds. The statements, links and lookalikes were written for
//! this test, after the model statement and the national acts. Each line is one case with what must be read
//! from it; `#` begins a comment.

use deklaro_detect::{Glossary, Page, PageInput, Role, Strength, inspect};
use deklaro_schemas::codes::{Conformance, Finding, Obligation, PageKind};
use deklaro_schemas::{CountryCode, PageUrl};

fn page(html: &str, country: &str) -> Page {
    let url = PageUrl::parse("https://www.body.example/page").unwrap();
    let host = url.host();
    let input = PageInput {
        url: &url,
        bytes: html.as_bytes(),
        content_type: Some("text/html"),
        charset: Some("utf-8"),
        host: &host,
        aliases: &[],
        country: CountryCode::parse(country).unwrap(),
    };
    inspect(&input, Glossary::builtin())
}

/// The first term of a role in a language, as it is written.
fn term(language: &str, role: Role) -> &'static str {
    let terms = Glossary::builtin().terms();
    terms
        .iter()
        .find(|term| term.language.primary() == language && term.role == role)
        .map_or("", |term| &term.text)
}

/// A statement of a language with one more piece of markup in it.
fn statement(language: &str, markup: &str) -> Page {
    let (name, scope) = (term(language, Role::Name), term(language, Role::Scope));
    let html = format!(
        "<html lang={language}><title>{name}</title><h1>{name}</h1><p>{scope} www.body.example.</p>{markup}\
         <p>EN 301 549, 2016/2102.</p>"
    );
    page(&html, "XX")
}

/// The three columns of each line, and what is read instead of the wanted, as lines.
fn wrong(cases: &str, read: impl Fn(&str, &str, &str) -> String) -> Vec<String> {
    let lines = cases.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let columns = lines.map(|line| {
        let parts: Vec<&str> = line.splitn(3, '|').collect();
        assert_eq!(parts.len(), 3, "three columns: {line}");
        (parts[0], parts[1], parts[2])
    });
    let judged = columns.map(|(of, wanted, text)| (of, wanted, text, read(of, wanted, text)));
    judged
        .filter(|(_, wanted, _, found)| wanted != found)
        .map(|(of, wanted, text, found)| format!("{of}: {found} instead of {wanted}: {text}"))
        .collect()
}

#[test]
fn a_status_is_read_however_it_is_said() {
    let read = |language: &str, _: &str, text: &str| {
        let status = statement(language, &format!("<p>{text}</p>")).conformance_status;
        status.map_or("null", Conformance::as_str).to_owned()
    };
    assert_eq!(wrong(include_str!("status.txt"), read), [""; 0]);
}

#[test]
fn dates_and_methods_are_read_however_they_are_said() {
    let read = |language: &str, wanted: &str, text: &str| {
        let page = statement(language, &format!("<p>{text}</p>"));
        let day = |date: Option<deklaro_schemas::Date>| date.map(|date| date.to_string()).unwrap_or_default();
        match &wanted[..2] {
            "p:" => format!("p:{}", day(page.prepared_on)),
            "r:" => format!("r:{}", day(page.reviewed_on)),
            _ => format!("m:{}", page.method.map_or("", |method| method.as_str()).replace("_assessment", "")),
        }
    };
    assert_eq!(wrong(include_str!("dates.txt"), read), [""; 0]);
}

#[test]
fn the_parts_of_the_model_are_known_by_their_headings() {
    let read = |language: &str, wanted: &str, text: &str| {
        let (page, obligation) = match wanted {
            "s" | "c" => {
                let name = term(language, Role::Name);
                let html = format!(
                    "<html lang={language}><title>{name}</title><h1>{name}</h1><p>{text}</p>\
                     <p>EN 301 549 x@y.example 2016/2102.</p>"
                );
                let obligation = if wanted == "s" { Obligation::Scope } else { Obligation::Commitment };
                (page(&html, "XX"), obligation)
            }
            "f" => (statement(language, &format!("<h2>{text}</h2>")), Obligation::Feedback),
            "e" => (statement(language, &format!("<h2>{text}</h2>")), Obligation::Enforcement),
            _ => (statement(language, &format!("<h2>{text}</h2>")), Obligation::NonAccessibleContent),
        };
        let is_there = page.checklist.get(obligation) == Some(Finding::Present);
        if is_there { wanted.to_owned() } else { format!("{:?}", page.page_kind) }
    };
    assert_eq!(wrong(include_str!("parts.txt"), read), [""; 0]);
}

#[test]
fn statements_templates_and_lookalikes_are_told_apart() {
    let read = |_: &str, wanted: &str, html: &str| {
        let kind = page(html, "XX").page_kind;
        if wanted == "k:!statement" && kind != PageKind::Statement {
            return wanted.to_owned();
        }
        format!("k:{}", kind.as_str())
    };
    assert_eq!(wrong(include_str!("pages.txt"), read), [""; 0]);
}

#[test]
fn the_language_of_two_sentences_is_named() {
    let read = |_: &str, _: &str, html: &str| {
        let language = page(html, "XX").language;
        format!("l:{}", language.map(|language| language.to_string()).unwrap_or_default())
    };
    assert_eq!(wrong(include_str!("languages.txt"), read), [""; 0]);
}

/// Wanted is the number of the right link, claimed by its name. A `c` before it means that only the bare word
/// stands there. `-` means nothing chosen, `x` no name claimed, `X` no exact name claimed.
#[test]
fn the_right_link_is_chosen_and_claimed_by_its_strength() {
    let read = |country: &str, wanted: &str, texts: &str| {
        let each = texts.split(';').enumerate().map(|(index, link)| {
            let (text, href) = link
                .split_once("->")
                .map_or((link, format!("/{index}")), |(text, href)| (text, href.to_owned()));
            format!("<footer><a href=\"{}\">{}</a></footer>\n", href.trim(), text.trim())
        });
        let page = page(&each.collect::<String>(), country);
        let first = page.links.iter().find(|link| link.is_chosen && !link.is_hub);
        let Some(link) = first else {
            return if matches!(wanted, "x" | "X") { wanted } else { "-" }.to_owned();
        };
        let holds = match wanted {
            "x" => link.strength <= Strength::Bare,
            "X" => link.strength < Strength::Exact,
            _ => false,
        };
        let mark = if link.strength <= Strength::Bare { "c" } else { "" };
        if holds { wanted.to_owned() } else { format!("{mark}{}", link.position) }
    };
    assert_eq!(wrong(include_str!("links.txt"), read), [""; 0]);
}
