//! What does a national central host answer?

use crate::Habit;
use crate::pages;
use crate::registers::Register;
use crate::reply::{Answer, Reply};
use crate::request::SimRequest;
use crate::site::Site;

/// What the central host answers: its start page, the statement of a body, or 404.
pub(crate) fn answer(seed: u64, register: Register, request: &SimRequest, month: u32) -> Answer {
    let (country, host, _) = register.row();
    if request.path == "/robots.txt" {
        return Answer::Reply(Reply::text(200, "User-agent: *\nDisallow: /admin/\n"));
    }
    let found = register.host_at(seed, &request.path).map(|body| Site::new(seed, &body, month));
    let is_kept = |site: &Site| site.body.habit == Habit::CentralRegister && site.body.country == country;
    Answer::Reply(match found.filter(is_kept) {
        Some(site) => Reply::html(200, pages::register_statement(&site, host)),
        None if request.path == "/" => Reply::html(200, pages::register_home(host)),
        None => Reply::html(404, pages::register_home(host)),
    })
}
