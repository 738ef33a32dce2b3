//! From a request to an answer: habits first, then the ordinary pages.

use crate::reply::{Answer, Payload, Reply};
use crate::request::{Scheme, SimRequest};
use crate::site::Site;
use crate::{Habit, harmful, pages};

/// What `site` answers to `request`.
pub(crate) fn answer(site: &Site, request: &SimRequest) -> Answer {
    let habit = site.body.habit;
    let is_wrong_scheme = habit == Habit::HttpOnly && request.scheme == Scheme::Https;
    if !habit.is_listening(site.month) || is_wrong_scheme {
        return Answer::Refuse;
    }
    let first = moved(site, request).or_else(|| robots(site, request));
    if let (None, Some(harm)) = (&first, site.body.harm)
        && let Some(answer) = harmful::everywhere(harm, &request.path)
    {
        return answer;
    }
    Answer::Reply(first.or_else(|| trouble(site, request)).unwrap_or_else(|| {
        let reply = pages::ordinary(site, &request.path);
        let gzipped = request.accepts_gzip && site.body.harm.is_none() && site.pick("gzip", 8) == 0;
        travel(site, if gzipped { compressed(reply) } else { reply })
    }))
}

/// Redirects of the whole host, `robots.txt` included.
fn moved(site: &Site, request: &SimRequest) -> Option<Reply> {
    let is_plain = request.scheme == Scheme::Http;
    if site.is_former() {
        return Some(Reply::redirect(301, site.absolute(&request.path)));
    }
    match site.body.habit {
        Habit::WwwToApex if site.host != site.body.hostname => {
            Some(Reply::redirect(301, format!("https://{}{}", site.body.hostname, request.path)))
        }
        Habit::HttpToHttps | Habit::ExpiredCertificate | Habit::WrongNameCertificate if is_plain => {
            Some(Reply::redirect(301, format!("https://{}{}", site.host, request.path)))
        }
        _ => None,
    }
}

/// `robots.txt` (RFC 9309) and, for one habit, the chain of redirects to it.
fn robots(site: &Site, request: &SimRequest) -> Option<Reply> {
    let step = match request.path.as_str() {
        "/robots.txt" => 0,
        path => path.strip_prefix("/robots/")?.strip_suffix(".txt")?.parse::<u8>().ok()?,
    };
    Some(match site.body.habit {
        Habit::RobotsRedirects if step < 5 => Reply::redirect(302, format!("/robots/{}.txt", step + 1)),
        Habit::RobotsRedirects if step == 5 => Reply::text(200, ordinary_robots(site)),
        _ if step > 0 => return None,
        Habit::RobotsDisallow => Reply::text(200, "User-agent: *\nDisallow: /\n"),
        Habit::RobotsError => Reply::text(500, "internal error\n"),
        _ if site.pick("robots", 3) == 0 => Reply::html(404, pages::missing(site)),
        _ => Reply::text(200, ordinary_robots(site)),
    })
}

fn ordinary_robots(site: &Site) -> String {
    let sitemap = site.absolute("/sitemap");
    format!(
        "User-agent: *\nDisallow: /admin/\nDisallow: /search\nDisallow: /*?print=\n\nSitemap: {sitemap}\n"
    )
}

/// What keeps a reader from the pages of a site whatever the path.
fn trouble(site: &Site, request: &SimRequest) -> Option<Reply> {
    let path = request.path.as_str();
    match site.body.habit {
        Habit::RedirectLoop => Some(Reply::redirect(302, next_in_circle(path).to_owned())),
        Habit::Home404 => Some(Reply::html(404, pages::bare("404 Not Found"))),
        Habit::BlockPage => Some(Reply::html(403, pages::block_page(&site.host))),
        Habit::LimitedOnce if request.is_too_soon => Some(too_many("1")),
        Habit::LimitedAlways => Some(too_many("120")),
        Habit::ServerError => Some(Reply::html(500, pages::bare("500 Internal Server Error"))),
        Habit::GzipBomb => {
            let reply = Reply::html(200, String::new()).with("content-encoding", "gzip");
            Some(Reply { payload: Payload::Bomb, ..reply })
        }
        Habit::EndlessBody => {
            let reply = Reply::html(200, String::new());
            Some(Reply { payload: Payload::Endless(pages::endless_start(site).into()), ..reply })
        }
        Habit::ScriptShell => Some(Reply::html(200, pages::script_shell(site))),
        Habit::MetaRefresh if path == "/" => Some(Reply::html(200, pages::meta_refresh(site))),
        _ => None,
    }
}

fn next_in_circle(path: &str) -> &'static str {
    match path {
        "/start" => "/welcome",
        "/welcome" => "/",
        _ => "/start",
    }
}

fn too_many(seconds: &str) -> Reply {
    Reply::html(429, pages::bare("429 Too Many Requests")).with("retry-after", seconds)
}

/// Gives `reply` the way of travelling that the habit asks for.
fn travel(site: &Site, mut reply: Reply) -> Reply {
    let Payload::Whole(bytes) = reply.payload else { return reply };
    reply.payload = match site.body.habit {
        Habit::SlowBody => Payload::Dribble(bytes),
        Habit::Reset => Payload::Broken(bytes),
        _ => Payload::Whole(bytes),
    };
    reply
}

fn compressed(reply: Reply) -> Reply {
    use std::io::Write;
    let Payload::Whole(bytes) = &reply.payload else { return reply };
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    match gzip.write_all(bytes).and_then(|()| gzip.finish()) {
        Ok(small) => Reply { payload: Payload::Whole(small.into()), ..reply }
            .with("content-encoding", "gzip")
            .with("vary", "accept-encoding"),
        Err(_) => reply,
    }
}
