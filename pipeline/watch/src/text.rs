//! Gauges written by hand in the Prometheus text format.

use super::names::find;
use deklaro_schemas::prometheus::sample;
use std::fmt::Write;

/// Gauges in the Prometheus text format, each family with its head before the first sample.
#[derive(Debug, Default)]
pub struct Text(String);

impl Text {
    /// Adds a sample; samples of a family stand together.
    pub fn put(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        let head = format!("# HELP {name} ");
        if let Some(metric) = find(name).filter(|_| !self.0.contains(&head)) {
            let _written = writeln!(self.0, "{head}{}\n# TYPE {name} gauge", metric.help);
        }
        self.0.push_str(&sample(name, labels, value));
    }

    /// The text.
    pub fn end(self) -> String {
        self.0
    }
}
