//! What a simulated site does to its readers. Each body has exactly one habit, drawn by weight.

/// A behaviour a crawler meets on the real web.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Habit {
    /// The home page links the statement by its legal name, mostly in the footer. The commonest.
    FooterStatement,
    /// Only the imprint or "about this site" page links the statement: one more hop.
    HubPage,
    /// The statement lies on the national central host (IT, DK, NL, NO).
    CentralRegister,
    /// The statement is a PDF, linked by its legal name.
    PdfStatement,
    /// The link is an icon; the legal name stands in its `aria-label`.
    AriaLabel,
    /// The French mention: the link text is the status, not the name.
    FrenchStatusLabel,
    /// Soft hyphens inside the words of the label.
    SoftHyphen,
    /// A bare "accessibility" page that is about ramps and lifts.
    BareBuilding,
    /// A statement template nobody filled in: brackets and all three statuses.
    UnfilledTemplate,
    /// A statement copied from another body; it names that body's host.
    OtherBody,
    /// A news page about statements.
    GuidancePage,
    /// The page of a widget vendor.
    WidgetVendor,
    /// An ordinary site without any statement.
    NoStatement,
    /// `www.` redirects to the bare host, which has a statement.
    WwwToApex,
    /// `http:` redirects to `https:`, which has a statement.
    HttpToHttps,
    /// Every page redirects in a circle.
    RedirectLoop,
    /// The home page, like every other, answers 404.
    Home404,
    /// A firewall answers 403 with a page that looks for a browser.
    BlockPage,
    /// The first request gets 429 with `Retry-After: 1`, later ones are served.
    LimitedOnce,
    /// Every request gets 429.
    LimitedAlways,
    /// Every page answers 500.
    ServerError,
    /// Bodies dribble for about a second, then are complete.
    SlowBody,
    /// Bodies never end.
    EndlessBody,
    /// A small gzip body that inflates to tens of megabytes.
    GzipBomb,
    /// The header says UTF-8, the bytes and the `<meta>` say otherwise.
    WrongCharset,
    /// The home page sends readers on by `<meta http-equiv="refresh">`.
    MetaRefresh,
    /// `robots.txt` shuts everybody out.
    RobotsDisallow,
    /// `robots.txt` answers 500, which RFC 9309 section 2.3.1.4 reads as closed.
    RobotsError,
    /// `robots.txt` is five redirects away (RFC 9309 section 2.3.1.2: at least five are followed).
    RobotsRedirects,
    /// The connection is closed before any answer.
    Refused,
    /// The connection breaks in the middle of the body.
    Reset,
    /// The certificate expired long ago; `http:` redirects to `https:`.
    ExpiredCertificate,
    /// The certificate is for another name; `http:` redirects to `https:`.
    WrongNameCertificate,
    /// Only `http:` works; the TLS handshake fails.
    HttpOnly,
    /// Every page is an empty shell that a script would fill.
    ScriptShell,
    /// Has a statement in month 1 and is gone for good from month 2.
    Dies,
    /// Has a statement, is away in month 2 and back in month 3.
    Pauses,
    /// The statement appears in month 2.
    Appears,
    /// The statement vanishes in month 3.
    Vanishes,
    /// The statement is re-reviewed in month 2 and its status changes.
    ConformanceChanges,
}

/// What a habit means for the statement of a body in one month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// A polite reader can read it.
    Present,
    /// There is one, and no polite reader can reach or read it.
    Hidden,
    /// There is none.
    Absent,
}

impl Habit {
    /// Every habit, in the order of their declaration.
    pub const ALL: [Habit; 40] = [
        Habit::FooterStatement,
        Habit::HubPage,
        Habit::CentralRegister,
        Habit::PdfStatement,
        Habit::AriaLabel,
        Habit::FrenchStatusLabel,
        Habit::SoftHyphen,
        Habit::BareBuilding,
        Habit::UnfilledTemplate,
        Habit::OtherBody,
        Habit::GuidancePage,
        Habit::WidgetVendor,
        Habit::NoStatement,
        Habit::WwwToApex,
        Habit::HttpToHttps,
        Habit::RedirectLoop,
        Habit::Home404,
        Habit::BlockPage,
        Habit::LimitedOnce,
        Habit::LimitedAlways,
        Habit::ServerError,
        Habit::SlowBody,
        Habit::EndlessBody,
        Habit::GzipBomb,
        Habit::WrongCharset,
        Habit::MetaRefresh,
        Habit::RobotsDisallow,
        Habit::RobotsError,
        Habit::RobotsRedirects,
        Habit::Refused,
        Habit::Reset,
        Habit::ExpiredCertificate,
        Habit::WrongNameCertificate,
        Habit::HttpOnly,
        Habit::ScriptShell,
        Habit::Dies,
        Habit::Pauses,
        Habit::Appears,
        Habit::Vanishes,
        Habit::ConformanceChanges,
    ];

    /// Sum of all weights.
    pub const TOTAL_WEIGHT: u32 = 1000;

    /// Stable `snake_case` name and weight out of [`Habit::TOTAL_WEIGHT`].
    const fn row(self) -> (&'static str, u32) {
        match self {
            Habit::FooterStatement => ("footer_statement", 429),
            Habit::HubPage => ("hub_page", 50),
            Habit::CentralRegister => ("central_register", 40),
            Habit::PdfStatement => ("pdf_statement", 25),
            Habit::AriaLabel => ("aria_label", 20),
            Habit::FrenchStatusLabel => ("french_status_label", 15),
            Habit::SoftHyphen => ("soft_hyphen", 20),
            Habit::BareBuilding => ("bare_building", 20),
            Habit::UnfilledTemplate => ("unfilled_template", 15),
            Habit::OtherBody => ("other_body", 10),
            Habit::GuidancePage => ("guidance_page", 12),
            Habit::WidgetVendor => ("widget_vendor", 10),
            Habit::NoStatement => ("no_statement", 75),
            Habit::WwwToApex => ("www_to_apex", 25),
            Habit::HttpToHttps => ("http_to_https", 25),
            Habit::RedirectLoop => ("redirect_loop", 6),
            Habit::Home404 => ("home_404", 8),
            Habit::BlockPage => ("block_page", 10),
            Habit::LimitedOnce => ("limited_once", 12),
            Habit::LimitedAlways => ("limited_always", 6),
            Habit::ServerError => ("server_error", 8),
            Habit::SlowBody => ("slow_body", 8),
            Habit::EndlessBody => ("endless_body", 5),
            Habit::GzipBomb => ("gzip_bomb", 5),
            Habit::WrongCharset => ("wrong_charset", 18),
            Habit::MetaRefresh => ("meta_refresh", 10),
            Habit::RobotsDisallow => ("robots_disallow", 10),
            Habit::RobotsError => ("robots_error", 7),
            Habit::RobotsRedirects => ("robots_redirects", 8),
            Habit::Refused => ("refused", 8),
            Habit::Reset => ("reset", 6),
            Habit::ExpiredCertificate => ("expired_certificate", 7),
            Habit::WrongNameCertificate => ("wrong_name_certificate", 7),
            Habit::HttpOnly => ("http_only", 10),
            Habit::ScriptShell => ("script_shell", 10),
            Habit::Dies => ("dies", 8),
            Habit::Pauses => ("pauses", 8),
            Habit::Appears => ("appears", 8),
            Habit::Vanishes => ("vanishes", 8),
            Habit::ConformanceChanges => ("conformance_changes", 8),
        }
    }

    /// Stable `snake_case` name.
    pub const fn name(self) -> &'static str {
        self.row().0
    }

    /// Share of all bodies, out of [`Habit::TOTAL_WEIGHT`].
    pub const fn weight(self) -> u32 {
        self.row().1
    }

    /// The habit `draw` falls on when all weights are laid end to end.
    pub(crate) fn at(draw: u64) -> Habit {
        let mut left = (draw % u64::from(Habit::TOTAL_WEIGHT)) as u32;
        for habit in Habit::ALL {
            if left < habit.weight() {
                return habit;
            }
            left -= habit.weight();
        }
        Habit::FooterStatement
    }

    /// Whether connections to the body are answered at all in `month`.
    pub(crate) fn is_listening(self, month: u32) -> bool {
        match self {
            Habit::Refused => false,
            Habit::Dies => month < 2,
            Habit::Pauses => month != 2,
            _ => true,
        }
    }

    /// Whether a polite reader gets a whole, readable page with status 2xx from the entry address.
    pub(crate) fn is_reachable(self, month: u32) -> bool {
        match self {
            Habit::RedirectLoop
            | Habit::Home404
            | Habit::BlockPage
            | Habit::LimitedAlways
            | Habit::ServerError
            | Habit::EndlessBody
            | Habit::GzipBomb
            | Habit::RobotsDisallow
            | Habit::RobotsError
            | Habit::Reset
            | Habit::ExpiredCertificate
            | Habit::WrongNameCertificate => false,
            other => other.is_listening(month),
        }
    }

    /// What became of the statement in `month`.
    pub(crate) fn statement(self, month: u32) -> State {
        match self {
            Habit::BareBuilding
            | Habit::UnfilledTemplate
            | Habit::OtherBody
            | Habit::GuidancePage
            | Habit::WidgetVendor
            | Habit::NoStatement => State::Absent,
            Habit::Appears if month < 2 => State::Absent,
            Habit::Vanishes if month > 2 => State::Absent,
            Habit::ScriptShell => State::Hidden,
            other if other.is_reachable(month) => State::Present,
            _ => State::Hidden,
        }
    }
}

impl std::fmt::Display for Habit {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Habit, State};

    #[test]
    fn weights_fill_the_total() {
        assert_eq!(Habit::ALL.iter().map(|habit| habit.weight()).sum::<u32>(), Habit::TOTAL_WEIGHT);
        let drawn: BTreeSet<_> = (0..u64::from(Habit::TOTAL_WEIGHT)).map(Habit::at).collect();
        assert_eq!(drawn.len(), Habit::ALL.len());
        let names: BTreeSet<_> = Habit::ALL.iter().map(|habit| habit.name()).collect();
        assert_eq!(names.len(), Habit::ALL.len());
    }

    #[test]
    fn months_move_the_months_habits_only() {
        assert_eq!(
            [1, 2, 3].map(|month| Habit::Dies.statement(month)),
            [State::Present, State::Hidden, State::Hidden]
        );
        assert_eq!([1, 2, 3].map(|month| Habit::Pauses.is_reachable(month)), [true, false, true]);
        assert_eq!([1, 2].map(|month| Habit::Appears.statement(month)), [State::Absent, State::Present]);
        assert_eq!([2, 3].map(|month| Habit::Vanishes.statement(month)), [State::Present, State::Absent]);
        let moving = Habit::ALL.iter().filter(|habit| habit.statement(1) != habit.statement(3)).count();
        assert_eq!(moving, 3);
    }
}
