//! What does a host send that means harm to its readers?

mod brotli;
mod documents;
mod pages;

use crate::Habit;
use crate::draw::draw;
use crate::reply::{Answer, Payload, Reply};
use crate::site::Site;
use bytes::Bytes;
use std::str::FromStr;
use std::sync::LazyLock;

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

    /// What every page of the host is, robots.txt apart; none where only the statement does harm.
    pub(crate) fn everywhere(self, path: &str) -> Option<Answer> {
        (self == Harm::Tarpit).then(|| Answer::Late(pages::tarpit(path)))
    }

    /// What stands in place of the statement.
    pub(crate) fn in_place_of_statement(self, site: &Site) -> Reply {
        match self {
            Harm::CmapPdf => pdf(&CMAP_PDF),
            Harm::TextPdf => pdf(&TEXT_PDF),
            Harm::FormsPdf => pdf(&FORMS_PDF),
            Harm::BrotliWindow => {
                let reply = Reply::html(200, String::new()).with("content-encoding", "br");
                Reply { payload: Payload::Whole(BROTLI.clone()), ..reply }
            }
            Harm::PhrasePage => pages::phrases(site),
            Harm::HitsPage => pages::hits(site),
            Harm::Tarpit => pages::tarpit("/"),
        }
    }
}

static CMAP_PDF: LazyLock<Bytes> = LazyLock::new(|| documents::cmap().into());
static TEXT_PDF: LazyLock<Bytes> = LazyLock::new(|| documents::text().into());
static FORMS_PDF: LazyLock<Bytes> = LazyLock::new(|| documents::forms().into());
static BROTLI: LazyLock<Bytes> = LazyLock::new(|| brotli::bomb(64).into());

fn pdf(bytes: &Bytes) -> Reply {
    let headers = vec![("content-type", "application/pdf".to_owned())];
    Reply { status: 200, headers, payload: Payload::Whole(bytes.clone()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Europe, SimRequest, StatementTruth};
    use std::collections::BTreeSet;

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

    #[test]
    fn a_share_of_the_hosts_is_harmed_and_the_others_are_as_before() {
        let (plain, harmed) = (Europe::new(7), Europe::new(7).with_harm(Share::percent(10)));
        let (mut kinds, mut count) = (BTreeSet::new(), 0);
        for (before, after) in plain.hosts(600).into_iter().zip(harmed.hosts(600)) {
            assert_eq!(before.hostname, after.hostname);
            assert_eq!(harmed.host(&after.hostname), after);
            let truth = harmed.truth(&after.hostname, 1);
            match after.harm {
                Some(harm) => {
                    kinds.insert(harm);
                    count += 1;
                    assert_eq!(truth.statement, StatementTruth::Hidden);
                }
                None => assert_eq!((before, plain.truth(&after.hostname, 1)), (after, truth)),
            }
        }
        assert_eq!(kinds, Harm::ALL.into());
        assert!((30..90).contains(&count), "{count}");
    }

    #[test]
    fn readers_come_to_the_harm_by_the_home_page() {
        let europe = Europe::new(7).with_harm(Share::percent(100));
        let mut met = BTreeSet::new();
        for host in europe.hosts(60) {
            let Some(harm) = host.harm.filter(|harm| *harm != Harm::Tarpit) else { continue };
            let page = |path: &str| match europe.answer(&SimRequest::get(&host.hostname, path), 1) {
                Answer::Reply(reply) => reply,
                other => panic!("{other:?}"),
            };
            let path = Site::of(host.clone(), 7, &host.hostname, 1).statement_path();
            let home = String::from_utf8_lossy(page("/").bytes()).replace("&amp;", "&");
            assert!(home.contains(path.trim_start_matches('/')), "{harm:?} {path}");
            let sent = page(&path);
            assert!(sent.status == 200 && sent.bytes().len() < 2 << 20, "{harm:?} {}", sent.bytes().len());
            met.insert(harm);
        }
        assert_eq!(met.len(), Harm::ALL.len() - 1);
    }
}
