//! The model statement (Implementing Decision (EU) 2018/1523, annex) and what passes for one.

use std::fmt::Write;

use crate::answer::Reply;
use crate::languages::{self, Words};
use crate::site::{Conformance, Facts, Site};
use crate::{Payload, SimHost, pdf};

/// One piece of a statement.
enum Part {
    Heading(&'static str),
    /// Text, and what it is for those countries that mark the parts.
    Text(Mark, String),
    Items(Vec<&'static str>),
}

/// The parts Poland and Portugal mark for machines.
#[derive(Clone, Copy)]
enum Mark {
    Intro,
    Status,
    Prepared,
    Reviewed,
    Contact,
    Procedure,
    Other,
}

/// What is filled into the wording.
struct Filling<'a> {
    body: &'a str,
    host: &'a str,
    law: &'static str,
    authority: &'static str,
    status: String,
    prepared: String,
    reviewed: String,
    /// Self-assessment, third party or both.
    methods: &'a [&'static str],
    has_gaps: bool,
}

/// The statement of the site's own body.
pub(super) fn own(site: &Site) -> String {
    let (facts, body) = (site.facts(), &site.body);
    html(site.words, &parts(site.words, &filling(site, body, facts)))
}

/// The statement of `other`, copied together with its host name.
pub(super) fn copied(site: &Site, other: &SimHost) -> String {
    html(site.words, &parts(site.words, &filling(site, other, site.facts())))
}

/// The template with its brackets and every choice still open.
pub(super) fn unfilled(site: &Site) -> String {
    let words = site.words;
    let blank = format!("[{}]", words.blank);
    let date = "[DD/MM/YYYY]".to_owned();
    let filling = Filling {
        body: &blank,
        host: "[www]",
        law: languages::law(site.body.country, words),
        authority: "[…]",
        status: format!("[{}]", words.status.join(" / ")),
        prepared: date.clone(),
        reviewed: date,
        methods: &words.methods,
        has_gaps: true,
    };
    html(words, &parts(words, &filling))
}

/// The statement as a PDF.
pub(super) fn pdf(site: &Site) -> Reply {
    let parts = parts(site.words, &filling(site, &site.body, site.facts()));
    let mut lines = vec![site.words.label.to_owned()];
    for part in parts {
        match part {
            Part::Heading(text) => lines.extend([String::new(), text.to_owned()]),
            Part::Text(_, text) => lines.push(text),
            Part::Items(items) => lines.extend(items.iter().map(|item| format!("- {item}"))),
        }
    }
    let headers = vec![("content-type", "application/pdf".to_owned())];
    Reply { status: 200, headers, payload: Payload::Whole(pdf::document(site.words.label, &lines).into()) }
}

/// The statement of the site as the central register on `host` shows it.
pub(crate) fn register_statement(site: &Site, host: &str) -> String {
    let words = site.words;
    let (main, name, own) = (own(site), &site.body.name, &site.body.hostname);
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{} – {name}</title></head>\n<body>\n\
         <header><a href=\"/\">{host}</a></header>\n<main>\n<p>{name}: <a href=\"https://{own}/\">{own}</a></p>\n{main}\
         </main>\n<footer><p>{host}</p></footer>\n</body>\n</html>\n",
        words.tag, words.label
    )
}

fn filling<'a>(site: &Site, body: &'a SimHost, facts: Facts) -> Filling<'a> {
    let words = site.words;
    let date =
        |day| if site.pick("date", 2) == 0 { words.date_in_words(day) } else { words.date_in_figures(day) };
    let method = usize::from(!facts.is_self_assessed);
    Filling {
        body: &body.name,
        host: &body.hostname,
        law: languages::law(site.body.country, words),
        authority: languages::authority(site.body.country, words),
        status: facts.conformance.phrase(words).to_owned(),
        prepared: date(facts.prepared_on),
        reviewed: date(facts.reviewed_on),
        methods: &words.methods[method..=method],
        has_gaps: facts.conformance != Conformance::Full,
    }
}

fn parts(words: &Words, filling: &Filling) -> Vec<Part> {
    let text = |mark, pattern: &str| Part::Text(mark, filled(pattern, filling));
    let mut parts = vec![
        text(Mark::Intro, words.commitment),
        Part::Heading(words.status_heading),
        text(Mark::Status, words.status_line),
    ];
    if filling.has_gaps {
        parts.extend([
            Part::Heading(words.gaps_heading),
            Part::Items(words.gaps.to_vec()),
            text(Mark::Other, words.burden),
        ]);
    }
    let dated = |mark, pattern: &str, date: &str| Part::Text(mark, pattern.replace("{date}", date));
    parts.extend([
        Part::Heading(words.prepared_heading),
        dated(Mark::Prepared, words.prepared, &filling.prepared),
    ]);
    parts.extend(filling.methods.iter().map(|method| text(Mark::Other, method)));
    parts.extend([
        dated(Mark::Reviewed, words.reviewed, &filling.reviewed),
        Part::Heading(words.feedback_heading),
        text(Mark::Contact, words.feedback),
        Part::Heading(words.enforcement_heading),
        text(Mark::Procedure, words.enforcement),
    ]);
    parts
}

fn filled(pattern: &str, filling: &Filling) -> String {
    pattern
        .replace("{body}", filling.body)
        .replace("{host}", filling.host)
        .replace("{law}", filling.law)
        .replace("{status}", &filling.status)
        .replace("{email}", &format!("webmaster@{}", filling.host))
        .replace("{authority}", filling.authority)
}

fn html(words: &Words, parts: &[Part]) -> String {
    let mut out = format!("<h1>{}</h1>\n", words.label);
    for part in parts {
        let _ = match part {
            Part::Heading(text) => writeln!(out, "<h2>{text}</h2>"),
            Part::Text(mark, text) => writeln!(out, "<p{}>{text}</p>", attribute(words.tag, *mark)),
            Part::Items(items) => writeln!(out, "<ul>\n<li>{}</li>\n</ul>", items.join("</li>\n<li>")),
        };
    }
    out
}

/// The id Poland prescribes (technical conditions of the ministry, version 2.0) or the class of the
/// Portuguese generator; nothing elsewhere.
fn attribute(language: &str, mark: Mark) -> &'static str {
    match (language, mark) {
        ("pl", Mark::Intro) => " id=\"a11y-wstep\"",
        ("pl", Mark::Status) => " id=\"a11y-status\"",
        ("pl", Mark::Prepared) => " id=\"a11y-data-sporzadzenie\"",
        ("pl", Mark::Reviewed) => " id=\"a11y-data-przeglad\"",
        ("pl", Mark::Contact) => " id=\"a11y-kontakt\"",
        ("pl", Mark::Procedure) => " id=\"a11y-procedura\"",
        ("pt", Mark::Intro) => " class=\"mr mr-e-intro\"",
        ("pt", Mark::Status) => " class=\"mr mr-conformance-status\"",
        ("pt", Mark::Prepared) => " class=\"mr mr-date\"",
        ("pt", Mark::Contact) => " class=\"mr mr-contacts\"",
        _ => "",
    }
}
