//! A bar chart repeats a table's shares, with a description in words.

use crate::wording::{grouped, percent};
use serde::Serialize;

/// A bar chart with its words; the template draws it after the table it repeats.
#[derive(Debug, Serialize)]
pub(crate) struct Chart {
    title: String,
    description: String,
    bars: Vec<Bar>,
}

/// A bar with its label.
#[derive(Debug, Serialize)]
pub(crate) struct Bar {
    /// `Austria: 71.4 % (10 of 14)`.
    label: String,
    /// Length in percent of the chart's width.
    length: f64,
}

impl Bar {
    /// A part of a whole; nothing where there is no whole.
    pub(crate) fn share(name: &str, part: u64, whole: u64) -> Option<Self> {
        let length = (whole > 0).then(|| hundredths(part, whole))?;
        let label = format!("{name}: {} ({} of {})", percent(part, whole), grouped(part), grouped(whole));
        Some(Self { label, length })
    }
}

/// The share in percent, to two places.
fn hundredths(part: u64, whole: u64) -> f64 {
    (part as f64 * 10_000.0 / whole as f64).round() / 100.0
}

impl Chart {
    /// The chart; nothing without a bar.
    pub(crate) fn of(title: String, bars: Vec<Bar>) -> Option<Self> {
        let description = format!(
            "Bar chart with {} {}; a bar over the whole width is 100 %. The table above has the same figures.",
            bars.len(),
            if bars.len() == 1 { "bar" } else { "bars" }
        );
        (!bars.is_empty()).then_some(Self { title, description, bars })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_no_bar_without_a_whole_and_no_chart_without_a_bar() {
        assert!(Bar::share("Austria", 0, 0).is_none());
        assert!(Chart::of("Shares".to_owned(), Vec::new()).is_none());
        let bar = Bar::share("Austria", 1, 3).unwrap();
        assert_eq!(bar.label, "Austria: 33.3\u{a0}% (1 of 3)");
        assert!((bar.length - 33.33).abs() < 1e-9);
    }
}
