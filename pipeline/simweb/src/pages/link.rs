//! The link to the statement, as the habit has it.

use super::href::href;
use crate::Habit;
use crate::habit::State;
use crate::registers::Register;
use crate::site::{Conformance, Lettering, Site};

/// The link that stands in the footer or navigation of every page; none where the habit has none.
pub(super) fn to_statement(site: &Site) -> Option<String> {
    let words = site.words;
    let label = lettered(site.lettering(), words.label);
    match site.body.habit {
        Habit::NoStatement | Habit::HubPage | Habit::GuidancePage => None,
        Habit::BareBuilding | Habit::WidgetVendor => Some(anchor(&own(site), "", words.bare)),
        Habit::UnfilledTemplate | Habit::OtherBody => Some(anchor(&own(site), "", &label)),
        other if other.statement(site.month) == State::Absent => None,
        Habit::PdfStatement => {
            Some(anchor(&own(site), " type=\"application/pdf\"", &format!("{label} (PDF)")))
        }
        Habit::AriaLabel => {
            let icon =
                "<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><circle cx=\"12\" cy=\"4\" r=\"2\"/></svg>";
            Some(anchor(&own(site), &format!(" aria-label=\"{}\"", words.label), icon))
        }
        Habit::FrenchStatusLabel => Some(anchor(&own(site), "", mention(site))),
        Habit::SoftHyphen => Some(anchor(&own(site), "", &hyphenated(site, words.label))),
        Habit::CentralRegister => Some(anchor(&central(site), " rel=\"external\"", &label)),
        _ if site.lettering() == Lettering::Title => {
            Some(anchor(&own(site), &format!(" title=\"{}\"", words.label), words.bare))
        }
        _ => Some(anchor(&own(site), "", &label)),
    }
}

/// A plain link to the statement, for the hub page and the site map.
pub(super) fn in_text(site: &Site) -> String {
    anchor(&own(site), "", site.words.label)
}

fn anchor(href: &str, attributes: &str, inner: &str) -> String {
    format!("<a href=\"{href}\"{attributes}>{inner}</a>")
}

fn own(site: &Site) -> String {
    href(site, &site.statement_path())
}

fn central(site: &Site) -> String {
    let register = Register::for_country(site.body.country);
    register.and_then(|register| register.url(site.seed, &site.body.hostname)).unwrap_or_default()
}

/// The mention French sites must show on their home page.
fn mention(site: &Site) -> &'static str {
    match site.facts().conformance {
        Conformance::Full => "Accessibilité : totalement conforme",
        Conformance::Partial => "Accessibilité : partiellement conforme",
        Conformance::Non => "Accessibilité : non conforme",
    }
}

fn lettered(lettering: Lettering, label: &str) -> String {
    match lettering {
        Lettering::Entities => label.chars().map(entity).collect(),
        Lettering::Upper => label.to_uppercase(),
        Lettering::Plain | Lettering::Title => label.to_owned(),
    }
}

fn entity(letter: char) -> String {
    match letter {
        'ä' => "&auml;".to_owned(),
        'ö' => "&ouml;".to_owned(),
        'ü' => "&uuml;".to_owned(),
        'é' => "&eacute;".to_owned(),
        'à' => "&agrave;".to_owned(),
        'ó' => "&oacute;".to_owned(),
        '\'' => "&#39;".to_owned(),
        plain if plain.is_ascii() => plain.to_string(),
        other => format!("&#{};", u32::from(other)),
    }
}

/// `label` with a soft hyphen after every fifth letter of a word, as entity or as the letter itself.
fn hyphenated(site: &Site, label: &str) -> String {
    let hyphen = if site.pick("hyphen", 2) == 0 { "&shy;" } else { "\u{ad}" };
    let mut out = String::new();
    let mut run = 0;
    for letter in label.chars() {
        if run == 5 && letter.is_alphabetic() {
            out.push_str(hyphen);
            run = 0;
        }
        run = if letter.is_alphabetic() { run + 1 } else { 0 };
        out.push(letter);
    }
    out
}
