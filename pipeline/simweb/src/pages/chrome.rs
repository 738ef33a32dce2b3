//! What stands around the text of every page: head, navigation, footer.

use std::fmt::Write;

use encoding_rs::Encoding;

use super::href::href;
use super::link;
use crate::Habit;
use crate::site::{Href, Place, Site};

/// The encoding pages of `language` had before UTF-8.
pub(crate) fn old_encoding(language: &str) -> &'static Encoding {
    match language {
        "cs" | "sk" | "hu" | "sl" | "hr" => encoding_rs::WINDOWS_1250,
        "pl" | "ro" => encoding_rs::ISO_8859_2,
        "bg" => encoding_rs::WINDOWS_1251,
        "el" => encoding_rs::WINDOWS_1253,
        "et" | "lv" | "lt" => encoding_rs::WINDOWS_1257,
        "mt" => encoding_rs::ISO_8859_3,
        _ => encoding_rs::WINDOWS_1252,
    }
}

/// A whole page with `main` as its text.
pub(super) fn page(site: &Site, title: &str, main: &str) -> String {
    let mut out = String::with_capacity(main.len() + 8 * 1024);
    head(&mut out, site, title);
    banner(&mut out, site);
    let _ = write!(out, "<main id=\"content\" class=\"main\">\n{main}</main>\n");
    footer(&mut out, site);
    let _ =
        writeln!(out, "<script src=\"{}\" defer></script>\n</body>\n</html>", href(site, "/assets/site.js"));
    out
}

fn head(out: &mut String, site: &Site, title: &str) {
    let charset = match site.body.habit {
        Habit::WrongCharset => old_encoding(site.words.tag).name().to_ascii_lowercase(),
        _ => "utf-8".to_owned(),
    };
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"{charset}\">\n<title>{title} – {}</title>\n",
        site.body.language, site.body.name
    );
    if site.href_style() == Href::Based {
        let _ = writeln!(out, "<base href=\"{}\">", site.absolute("/"));
    }
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>\n");
    for (rule, shade) in (0..24).map(|rule| (rule, site.pick("style", 4096) + rule * 37)) {
        let _ = writeln!(
            out,
            ".c{rule} {{ margin: {}px auto; padding: 0 {}px; color: #{shade:04x}; display: block }}",
            rule % 9,
            rule % 5
        );
    }
    out.push_str("</style>\n</head>\n<body>\n");
}

fn banner(out: &mut String, site: &Site) {
    let words = site.words;
    let _ = writeln!(out, "<a class=\"skip\" href=\"#content\">{}</a>\n<header class=\"c1\">", words.skip);
    let _ = writeln!(out, "<a class=\"logo\" href=\"{}\">{}</a>", href(site, "/"), site.body.name);
    if site.place() == Place::Nav {
        let _ = writeln!(out, "<nav class=\"meta\"><ul>{}</ul></nav>", small_links(site));
    }
    out.push_str("<nav class=\"menu\"><ul>\n");
    for (label, path) in
        words.nav.iter().zip(["/", "/news", "/services", "/organisation", "/contact", "/search"])
    {
        let _ = writeln!(out, "<li><a href=\"{}\">{label}</a></li>", href(site, path));
    }
    out.push_str("</ul></nav>\n</header>\n");
}

fn footer(out: &mut String, site: &Site) {
    let (open, close) = match site.place() {
        Place::DivFooter => ("<div class=\"footer\" id=\"footer\">", "</div>"),
        _ => ("<footer>", "</footer>"),
    };
    let _ = writeln!(out, "{open}\n<p>© {}, {}</p>", site.body.name, site.body.hostname);
    if site.place() != Place::Nav {
        let _ = writeln!(out, "<ul>{}</ul>", small_links(site));
    }
    let _ = writeln!(out, "{close}");
}

/// Imprint, privacy and the like, the statement link among them where the habit has one.
fn small_links(site: &Site) -> String {
    let words = site.words;
    let mut out = String::from("\n");
    for (label, path) in [(words.legal[0], "/imprint"), (words.legal[1], "/privacy")] {
        let _ = writeln!(out, "<li><a href=\"{}\">{label}</a></li>", href(site, path));
    }
    if let Some(link) = link::to_statement(site) {
        let _ = writeln!(out, "<li>{link}</li>");
    }
    let rest =
        [(words.plain, "/plain-language"), (words.legal[2], "/sitemap"), (words.legal[3], "/about-site")];
    for (label, path) in rest {
        let _ = writeln!(out, "<li><a href=\"{}\">{label}</a></li>", href(site, path));
    }
    out
}
