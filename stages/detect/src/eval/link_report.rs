//! A link report scores which link the detector chose on each labelled site.

use super::Share;
use super::links::LinkPrediction;
use serde::Serialize;
use std::collections::BTreeMap;

/// The score of a list of sites with labelled links.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LinkReport {
    /// Sites scored.
    pub n: usize,
    /// The figures over all.
    #[serde(flatten)]
    pub all: LinkScore,
    /// The same by labelled language.
    pub by_language: BTreeMap<String, LinkScore>,
    /// What went wrong, in the order of the list.
    pub errors: LinkErrors,
}

/// The figures of a group of sites.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct LinkScore {
    /// Sites with an official link.
    pub with_official: usize,
    /// Of them those where the first choice is official; no choice is wrong.
    pub top1: Share,
    /// Sites with an official link and others beside it.
    pub with_choice: usize,
    /// Of them those where the first choice is official.
    pub top1_with_choice: Share,
    /// Sites without an official link.
    pub without_official: usize,
    /// Of them those where one is claimed by its exact legal name or by the national host.
    pub false_claims: Share,
}

/// The sites that went wrong.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LinkErrors {
    /// An official link was there and another, or none, came first.
    pub wrong_choice: Vec<LinkPrediction>,
    /// None was there and one was claimed.
    pub false_claim: Vec<LinkPrediction>,
}

impl LinkReport {
    /// Scores what was chosen on each site.
    pub fn of<'a>(predictions: impl IntoIterator<Item = &'a LinkPrediction>) -> Self {
        let mut report = Self::default();
        for prediction in predictions {
            report.n += 1;
            report.all.add(prediction);
            if let Some(language) = &prediction.language {
                report.by_language.entry(language.clone()).or_default().add(prediction);
            }
            if prediction.has_official && !prediction.is_right {
                report.errors.wrong_choice.push(prediction.clone());
            } else if !prediction.has_official && prediction.is_claimed {
                report.errors.false_claim.push(prediction.clone());
            }
        }
        report
    }
}

impl LinkScore {
    fn add(&mut self, prediction: &LinkPrediction) {
        if !prediction.has_official {
            self.without_official += 1;
            self.false_claims.count(prediction.is_claimed);
            return;
        }
        self.with_official += 1;
        self.top1.count(prediction.is_right);
        if prediction.has_choice {
            self.with_choice += 1;
            self.top1_with_choice.count(prediction.is_right);
        }
    }
}
