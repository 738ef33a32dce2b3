use crate::summary::{CHANGES, CONFORMANCE, FETCHES, FUNNEL, LANGUAGES, REASONS, REQUESTS, ROBOTS, RUN, sql};
use crate::wording::{grouped, meaning, month_name, percent, words};
use crate::{Database, Funnel, Health, ReportError, Summary};
use deklaro_schemas::codes::CheckVerdict;
use deklaro_schemas::tables::MetaCheck;
use deklaro_schemas::{SnapshotId, Timestamp};
use minijinja::Environment;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

const INDEX: &str = "reports/index.html";
const CHANGE_LIST: (&str, &str) = sql!("page/changes");
const NOT_FOUND_LIST: (&str, &str) = sql!("page/not_found");

/// What the pages are made from, beside the tables.
#[derive(Debug, Clone, Copy)]
pub struct PageInput<'a> {
    /// The snapshot.
    pub snapshot: &'a SnapshotId,
    /// When it was made.
    pub created_at: Timestamp,
    /// Version of the program.
    pub version: &'a str,
    /// Its figures.
    pub summary: &'a Summary,
    /// Its checks.
    pub checks: &'a [MetaCheck],
    /// The platform's health, where it was judged.
    pub health: Option<&'a Health>,
    /// English names by country code; a code without a name stands for itself.
    pub country_names: &'a BTreeMap<String, String>,
}

/// A page of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Path within the snapshot.
    pub path: String,
    /// The page: one file, no script, nothing loaded from elsewhere.
    pub html: String,
}

/// A country's line: its figures under its name.
#[derive(Serialize)]
struct CountryLine<'a> {
    name: &'a str,
    #[serde(flatten)]
    funnel: &'a Funnel,
}

#[derive(Serialize, Deserialize)]
struct ChangeLine {
    country_code: String,
    canonical_hostname: String,
    change_type: String,
    before: Option<String>,
    after: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct NotFoundLine {
    country_code: String,
    canonical_hostname: String,
    confidence: String,
    reasons: String,
    file_name: Option<String>,
    sheet: Option<String>,
    row_number: Option<i64>,
}

impl Database {
    /// The pages: `reports/index.html`. Everything that comes from outside is escaped.
    pub fn html(&self, input: &PageInput) -> Result<Vec<Page>, ReportError> {
        let changes: Vec<ChangeLine> = self.rows(CHANGE_LIST.0, CHANGE_LIST.1)?;
        let not_found: Vec<NotFoundLine> = self.rows(NOT_FOUND_LIST.0, NOT_FOUND_LIST.1)?;
        let failed = |source| ReportError::Page { path: INDEX, source };
        let environment = environment().map_err(failed)?;
        let template = environment.get_template("index.html").map_err(failed)?;
        let mut context = context_of(input);
        context["changes"] = json!(changes);
        context["not_found"] = json!(not_found);
        let html = template.render(Serde(context)).map_err(failed)?;
        Ok(vec![Page { path: INDEX.to_owned(), html }])
    }
}

fn context_of(input: &PageInput) -> Json {
    let summary = input.summary;
    let countries: Vec<CountryLine> = summary.countries.iter().map(|funnel| line(input, funnel)).collect();
    let broken = input.checks.iter().filter(|check| check.verdict != CheckVerdict::Pass).count();
    json!({
        "month": month_name(summary.run.run_month.unwrap_or(input.snapshot.month())),
        "snapshot": input.snapshot,
        "created_at": input.created_at.to_string(),
        "version": input.version,
        "summary": summary,
        "countries": countries,
        "country_names": input.country_names,
        "checks": input.checks,
        "broken": broken,
        "health": input.health,
        "change_total": summary.changes.iter().map(|change| change.count).sum::<u64>(),
        "sql": texts(),
    })
}

fn line<'a>(input: &PageInput<'a>, funnel: &'a Funnel) -> CountryLine<'a> {
    let code = funnel.country_code.as_ref().map_or("", |code| code.as_str());
    CountryLine { name: input.country_names.get(code).map_or(code, String::as_str), funnel }
}

/// The queries by the last part of their name, to stand beside their numbers.
fn texts() -> BTreeMap<&'static str, &'static str> {
    let lists = [("change_list", CHANGE_LIST.1), ("not_found_list", NOT_FOUND_LIST.1)];
    let figures = [FUNNEL, RUN, CHANGES, FETCHES, REQUESTS, ROBOTS, REASONS, LANGUAGES, CONFORMANCE];
    let figures = figures.map(|(name, text)| (name.trim_start_matches("summary/"), text));
    figures.into_iter().chain(lists).collect()
}

fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment.add_filter("share", percent);
    environment.add_filter("grouped", grouped);
    environment.add_filter("words", |code: &str| words(code));
    environment.add_filter("meaning", |code: &str| meaning(code));
    environment.add_template("style.css", include_str!("../templates/style.css"))?;
    environment.add_template("parts.html", include_str!("../templates/parts.html"))?;
    environment.add_template("index.html", include_str!("../templates/index.html"))?;
    Ok(environment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{empty, thresholds, world};

    fn page(database: &Database) -> String {
        let checks = database.checks(&thresholds()).unwrap();
        let summary = database.summary().unwrap();
        let snapshot = SnapshotId::parse("2026-11.0").unwrap();
        let country_names = BTreeMap::from([("AT".to_owned(), "Austria".to_owned())]);
        let input = PageInput {
            snapshot: &snapshot,
            created_at: Timestamp(0),
            version: "0.1.0",
            summary: &summary,
            checks: &checks,
            health: None,
            country_names: &country_names,
        };
        let mut pages = database.html(&input).unwrap();
        assert_eq!(pages[0].path, "reports/index.html");
        pages.remove(0).html
    }

    #[test]
    fn the_page_says_what_the_month_shows_with_its_denominators() {
        let html = page(&world());
        assert!(html.contains("<html lang=\"en\">"));
        assert!(html.contains("November 2026"));
        assert!(html.contains("1 of 2"), "found of eligible");
        assert!(html.contains("50.0\u{a0}%"));
        assert!(html.contains("Austria"));
        assert!(html.contains("c.example.at"));
    }

    #[test]
    fn it_is_whole_without_scripts_and_without_anything_from_elsewhere() {
        let html = page(&world());
        for part in ["<script", "src=", "@import", "url(", "<link", "http-equiv", " style="] {
            assert!(!html.contains(part), "{part}");
        }
        let headings = html.matches("<h1").count();
        assert_eq!(headings, 1);
        assert_eq!(html.matches("<table").count(), html.matches("<caption").count());
        for part in ["<main", "<header", "<footer", "<nav", "href=\"#main\""] {
            assert!(html.contains(part), "{part}");
        }
    }

    #[test]
    fn texts_from_the_web_are_escaped() {
        let database = world();
        let hostile = "UPDATE changes SET before = '<script>alert(\"1\")</script>' || chr(8238)";
        database.connection.execute_batch(hostile).unwrap();
        let html = page(&database);
        assert!(!html.contains("<script"));
        assert!(html.contains("&lt;script&gt;"));
    }

    #[test]
    fn a_snapshot_without_rows_is_said_in_words() {
        let html = page(&empty());
        assert!(html.contains("No host could be judged"));
        assert!(html.contains("none to count"));
        assert!(!html.contains("NaN"));
    }
}
