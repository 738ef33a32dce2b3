//! The older `.toon` seed files of the public list: JSON with a country, its domains and their pages.

use super::damaged::damaged;
use crate::ImportError;
use crate::file::File;
use crate::sheet::Sheets;
use crate::value::Value;
use serde::Deserialize;

#[derive(Deserialize)]
struct SeedFile {
    #[serde(default)]
    country: String,
    domains: Vec<Domain>,
}

#[derive(Deserialize)]
struct Domain {
    #[serde(
        default,
        rename = "domain",
        alias = "canonical_domain",
        alias = "hostname",
        alias = "canonical_hostname",
        alias = "host"
    )]
    host: String,
    #[serde(default)]
    subnational: Option<String>,
    #[serde(default)]
    pages: Vec<Page>,
}

#[derive(Deserialize)]
struct Page {
    url: String,
    #[serde(default)]
    is_root_page: Option<bool>,
}

/// The columns the file's records are given as.
const HEADER: [&str; 5] = ["country", "subnational", "gov_domain", "page", "is_root_page"];

/// Feeds the pages as rows, counted from 1 in the order of the file.
pub(super) fn read<'a>(file: &'a File<'a>, bytes: &[u8], sheets: &mut Sheets<'a>) -> Result<(), ImportError> {
    let text = super::text::decode(bytes);
    let seeds: SeedFile = serde_json::from_str(&text).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => ImportError::NotAWorkbook {
            file: file.name.to_owned(),
            found: "JSON that is no seed file".into(),
        },
        _ => damaged(file, None, &error),
    })?;
    // `republic-of-cyprus` is how these files spell a country.
    let country = seeds.country.replace(['-', '_'], " ");
    let mut sheet = sheets.sheet(file.name);
    sheet.row(0, &HEADER.map(Value::from))?;
    let mut number = 0;
    for domain in &seeds.domains {
        let region = domain.subnational.as_deref().unwrap_or("");
        let home = [Page { url: String::new(), is_root_page: None }];
        let pages = if domain.pages.is_empty() { &home[..] } else { &domain.pages };
        for page in pages {
            number += 1;
            let is_root = page.is_root_page.map_or(Value::Empty, Value::Bool);
            let cells = [country.as_str(), region, &domain.host, &page.url].map(Value::from);
            let [country, region, host, url] = cells;
            sheet.row(number, &[country, region, host, url, is_root])?;
        }
    }
    sheets.end(sheet)
}
