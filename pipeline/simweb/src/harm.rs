//! Which hosts mean harm to their readers, and what kind of it?

use crate::Habit;
use crate::draw::draw;
use std::str::FromStr;

/// What a harmed host sends in place of its statement, or of every page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Harm {
    /// A PDF whose font maps four thousand million codes in one line.
    CmapPdf,
    /// A PDF of four million codes that each stand for 256 letters.
    TextPdf,
    /// A PDF that draws one large form millions of times.
    FormsPdf,
    /// A kilobyte of brotli that unpacks to a gigabyte, in a window that no HTTP coding has.
    BrotliWindow,
    /// A statement and half a megabyte of one-letter sentences.
    PhrasePage,
    /// A statement that declares its status tens of thousands of times.
    HitsPage,
    /// Every page takes a second and leads to the next one; the tenth is busy.
    Tarpit,
}

/// Bodies that are harmed, out of ten thousand. Written `1%` or `0.25%`; none by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share(u32);

impl Share {
    /// All bodies.
    const WHOLE: u32 = 10_000;

    /// So many bodies of a hundred; more than a hundred are all.
    pub fn percent(percent: u32) -> Self {
        Self(percent.saturating_mul(100).min(Self::WHOLE))
    }
}

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let percent = text.strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
        let percent = percent.filter(|percent| (0.0..=100.0).contains(percent));
        percent.map(|percent| Self((percent * 100.0).round() as u32)).ok_or_else(|| {
            format!("`{text}` is no share, expected a number from 0 to 100 and a percent sign, as in `1%`")
        })
    }
}

impl Harm {
    /// Every harm, in the order of their declaration.
    pub const ALL: [Harm; 7] = [
        Harm::CmapPdf,
        Harm::TextPdf,
        Harm::FormsPdf,
        Harm::BrotliWindow,
        Harm::PhrasePage,
        Harm::HitsPage,
        Harm::Tarpit,
    ];

    /// Stable `snake_case` name.
    pub const fn name(self) -> &'static str {
        match self {
            Harm::CmapPdf => "cmap_pdf",
            Harm::TextPdf => "text_pdf",
            Harm::FormsPdf => "forms_pdf",
            Harm::BrotliWindow => "brotli_window",
            Harm::PhrasePage => "phrase_page",
            Harm::HitsPage => "hits_page",
            Harm::Tarpit => "tarpit",
        }
    }

    /// The harm of the body `canonical`, where it is among the share.
    pub(crate) fn of(seed: u64, canonical: &str, share: Share) -> Option<Harm> {
        let is_harmed = draw(seed, &["harm", canonical]) % u64::from(Share::WHOLE) < u64::from(share.0);
        let kind = draw(seed, &["kind of harm", canonical]) % Harm::ALL.len() as u64;
        is_harmed.then(|| Harm::ALL[kind as usize])
    }

    /// The habit a harmed host has beside its harm, so that readers come to the statement.
    pub(crate) fn habit(self) -> Habit {
        match self {
            Harm::CmapPdf | Harm::TextPdf | Harm::FormsPdf => Habit::PdfStatement,
            Harm::BrotliWindow | Harm::PhrasePage | Harm::HitsPage | Harm::Tarpit => Habit::FooterStatement,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_written_as_percent() {
        assert_eq!("1%".parse(), Ok(Share::percent(1)));
        assert_eq!("0.25%".parse(), Ok(Share(25)));
        assert_eq!("100 %".parse(), Ok(Share::percent(700)));
        for wrong in ["1", "%", "101%", "-1%", "x%"] {
            assert!(
                wrong.parse::<Share>().unwrap_err().contains("expected a number from 0 to 100"),
                "{wrong}"
            );
        }
    }
}
