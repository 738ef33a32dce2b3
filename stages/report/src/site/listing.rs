//! A country's pages list its websites, worst first.

use super::advice;
use super::find::Finder;
use super::input::{PAGE_BYTES, PAGE_ROWS};
use super::pages::Pages;
use super::website::Site;
use crate::summary::sql;
use crate::wording::{language_name, verdict_words};
use crate::{Database, ReportError};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

pub(crate) const HOSTS: (&str, &str) = sql!("site/hosts");
pub(crate) const CHANGES: (&str, &str) = sql!("site/changes");
/// Websites shown on the country's own page; the others are on the pages of its list.
const WORST: usize = 25;

/// A change of a country's website.
#[derive(Serialize, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names of the columns")]
struct Change {
    canonical_hostname: String,
    change_type: String,
    before: Option<String>,
    after: Option<String>,
}

impl Pages<'_, '_> {
    /// A country's page and the pages of its list, worst first.
    pub(crate) fn country(
        &mut self,
        database: &Database,
        country: &str,
        finder: &mut Finder,
    ) -> Result<(), ReportError> {
        let parameters: [&dyn duckdb::ToSql; 1] = [&country];
        let sites: Vec<Site> = database.rows(HOSTS.0, HOSTS.1, &parameters)?;
        let changes: Vec<Change> = database.rows(CHANGES.0, CHANGES.1, &parameters)?;
        let pages = self.paged(&sites)?;
        let mut number = 0;
        for (index, rows) in pages.iter().enumerate() {
            let mut context = self.place(country);
            context["number"] = (index + 1).into();
            context["pages"] = pages.len().into();
            context["total"] = sites.len().into();
            context["first"] = (number + 1).into();
            for site in &sites[number..number + rows.len()] {
                finder.add(site, country, index + 1);
            }
            number += rows.len();
            context["last"] = number.into();
            context["rows"] = rows.concat().into();
            context["sql"] = json!({ "hosts": HOSTS.1 });
            self.page(&format!("{country}-websites-{}.html", index + 1), "websites.html", context)?;
        }
        let mut context = self.sections(country);
        let worst: Vec<String> = pages.first().into_iter().flatten().take(WORST).cloned().collect();
        context["worst_count"] = worst.len().into();
        context["worst"] = worst.concat().into();
        context["total"] = sites.len().into();
        context["pages"] = pages.len().into();
        context["changes"] = json!(changes);
        self.page(&format!("{country}.html"), "country.html", context)
    }

    /// The rows as HTML, in pages that keep their limits.
    fn paged(&self, sites: &[Site]) -> Result<Vec<Vec<String>>, ReportError> {
        let mut pages: Vec<Vec<String>> = Vec::new();
        let mut bytes = PAGE_BYTES;
        for site in sites {
            let row = self.renderer.part("website.html", json!({ "site": shown(site) }))?;
            let is_full =
                pages.last().is_none_or(|page| page.len() == PAGE_ROWS) || bytes + row.len() > PAGE_BYTES;
            if is_full {
                pages.push(Vec::new());
                bytes = 0;
            }
            bytes += row.len();
            pages.last_mut().expect("a page was begun above").push(row);
        }
        Ok(pages)
    }
}

/// A website as its template shows it.
fn shown(site: &Site) -> Json {
    let is_web = |url: &&String| url.starts_with("https://") || url.starts_with("http://");
    json!({
        "host": site.host,
        "state": match site.letter() { 'f' => "good", 'n' => "bad", 'u' => "warn", _ => "quiet" },
        "verdict": verdict_words(site.is_in_scope, &site.status, &site.confidence),
        "statement_url": site.statement_url.as_ref().filter(is_web),
        "language": site.language.as_deref().map(language_name),
        "why": advice::why(site),
        "fix": advice::fix(site),
        "file": site.file, "sheet": site.sheet, "row": site.row,
        "asked_at": site.asked_at.as_deref().map(|at| at.get(..16).unwrap_or(at)),
        "page": match (site.has_proof, site.letter()) { (true, 'f') => "statement", (true, _) => "page", _ => "home page" },
        "status_code": site.status_code,
        "body": site.body,
        "verdict_snapshot": site.verdict_snapshot,
    })
}
