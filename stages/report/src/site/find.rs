//! Readers find a website by name, with scripts or without.

use super::input::{PAGE_BYTES, PAGE_ROWS};
use super::pages::Pages;
use super::website::Site;
use crate::ReportError;
use crate::wording::verdict_words;
use serde_json::json;
use std::collections::BTreeMap;

/// Every website by its first letter: what the pages without script and the search data are made from.
#[derive(Debug, Default)]
pub(crate) struct Finder {
    /// First letter, then the entries.
    letters: BTreeMap<char, Vec<Entry>>,
}

/// A website and where its row is.
#[derive(Debug)]
struct Entry {
    host: String,
    country: String,
    letter: char,
    verdict: String,
    /// Page of the country's list, from 1.
    page: usize,
}

impl Finder {
    /// Takes a website from the page of its country's list.
    pub(crate) fn add(&mut self, site: &Site, country: &str, page: usize) {
        let name = site.host.strip_prefix("www.").unwrap_or(&site.host);
        let first = name.chars().next().unwrap_or('0').to_ascii_lowercase();
        let first = if first.is_ascii_lowercase() { first } else { '0' };
        self.letters.entry(first).or_default().push(Entry {
            host: site.host.clone(),
            country: country.to_owned(),
            letter: site.letter(),
            verdict: verdict_words(site.is_in_scope, &site.status, &site.confidence),
            page,
        });
    }

    /// The search data in files of a limited size: calls of `deklaroSites` with a line per website.
    fn data(&self) -> Vec<String> {
        let mut files = Vec::new();
        let mut lines = String::new();
        for entry in self.letters.values().flatten() {
            if lines.len() > PAGE_BYTES {
                files.push(call(&std::mem::take(&mut lines)));
            }
            lines.push_str(&format!("{} {} {} {}\n", entry.host, entry.country, entry.letter, entry.page));
        }
        if !lines.is_empty() {
            files.push(call(&lines));
        }
        files
    }
}

/// The call; a JSON text with `<` escaped is a JavaScript text, too.
fn call(lines: &str) -> String {
    let text = serde_json::Value::from(lines).to_string().replace('<', "\\u003c");
    format!("deklaroSites({text});\n")
}

impl Pages<'_, '_> {
    /// The search, its data, and the same without script: pages by first letter.
    pub(crate) fn found_by_name(&mut self, finder: &Finder) -> Result<(), ReportError> {
        let data = finder.data();
        for (index, text) in data.iter().enumerate() {
            self.write(&format!("search-{}.js", index + 1), text.clone())?;
        }
        let mut letters = Vec::new();
        for (letter, entries) in &finder.letters {
            self.letter(*letter, entries)?;
            letters.push(json!({ "letter": letter, "count": entries.len() }));
        }
        let total: usize = finder.letters.values().map(Vec::len).sum();
        let names = json!(self.input.country_names).to_string();
        let context = json!({ "letters": letters, "data_files": data.len(), "total": total, "names": names });
        self.page("find.html", "find.html", context)
    }

    fn letter(&mut self, letter: char, entries: &[Entry]) -> Result<(), ReportError> {
        let mut sorted: Vec<&Entry> = entries.iter().collect();
        sorted.sort_by_key(|entry| (entry.host.strip_prefix("www.").unwrap_or(&entry.host), &entry.country));
        // An entry takes about 300 bytes: 1,000 of them are far below the limit of a page.
        let pages: Vec<&[&Entry]> = sorted.chunks(PAGE_ROWS * 2).collect();
        for (index, page) in pages.iter().enumerate() {
            let rows: Vec<_> = page
                .iter()
                .map(|entry| {
                    let name = self.input.country_names.get(&entry.country).unwrap_or(&entry.country);
                    json!({ "host": entry.host, "country": entry.country, "name": name, "verdict": entry.verdict, "page": entry.page })
                })
                .collect();
            let context = json!({
                "letter": letter, "rows": rows, "number": index + 1, "pages": pages.len(), "total": sorted.len(),
            });
            self.page(&format!("find-{letter}-{}.html", index + 1), "letter.html", context)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_files_stay_small_and_cannot_close_their_script() {
        let mut finder = Finder::default();
        for number in 0..40_000 {
            let host = format!("www.</script>{number}.example");
            finder.add(
                &Site { host, status: "found".to_owned(), is_in_scope: true, ..Site::default() },
                "AT",
                3,
            );
        }
        let files = finder.data();
        assert!(files.len() > 1);
        for file in &files {
            assert!(file.len() < 1_000_000 && !file.contains('<'), "{}", file.len());
        }
        assert!(files[0].starts_with("deklaroSites(\"www.\\u003c/script>0.example AT f 3\\n"));
    }
}
