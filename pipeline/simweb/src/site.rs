//! Everything about one site in one month that its pages are made of.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::Habit;
use crate::body::{SimHost, body};
use crate::country::Country;
use crate::draw::draw;
use crate::hostname::{FORMER, asked, canonical};
use crate::languages::{self, Words};
use crate::registers::Register;

/// Status of compliance a statement declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conformance {
    Full,
    Partial,
    Non,
}

impl Conformance {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Conformance::Full => "full",
            Conformance::Partial => "partial",
            Conformance::Non => "non",
        }
    }

    /// Phrase of the status in `words`.
    pub(crate) fn phrase(self, words: &Words) -> &'static str {
        words.status[self as usize]
    }
}

/// What the statement of a site declares in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) conformance: Conformance,
    pub(crate) prepared_on: Date,
    pub(crate) reviewed_on: Date,
    pub(crate) is_self_assessed: bool,
}

impl Facts {
    pub(crate) fn method_name(self) -> &'static str {
        if self.is_self_assessed { "self_assessment" } else { "third_party" }
    }
}

/// Where on the home page the statement link stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Footer,
    DivFooter,
    Nav,
}

/// How links are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Href {
    Rooted,
    Based,
    Absolute,
}

/// How the words of the label are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lettering {
    Plain,
    Entities,
    Upper,
    Title,
}

/// One site in one month.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) seed: u64,
    pub(crate) month: u32,
    /// Host name as the reader wrote it, in lower case.
    pub(crate) host: String,
    pub(crate) body: SimHost,
    pub(crate) words: &'static Words,
}

impl Site {
    /// The site of a body that does no harm.
    pub(crate) fn new(seed: u64, hostname: &str, month: u32) -> Site {
        Site::of(body(seed, hostname), seed, hostname, month)
    }

    /// The site of a body, as a reader asks for it.
    pub(crate) fn of(body: SimHost, seed: u64, hostname: &str, month: u32) -> Site {
        Site { seed, month, host: asked(hostname), words: languages::words(body.language), body }
    }

    /// Number below `n` that depends on the body and `what` only.
    pub(crate) fn pick(&self, what: &str, n: u64) -> u64 {
        draw(self.seed, &[what, &self.body.hostname]) % n
    }

    pub(crate) fn place(&self) -> Place {
        match self.pick("place", 10) {
            0..6 => Place::Footer,
            6..9 => Place::DivFooter,
            _ => Place::Nav,
        }
    }

    pub(crate) fn href_style(&self) -> Href {
        match self.pick("href", 10) {
            0..6 => Href::Rooted,
            6..8 => Href::Based,
            _ => Href::Absolute,
        }
    }

    pub(crate) fn lettering(&self) -> Lettering {
        match self.pick("lettering", 10) {
            0..6 => Lettering::Plain,
            6..8 => Lettering::Entities,
            8 => Lettering::Upper,
            _ => Lettering::Title,
        }
    }

    /// Scheme the site is at home on.
    pub(crate) fn scheme(&self) -> &'static str {
        if self.body.habit == Habit::HttpOnly { "http" } else { "https" }
    }

    /// Host name that pages are finally served under.
    pub(crate) fn final_host(&self) -> &str {
        let is_apex = self.body.habit == Habit::WwwToApex;
        if is_apex || self.is_former() { &self.body.hostname } else { &self.host }
    }

    /// True for a name the body had before its present one.
    pub(crate) fn is_former(&self) -> bool {
        self.host.starts_with(FORMER) && canonical(&self.host) != self.body.hostname
    }

    /// Path and query of the statement (or of what passes for one) on the own host.
    pub(crate) fn statement_path(&self) -> String {
        let slug = match self.body.habit {
            Habit::BareBuilding | Habit::WidgetVendor | Habit::FrenchStatusLabel => self.words.bare_slug,
            Habit::PdfStatement => return format!("/files/{}.pdf", self.words.slug),
            _ => self.words.slug,
        };
        match self.pick("path", 10) {
            0..6 => format!("/{slug}"),
            6 => format!("/{slug}.html"),
            7 => format!("/{slug}/"),
            8 => format!("/{}/{slug}", self.words.tag),
            _ => format!("/index.php?id={}", 100 + self.pick("id", 900)),
        }
    }

    /// Absolute address of the statement, on the central host where it lies there.
    pub(crate) fn statement_url(&self) -> String {
        let register =
            Register::for_country(self.body.country).filter(|_| self.body.habit == Habit::CentralRegister);
        register
            .and_then(|register| register.url(self.seed, &self.body.hostname))
            .unwrap_or_else(|| self.absolute(&self.statement_path()))
    }

    /// Absolute address of `path` on this site.
    pub(crate) fn absolute(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme(), self.final_host())
    }

    /// The page that links the statement of a body with the hub habit.
    pub(crate) fn hub_path(&self) -> &'static str {
        if self.pick("hub", 2) == 0 { "/imprint" } else { "/about-site" }
    }

    pub(crate) fn facts(&self) -> Facts {
        let is_rereviewed = self.body.habit == Habit::ConformanceChanges && self.month > 1;
        let first = match self.pick("conformance", 20) {
            0..15 => Conformance::Partial,
            15..18 => Conformance::Full,
            _ => Conformance::Non,
        };
        let conformance = match (first, is_rereviewed) {
            (first, false) => first,
            (Conformance::Partial, true) => Conformance::Full,
            (_, true) => Conformance::Partial,
        };
        let prepared_on = day_after(date(2020, 1, 15), self.pick("prepared", 1900));
        let reviewed_on = if is_rereviewed {
            day_after(date(2026, 5, 1), self.pick("rereviewed", 60))
        } else {
            day_after(prepared_on, 30 + self.pick("reviewed", 370))
        };
        Facts { conformance, prepared_on, reviewed_on, is_self_assessed: self.pick("method", 3) < 2 }
    }

    /// A body of the same country whose statement this one copied.
    pub(crate) fn copied_from(&self) -> SimHost {
        let country = Country::of(self.seed, &self.body.hostname);
        let index = self.pick("copied", 400) as usize;
        let mut other = body(self.seed, &country.invented_host(index));
        if other.hostname == self.body.hostname {
            other = body(self.seed, &country.invented_host(index + 1));
        }
        other
    }
}

/// `days` after `day`; both are small enough never to leave the calendar.
fn day_after(day: Date, days: u64) -> Date {
    day.saturating_add((days as i64).days())
}
