//! How is a sample written in the Prometheus text format?

/// One line: the name, its labels in braces where there are any, and the value.
pub fn sample(name: &str, labels: &[(&str, &str)], value: f64) -> String {
    let labels: Vec<String> =
        labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escaped(value))).collect();
    let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
    format!("{name}{labels} {value}\n")
}

/// A label's value as the format wants it.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_escaped() {
        assert_eq!(escaped("a\"\\\n"), "a\\\"\\\\\\n");
    }

    #[test]
    fn labels_stand_in_braces_where_there_are_any() {
        assert_eq!(sample("up", &[], 1.0), "up 1\n");
        assert_eq!(sample("up", &[("a", "x"), ("b", "\"")], 0.5), "up{a=\"x\",b=\"\\\"\"} 0.5\n");
    }
}
