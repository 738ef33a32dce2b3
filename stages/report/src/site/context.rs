//! The overview, method, checks, release and accessibility pages get their figures here.

use super::chart::{Bar, Chart};
use super::figures::{
    AGES, CHANGE_TYPES, CHECKLIST, CONFORMANCE, Counted, LANGUAGES, LEVELS, UNCHECKED, VERSIONS,
};
use super::input::SiteInput;
use super::listing::{CHANGES, HOSTS};
use super::pages::Pages;
use super::publication::at_least;
use crate::ReportError;
use crate::cohort::{COHORT, JudgedCohort};
use crate::summary::{FETCHES, FUNNEL, REASONS, REQUESTS, ROBOTS};
use crate::wording::{language_name, month_name, words};
use deklaro_judge::Funnel;
use deklaro_schemas::codes::CheckVerdict;
use serde_json::{Value as Json, json};

/// Months shown of the history.
const TREND: usize = 11;
/// Day of the assessment that the pages' own statement rests on: axe-core, keyboard, zoom and reflow in `tests/pages`.
const ASSESSED_ON: &str = "22 November 2026";

impl Pages<'_, '_> {
    /// The pages there is one of.
    pub(crate) fn fixed(&mut self) -> Result<(), ReportError> {
        let mut overview = self.sections("");
        overview["trend"] = json!(self.trend());
        overview["countries"] = self.countries();
        overview["country_chart"] = json!(self.country_chart());
        overview["levels_by_country"] = self.levels_by_country();
        self.page("index.html", "index.html", overview)?;
        self.page("method.html", "method.html", self.method())?;
        self.page("checks.html", "checks.html", self.checks())?;
        if let Some(release) = self.input.release {
            self.page("release.html", "release.html", json!({ "release": release }))?;
        }
        self.page("accessibility.html", "accessibility.html", json!({ "assessed_on": ASSESSED_ON }))
    }

    /// What every page has.
    pub(crate) fn base(&self, mut context: Json) -> Json {
        let SiteInput { snapshot, created_at, version, summary, files, publication, .. } = self.input;
        context["month"] = month_name(summary.run.run_month.unwrap_or(snapshot.month())).into();
        context["snapshot"] = snapshot.as_str().into();
        context["created_at"] = created_at.to_string().into();
        context["version"] = (*version).into();
        context["files"] = (*files).into();
        context["publication"] = json!(publication);
        context["waivers"] = json!(self.input.waivers);
        context["has_release"] = self.input.release.is_some().into();
        context
    }

    /// A country's code and name.
    pub(crate) fn place(&self, country: &str) -> Json {
        let name = self.input.country_names.get(country).map_or(country, String::as_str);
        json!({ "country": country, "place": if country.is_empty() { "all countries" } else { name } })
    }

    /// The figures of a country, or of all together for an empty code.
    pub(crate) fn sections(&self, country: &str) -> Json {
        let (input, figures) = (self.input, &self.figures);
        let of_country = |funnel: &&Funnel| funnel.country_code.is_some_and(|code| code.as_str() == country);
        let funnel = match country {
            "" => &input.summary.all,
            _ => input.summary.countries.iter().find(of_country).unwrap_or(&input.summary.all),
        };
        let cohort = figures.cohort.get(country).first().cloned().unwrap_or_default();
        let broken = input.checks.iter().filter(|check| check.verdict != CheckVerdict::Pass).count();
        let mut context = self.place(country);
        context["f"] = json!(funnel);
        context["funnel_chart"] = json!(funnel_chart(funnel));
        context["cohort"] = json!(cohort);
        context["has_history"] = self.has_history(&cohort).into();
        context["change_types"] = json!(figures.change_types.get(country));
        context["ages"] = json!(figures.ages.get(country));
        context["age_chart"] = json!(counted_chart("Age of the statements found", figures.ages.get(country)));
        context["conformance"] = json!(figures.conformance.get(country));
        context["conformance_chart"] =
            json!(counted_chart("Conformance that statements declare", figures.conformance.get(country)));
        context["languages"] = languages(figures.languages.get(country));
        context["checklist"] = json!(figures.checklist.get(country));
        context["levels"] = json!(figures.levels.get(country));
        context["unchecked"] = json!(figures.unchecked.get(country));
        context["detector"] = self.detector();
        context["health"] = json!(input.health);
        context["scorecard"] = json!(input.scorecard);
        context["carried"] = input.summary.run.scans_carried.into();
        context["country_count"] = input.summary.countries.len().into();
        context["gaps"] = json!(self.gaps);
        context["broken"] = broken.into();
        context["check_count"] = input.checks.len().into();
        context["sql"] = texts();
        context
    }

    /// True when there is something to compare with: without a month before, every website would be a new one.
    fn has_history(&self, cohort: &JudgedCohort) -> bool {
        cohort.both_times > 0 || cohort.hosts.hosts_removed > 0 || !self.input.history.is_empty()
    }

    fn countries(&self) -> Json {
        let line = |funnel: &Funnel| {
            let code = funnel.country_code.as_ref().map_or("", |code| code.as_str());
            let mut line = json!(funnel);
            line["name"] = self.input.country_names.get(code).map_or(code, String::as_str).into();
            line
        };
        let mut lines: Vec<Json> = self.input.summary.countries.iter().map(line).collect();
        lines.sort_by(|a, b| a["name"].as_str().cmp(&b["name"].as_str()));
        lines.into()
    }

    fn country_chart(&self) -> Option<Chart> {
        let countries = &self.input.summary.countries;
        let mut sorted: Vec<&Funnel> = countries.iter().filter(|funnel| funnel.eligible > 0).collect();
        sorted.sort_by(|a, b| a.found_share().unwrap_or(0.0).total_cmp(&b.found_share().unwrap_or(0.0)));
        let bar = |funnel: &&Funnel| {
            let code = funnel.country_code.as_ref().map_or("", |code| code.as_str());
            let name = self.input.country_names.get(code).map_or(code, String::as_str);
            Bar::share(name, funnel.found, funnel.eligible)
        };
        Chart::of(
            "Statements found of websites judged, lowest first".to_owned(),
            sorted.iter().filter_map(bar).collect(),
        )
    }

    fn levels_by_country(&self) -> Json {
        let lines: Vec<Json> = self
            .input
            .summary
            .countries
            .iter()
            .filter_map(|funnel| funnel.country_code)
            .flat_map(|code| {
                let name = self.input.country_names.get(code.as_str()).cloned().unwrap_or(code.to_string());
                self.figures.levels.get(code.as_str()).iter().map(move |level| {
                    let mut line = json!(level);
                    line["country"] = name.clone().into();
                    line["code"] = code.as_str().into();
                    line
                })
            })
            .collect();
        lines.into()
    }

    /// The share found over the months, this one last; nothing for a single month.
    fn trend(&self) -> Option<Json> {
        let history = self.input.history;
        let from = history.len().saturating_sub(TREND);
        let months: Vec<_> = history[from..].iter().chain([self.input.summary]).collect();
        let name = |month: &deklaro_judge::Summary| {
            month.run.run_month.map_or("month not known".to_owned(), month_name)
        };
        let bars =
            months.iter().filter_map(|month| Bar::share(&name(month), month.all.found, month.all.eligible));
        let chart =
            Chart::of("Statements found of websites judged, month by month".to_owned(), bars.collect());
        let line = |month: &&deklaro_judge::Summary| {
            let all = &month.all;
            json!({ "month": name(month), "found": all.found, "eligible": all.eligible, "read": all.read, "known": all.known })
        };
        (!history.is_empty())
            .then(|| json!({ "months": months.iter().map(line).collect::<Vec<_>>(), "chart": chart }))
    }

    fn detector(&self) -> Json {
        let line = |measured: &super::publication::Measured| {
            let (precise, of_claims) = measured.precision();
            let (recalled, of_statements) = measured.recall();
            json!({
                "sample": measured.sample, "pages": measured.pages, "measured_on": measured.measured_on,
                "caveat": measured.caveat, "precise": precise, "of_claims": of_claims, "recalled": recalled,
                "of_statements": of_statements,
                "precision_at_least": at_least(precise, of_claims).map(|share| format!("{:.1}", share * 100.0)),
                "recall_at_least": at_least(recalled, of_statements).map(|share| format!("{:.1}", share * 100.0)),
            })
        };
        self.input.detector.measured.iter().map(line).collect::<Vec<_>>().into()
    }

    fn method(&self) -> Json {
        let summary = self.input.summary;
        json!({
            "versions": self.figures.versions, "requests": summary.requests, "fetches": summary.fetches,
            "robots": summary.robots, "reasons": summary.reasons, "detector": self.detector(), "sql": texts(),
        })
    }

    fn checks(&self) -> Json {
        let checks = self.input.checks;
        let broken = checks.iter().filter(|check| check.verdict != CheckVerdict::Pass).count();
        json!({
            "checks": checks, "broken": broken, "health": self.input.health, "scorecard": self.input.scorecard,
        })
    }
}

fn funnel_chart(funnel: &Funnel) -> Option<Chart> {
    let steps = [
        ("Known", funnel.known),
        ("In scope", funnel.in_scope),
        ("Attempted", funnel.attempted),
        ("Reachable", funnel.reachable),
        ("Read", funnel.read),
        ("Judged", funnel.eligible),
        ("Found", funnel.found),
    ];
    let bars = steps.iter().filter_map(|(name, count)| Bar::share(name, *count, funnel.known));
    Chart::of("Each step as a share of the websites known".to_owned(), bars.collect())
}

fn counted_chart(title: &str, rows: &[Counted]) -> Option<Chart> {
    let whole = rows.iter().map(|row| row.count).sum();
    let bars = rows.iter().filter_map(|row| Bar::share(&sentence_case(&words(&row.name)), row.count, whole));
    Chart::of(title.to_owned(), bars.collect())
}

fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn languages(rows: &[Counted]) -> Json {
    let line =
        |row: &Counted| json!({ "tag": row.name, "name": language_name(&row.name), "count": row.count });
    rows.iter().map(line).collect::<Vec<_>>().into()
}

/// The queries, to stand beside their numbers.
fn texts() -> Json {
    json!({
        "funnel": FUNNEL.1, "requests": REQUESTS.1, "fetches": FETCHES.1, "robots": ROBOTS.1, "reasons": REASONS.1,
        "ages": AGES.1, "change_types": CHANGE_TYPES.1, "checklist": CHECKLIST.1, "cohort": COHORT.1,
        "conformance": CONFORMANCE.1, "languages": LANGUAGES.1, "levels": LEVELS.1, "unchecked": UNCHECKED.1,
        "versions": VERSIONS.1, "hosts": HOSTS.1, "changes": CHANGES.1,
        "trend": "-- Each month's figures stand in its own snapshot.\nSELECT * FROM read_json('../*/reports/summary.json')",
    })
}
