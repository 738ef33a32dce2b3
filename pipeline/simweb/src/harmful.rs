//! What does a host send that means harm to its readers?

mod brotli;
mod documents;
mod pages;

use crate::Harm;
use crate::reply::{Answer, Payload, Reply};
use crate::site::Site;
use bytes::Bytes;
use std::sync::LazyLock;

/// What stands where the statement of a harmed host belongs.
pub(crate) enum InPlace {
    /// This.
    Reply(Reply),
    /// The statement, and this behind it.
    Behind(String),
}

/// What every page of a harmed host is, robots.txt apart; none where only the statement does harm.
pub(crate) fn everywhere(harm: Harm, path: &str) -> Option<Answer> {
    (harm == Harm::Tarpit).then(|| Answer::Late(pages::tarpit(path)))
}

/// What stands in place of the statement.
pub(crate) fn in_place_of_statement(harm: Harm, site: &Site) -> InPlace {
    InPlace::Reply(match harm {
        Harm::CmapPdf => pdf(&CMAP_PDF),
        Harm::TextPdf => pdf(&TEXT_PDF),
        Harm::FormsPdf => pdf(&FORMS_PDF),
        Harm::BrotliWindow => {
            let reply = Reply::html(200, String::new()).with("content-encoding", "br");
            Reply { payload: Payload::Whole(BROTLI.clone()), ..reply }
        }
        Harm::PhrasePage => return InPlace::Behind(pages::phrases(site)),
        Harm::HitsPage => return InPlace::Behind(pages::hits(site)),
        Harm::Tarpit => pages::tarpit("/"),
    })
}

static CMAP_PDF: LazyLock<Bytes> = LazyLock::new(|| documents::cmap().into());
static TEXT_PDF: LazyLock<Bytes> = LazyLock::new(|| documents::text().into());
static FORMS_PDF: LazyLock<Bytes> = LazyLock::new(|| documents::forms().into());
static BROTLI: LazyLock<Bytes> = LazyLock::new(|| brotli::bomb(64).into());

fn pdf(bytes: &Bytes) -> Reply {
    let headers = vec![("content-type", "application/pdf".to_owned())];
    Reply { status: 200, headers, payload: Payload::Whole(bytes.clone()) }
}
