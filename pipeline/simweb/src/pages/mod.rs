//! The pages of a site. All text is made here, none of it is fetched from anywhere.

mod chrome;
mod home;
mod href;
mod link;
mod plain;
mod statement;
#[cfg(test)]
mod tests;

use bytes::Bytes;

pub(crate) use plain::{bare, block_page, endless_start, meta_refresh, register_home, script_shell};
pub(crate) use statement::register_statement;

use crate::Habit;
use crate::habit::State;
use crate::harmful::{self, InPlace};
use crate::reply::{Payload, Reply};
use crate::site::Site;

/// The page at `path` of a site that lets its reader through: home, inner page, statement or 404.
pub(crate) fn ordinary(site: &Site, path: &str) -> Reply {
    if let Some(reply) = in_place_of_statement(site, path) {
        return reply;
    }
    let words = site.words;
    let text = |title: &str, main: String| Reply::html(200, chrome::page(site, title, &main));
    let reply = match path {
        "/" => text(&site.body.name, home::main(site)),
        "/start" if site.body.habit == Habit::MetaRefresh => text(&site.body.name, home::main(site)),
        "/news" => text(words.nav[1], home::news(site)),
        "/services" => text(words.nav[2], home::prose(site, words.nav[2])),
        "/organisation" => text(words.nav[3], home::prose(site, words.nav[3])),
        "/contact" => text(words.nav[4], home::contact(site)),
        "/search" => text(words.nav[5], home::prose(site, words.nav[5])),
        "/imprint" => text(words.legal[0], home::legal(site, words.legal[0], "/imprint")),
        "/privacy" => text(words.legal[1], home::prose(site, words.legal[1])),
        "/sitemap" => text(words.legal[2], home::sitemap(site)),
        "/about-site" => text(words.legal[3], home::legal(site, words.legal[3], "/about-site")),
        "/plain-language" => text(words.plain, home::prose(site, words.plain)),
        "/building-access" => text(words.building, home::building(site)),
        "/news/statement-course" if site.body.habit == Habit::GuidancePage => {
            text(words.guidance, home::guidance(site))
        }
        _ => Reply::html(404, missing(site)),
    };
    in_wrong_charset(site, reply)
}

/// The 404 page of the site, footer and all.
pub(crate) fn missing(site: &Site) -> String {
    chrome::page(site, site.words.missing, &home::prose(site, site.words.missing))
}

/// What lies at the path where the statement of the site belongs.
fn in_place_of_statement(site: &Site, path: &str) -> Option<Reply> {
    let words = site.words;
    let is_here = path == site.statement_path();
    let page = |title: &str, main: String| Some(Reply::html(200, chrome::page(site, title, &main)));
    if let Some(harm) = site.body.harm.filter(|_| is_here) {
        return match harmful::in_place_of_statement(harm, site) {
            InPlace::Reply(reply) => Some(reply),
            InPlace::Behind(more) => page(words.label, statement::own(site) + &more),
        };
    }
    match site.body.habit {
        _ if !is_here => None,
        Habit::NoStatement | Habit::GuidancePage | Habit::CentralRegister | Habit::Home404 => None,
        Habit::BareBuilding => page(words.bare, home::building(site)),
        Habit::WidgetVendor => page(words.bare, plain::widget(site)),
        Habit::UnfilledTemplate => page(words.label, statement::unfilled(site)),
        Habit::OtherBody => page(words.label, statement::copied(site, &site.copied_from())),
        other if other.statement(site.month) == State::Absent => None,
        Habit::PdfStatement => Some(statement::pdf(site)),
        _ => page(words.label, statement::own(site)).map(|reply| in_wrong_charset(site, reply)),
    }
}

/// Writes the body in the old encoding of the language while the header goes on saying UTF-8.
fn in_wrong_charset(site: &Site, reply: Reply) -> Reply {
    if site.body.habit != Habit::WrongCharset {
        return reply;
    }
    let text = String::from_utf8_lossy(reply.bytes()).into_owned();
    let (bytes, _, _) = chrome::old_encoding(site.words.tag).encode(&text);
    Reply { payload: Payload::Whole(Bytes::from(bytes.into_owned())), ..reply }
}
