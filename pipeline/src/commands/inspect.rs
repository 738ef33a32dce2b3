//! `deklaro inspect page` shows what the detector sees in one page from a file.

use crate::cli::InspectWhat;
use crate::readers::papers;
use deklaro_console::{BadFile, Exit, output};
use deklaro_detect::{Glossary, Page, PageInput, PageView, Reader};
use deklaro_import::Countries;
use deklaro_run::ending::NoPaperReader;
use deklaro_schemas::{CountryCode, HostKey, PageUrl};
use std::path::Path;

/// `deklaro inspect`
pub(crate) fn inspect(what: &InspectWhat) -> anyhow::Result<Exit> {
    let InspectWhat::Page { file, url, country, terms, output } = what;
    let own = terms.own()?;
    let bytes = std::fs::read(file).map_err(|source| BadFile { path: file.clone(), source })?;
    let host = url.host();
    let country = country.unwrap_or_else(|| country_of(&host));
    let input = PageInput {
        url,
        bytes: &bytes,
        content_type: content_type(file),
        charset: None,
        host: &host,
        aliases: &[],
        country,
    };
    let reader = Reader::new(own.as_ref().unwrap_or_else(|| Glossary::builtin())).papers(papers());
    let page = reader.inspect(&input);
    if let Some(message) = reader.fault() {
        return Err(NoPaperReader { message }.into());
    }
    if output.json {
        output::json(&PageView::of(&page, Some(deklaro_console::now().date())))?;
    } else {
        output::text(&shown(url, &page))?;
    }
    Ok(Exit::Done)
}

/// The country of a host's top-level domain; `XX` where the domain belongs to none.
pub(super) fn country_of(host: &HostKey) -> CountryCode {
    let end = host.as_str().rsplit('.').next().unwrap_or("");
    let countries = Countries::builtin();
    let own = |country: &&deklaro_import::Country| country.cctlds.iter().any(|tld| tld == end);
    let unknown = CountryCode::parse("XX").expect("two letters");
    countries.iter().find(own).map_or(unknown, |country| country.code)
}

/// By the file's ending, as a server would say; anything else is sniffed.
fn content_type(file: &Path) -> Option<&'static str> {
    match file.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "html" | "htm" | "xhtml" => Some("text/html"),
        "pdf" => Some("application/pdf"),
        _ => None,
    }
}

fn shown(url: &PageUrl, page: &Page) -> String {
    let or_none = |value: Option<String>| value.unwrap_or_else(|| "–".to_owned());
    let mut lines = vec![
        format!("{url}"),
        format!(
            "  kind         {}  ({})",
            page.page_kind,
            join(page.reason_codes.iter().map(|code| code.as_str()))
        ),
        format!("  title        {}", or_none(page.title.clone())),
        format!(
            "  language     {}  (charset {})",
            or_none(page.language.as_ref().map(ToString::to_string)),
            page.charset
        ),
        format!("  signals      {}", join(page.signals.iter().map(|signal| signal.as_str()))),
        format!("  conformance  {}", or_none(page.conformance_status.map(|status| status.to_string()))),
        format!("  prepared     {}", or_none(page.prepared_on.map(|date| date.to_string()))),
        format!("  reviewed     {}", or_none(page.reviewed_on.map(|date| date.to_string()))),
        format!("  policies     {}", join(page.policy_mentions.iter().map(|mention| mention.as_str()))),
    ];
    lines.extend(
        page.evidence
            .iter()
            .map(|found| format!("  evidence     {}: {} — {}", found.place, found.term, found.snippet)),
    );
    lines.push(format!("  links        {} considered of {}", page.links.len(), page.link_count));
    for link in page.links.iter().take(10) {
        let mark = if link.is_chosen { "→" } else { " " };
        let why_not = link.why_not.map_or_else(String::new, |code| format!("  [{code}]"));
        let target = link.url.as_ref().map_or("–", PageUrl::as_str);
        lines.push(format!(
            "   {mark} {:.2}  {:<6}  \"{}\"  {target}{why_not}",
            link.score, link.place, link.text
        ));
    }
    format!("{}\n", lines.join("\n"))
}

fn join<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let texts: Vec<&str> = texts.collect();
    if texts.is_empty() { "–".to_owned() } else { texts.join(", ") }
}
