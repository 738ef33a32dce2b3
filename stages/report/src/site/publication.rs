//! The pages name their publisher and how often the detector was right.

use serde::{Deserialize, Serialize};

/// Who publishes the pages: what their own accessibility statement needs to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// Name of the body.
    pub name: Option<String>,
    /// Where the pages are published, `https://…/`.
    pub address: Option<String>,
    /// E-mail address for feedback.
    pub contact: Option<String>,
    /// The enforcement body, and how it is reached.
    pub enforcement: Option<String>,
}

/// How often the detector was right when it was last measured: `data/detector.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Detector {
    /// One entry a sample.
    pub measured: Vec<Measured>,
}

/// One sample of pages with known labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// What the sample is.
    pub sample: String,
    /// The file with the labels.
    pub file: String,
    /// Pages in it.
    pub pages: u64,
    /// Statements called statements.
    pub right: u64,
    /// Other pages called statements.
    pub false_claims: u64,
    /// Statements not recognised.
    pub missed: u64,
    /// Day, `YYYY-MM-DD`.
    pub measured_on: String,
    /// What the figure does not show.
    pub caveat: String,
}

impl Detector {
    /// Reads `detector.toml`.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }
}

impl Measured {
    /// How many pages called statements are statements, and of how many, so that a small sample shows.
    pub(crate) fn precision(&self) -> (u64, u64) {
        (self.right, self.right + self.false_claims)
    }

    /// Of the statements, those recognised.
    pub(crate) fn recall(&self) -> (u64, u64) {
        (self.right, self.right + self.missed)
    }
}

/// The lower end of Wilson's 95 % interval: what share a sample of this size still allows.
pub(crate) fn at_least(part: u64, whole: u64) -> Option<f64> {
    const Z: f64 = 1.96;
    if whole == 0 {
        return None;
    }
    let (part, whole) = (part as f64, whole as f64);
    let share = part / whole;
    let centre = share + Z * Z / (2.0 * whole);
    let width = Z * (share * (1.0 - share) / whole + Z * Z / (4.0 * whole * whole)).sqrt();
    Some((centre - width) / (1.0 + Z * Z / whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_sample_without_a_mistake_allows_for_some() {
        let low = at_least(13, 13).unwrap();
        assert!((0.76..0.78).contains(&low), "{low}");
        assert!(at_least(1_000, 1_000).unwrap() > 0.996);
        assert!((at_least(0, 10).unwrap()).abs() < 1e-9);
        assert_eq!(at_least(0, 0), None);
    }

    #[test]
    fn the_shipped_figures_read() {
        let detector = Detector::parse(include_str!("../../../../data/detector.toml")).unwrap();
        assert!(!detector.measured.is_empty());
        for measured in &detector.measured {
            assert!(measured.right + measured.missed + measured.false_claims <= measured.pages);
        }
    }
}
