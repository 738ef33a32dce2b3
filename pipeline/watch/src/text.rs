//! Gauges written by hand in the Prometheus text format.

use super::names::find;
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
        let labels: Vec<String> =
            labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _written = writeln!(self.0, "{name}{labels} {value}");
    }

    /// The text.
    pub fn end(self) -> String {
        self.0
    }
}

/// A label's value as the format wants it.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
