//! Which body stands behind a host name, and which habit has it?

use crate::Habit;
use crate::country::Country;
use crate::draw::draw;
use crate::harm::{Harm, Share};
use crate::hostname::{canonical, present};
use crate::registers::Register;

/// One public body and its web host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimHost {
    /// Host name in lower case, without `www.`.
    pub hostname: String,
    /// ISO 3166-1 alpha-2 code; the United Kingdom is `GB`.
    pub country: &'static str,
    /// BCP 47 tag of the language of its pages.
    pub language: &'static str,
    /// What the host does to its readers.
    pub habit: Habit,
    /// What it sends to harm its readers, where it does.
    pub harm: Option<Harm>,
    /// Name of the body.
    pub name: String,
}

/// The body behind any host name in the Europe of `seed`, of which a share is harmed. Central hosts never are.
pub(crate) fn harmed(seed: u64, share: Share, hostname: &str) -> SimHost {
    let body = body(seed, hostname);
    let harm = Harm::of(seed, &body.hostname, share).filter(|_| Register::of(&body.hostname).is_none());
    SimHost { habit: harm.map_or(body.habit, Harm::habit), harm, ..body }
}

/// The same where none is.
pub(crate) fn body(seed: u64, hostname: &str) -> SimHost {
    let hostname = present(&canonical(hostname)).to_owned();
    let country = Country::of(seed, &hostname);
    let language = country.language(seed, &hostname);
    let habit = habit(seed, &hostname, country.code, language);
    let name = country.body_name(seed, &hostname);
    SimHost { hostname, country: country.code, language, habit, harm: None, name }
}

/// Habit of the body `canonical`.
///
/// A draw that cannot be had in the country becomes an ordinary footer statement; where a national register
/// exists, half the ordinary statements lie there.
fn habit(seed: u64, canonical: &str, country: &str, language: &str) -> Habit {
    if Register::of(canonical).is_some() {
        return Habit::NoStatement;
    }
    let drawn = Habit::at(draw(seed, &["habit", canonical]));
    let register =
        || Register::for_country(country).filter(|register| register.path(seed, canonical).is_some());
    match drawn {
        Habit::FrenchStatusLabel if language != "fr" => Habit::FooterStatement,
        Habit::CentralRegister if register().is_none() => Habit::FooterStatement,
        Habit::FooterStatement
            if draw(seed, &["central", canonical]).is_multiple_of(2) && register().is_some() =>
        {
            Habit::CentralRegister
        }
        other => other,
    }
}
