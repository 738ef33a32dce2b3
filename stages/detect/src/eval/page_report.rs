//! A page report scores the detector's predictions against the labels of the pages.

use super::page_case::{Label, PageCase};
use super::pages::PagePrediction;
use super::{Share, f1};
use deklaro_schemas::codes::Confidence;
use serde::Serialize;
use std::collections::BTreeMap;

/// The score of a list of labelled pages.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PageReport {
    /// Pages scored.
    pub n: usize,
    /// Of the pages called statements those that are.
    pub precision: Share,
    /// Of the statements those that were called so.
    pub recall: Share,
    /// The harmonic mean of both.
    pub f1: Option<f64>,
    /// Pages by label, then by what they were called.
    pub confusion: BTreeMap<String, BTreeMap<&'static str, usize>>,
    /// The same by language of the text.
    pub by_language: BTreeMap<String, GroupScore>,
    /// The same by country.
    pub by_country: BTreeMap<String, GroupScore>,
    /// Of the statements that declare a status those read right.
    pub conformance_accuracy: Share,
    /// Of the statements labelled as declaring none those read so.
    pub conformance_none_accuracy: Share,
    /// Of the labelled dates, present or not, those read right.
    pub date_accuracy: Share,
    /// Of the labelled preparation dates those read right.
    pub prepared_accuracy: Share,
    /// Of the labelled review dates those read right.
    pub reviewed_accuracy: Share,
    /// Of the labelled methods those read right.
    pub method_accuracy: Share,
    /// Of the labelled mail addresses those read right.
    pub contact_accuracy: Share,
    /// Of the pages that link a statement those where that link comes first.
    pub link_accuracy: Share,
    /// Of the pages that link none those where none is claimed.
    pub quiet_accuracy: Share,
    /// Of templates, placeholders, shells and private statements those not called a statement beyond doubt.
    pub doubt_accuracy: Share,
    /// Of the pages with a labelled language those where it was recognised.
    pub language_accuracy: Share,
    /// What went wrong, in the order of the list.
    pub errors: Vec<PageError>,
}

/// The score of one language or country.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct GroupScore {
    /// Pages.
    pub n: usize,
    /// Of them those told right, statement or not.
    pub accuracy: Share,
    /// Of the pages called statements those that are.
    pub precision: Share,
    /// Of the statements those that were called so.
    pub recall: Share,
}

/// One thing that was read wrong.
#[derive(Debug, Clone, Serialize)]
pub struct PageError {
    /// The line.
    pub id: String,
    /// What was read: kind, conformance, prepared, …
    pub what: &'static str,
    /// The label.
    pub expected: Option<String>,
    /// What the detector said.
    pub found: Option<String>,
}

impl PageReport {
    /// Scores predictions against their cases, in order.
    pub fn of<'a>(judged: impl IntoIterator<Item = (&'a PageCase, &'a PagePrediction)>) -> Self {
        let mut report = Self::default();
        for (case, prediction) in judged {
            report.add(case, prediction);
        }
        report.f1 = f1(report.precision, report.recall);
        report
    }

    fn add(&mut self, case: &PageCase, prediction: &PagePrediction) {
        self.n += 1;
        *self.confusion.entry(case.label.clone()).or_default().entry(prediction.predicted).or_default() += 1;
        if let Some(is_statement) = case.is_statement() {
            self.kind(case, prediction, is_statement);
        }
        if let Some(language) = case.language.as_deref() {
            let found = prediction.language.as_deref();
            let is_right = found.is_some_and(|tag| tag.split('-').next() == language.split('-').next());
            self.language_accuracy.count(is_right);
            self.note(is_right, case, "language", Some(language), found);
        }
        self.link(case, prediction);
        if case.must_stay_doubtful() {
            let is_right = !(prediction.is_statement && prediction.confidence == Confidence::High);
            self.doubt_accuracy.count(is_right);
            self.note(is_right, case, "confidence", Some("not high"), Some("high"));
        }
        if case.label == "statement" {
            self.facts(case, prediction);
        }
    }

    fn kind(&mut self, case: &PageCase, prediction: &PagePrediction, is_statement: bool) {
        let language = case.language.clone().unwrap_or_else(|| "und".to_owned());
        let country = case.country.clone().unwrap_or_else(|| "XX".to_owned());
        let is_right = prediction.is_statement == is_statement;
        for group in
            [self.by_language.entry(language).or_default(), self.by_country.entry(country).or_default()]
        {
            group.n += 1;
            group.accuracy.count(is_right);
            count(&mut group.precision, &mut group.recall, prediction.is_statement, is_statement);
        }
        count(&mut self.precision, &mut self.recall, prediction.is_statement, is_statement);
        self.note(is_right, case, "kind", Some(&case.label), Some(prediction.page_kind.as_str()));
    }

    fn link(&mut self, case: &PageCase, prediction: &PagePrediction) {
        let Some(is_right) = prediction.is_link_right else { return };
        let expected = case.expected.statement_link.given();
        let share = if expected.is_some() { &mut self.link_accuracy } else { &mut self.quiet_accuracy };
        share.count(is_right);
        let expected = expected.map(|link| link.resolved.as_deref().unwrap_or(&link.href));
        self.note(is_right, case, "link", expected, prediction.statement_link.as_deref());
    }

    fn facts(&mut self, case: &PageCase, prediction: &PagePrediction) {
        let expected = &case.expected;
        let share = match case.status() {
            Label::Unlabelled => None,
            Label::Absent => Some(&mut self.conformance_none_accuracy),
            Label::Given(_) => Some(&mut self.conformance_accuracy),
        };
        let mut wrong = Vec::new();
        let mut compare = |share: &mut Share, what, label: &Label<String>, found: Option<&str>| {
            let is_right = match label {
                Label::Unlabelled => return,
                Label::Absent => found.is_none(),
                // A month as label is met by any of its days.
                Label::Given(label) => found.is_some_and(|found| found == label || is_in_month(found, label)),
            };
            share.count(is_right);
            if !is_right {
                wrong.push((what, label.given().cloned(), found.map(str::to_owned)));
            }
        };
        if let Some(share) = share {
            compare(share, "conformance", case.status(), prediction.conformance_status);
        }
        compare(
            &mut self.prepared_accuracy,
            "prepared",
            &expected.prepared,
            prediction.prepared_on.as_deref(),
        );
        compare(
            &mut self.reviewed_accuracy,
            "reviewed",
            &expected.reviewed,
            prediction.reviewed_on.as_deref(),
        );
        compare(&mut self.method_accuracy, "method", &expected.method, prediction.method.as_deref());
        compare(
            &mut self.contact_accuracy,
            "contact",
            &expected.contact_email,
            prediction.contact_email.as_deref(),
        );
        self.date_accuracy = Share {
            right: self.prepared_accuracy.right + self.reviewed_accuracy.right,
            all: self.prepared_accuracy.all + self.reviewed_accuracy.all,
        };
        for (what, expected, found) in wrong {
            self.errors.push(PageError { id: case.id.clone(), what, expected, found });
        }
    }

    fn note(
        &mut self,
        is_right: bool,
        case: &PageCase,
        what: &'static str,
        expected: Option<&str>,
        found: Option<&str>,
    ) {
        if !is_right {
            let (expected, found) = (expected.map(str::to_owned), found.map(str::to_owned));
            self.errors.push(PageError { id: case.id.clone(), what, expected, found });
        }
    }
}

fn count(precision: &mut Share, recall: &mut Share, is_called: bool, is_statement: bool) {
    if is_called {
        precision.count(is_statement);
    }
    if is_statement {
        recall.count(is_called);
    }
}

fn is_in_month(found: &str, label: &str) -> bool {
    label.len() == 7 && found.starts_with(label)
}
