use deklaro_schemas::RunMonth;
use deklaro_schemas::codes::{
    ChangeType, Confidence, Conformance, DetectionStatus, FetchOutcome, ReasonCode, RobotsOutcome,
};

/// `61.5 %`, or words where there is no denominator.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "none to count".to_owned();
    }
    format!("{:.1}\u{a0}%", part as f64 * 100.0 / whole as f64)
}

/// `27\u{202f}168`: digits in groups of three, apart by a narrow space that does not break.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// `November 2026`.
pub(crate) fn month_name(month: RunMonth) -> String {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let (year, number) = month.as_str().split_at(4);
    let index = number.trim_start_matches('-').parse::<usize>().unwrap_or(1);
    format!("{} {year}", NAMES.get(index.saturating_sub(1)).unwrap_or(&"month"))
}

/// A coded value in words: `statement_vanished` becomes `statement vanished`.
pub(crate) fn words(code: &str) -> String {
    code.replace('_', " ")
}

/// One sentence on what a coded value means; empty for a text that is no code.
pub(crate) fn meaning(code: &str) -> &'static str {
    let of_change = ChangeType::parse(code).map(ChangeType::meaning);
    let others = [
        DetectionStatus::parse(code).map(DetectionStatus::meaning),
        Confidence::parse(code).map(Confidence::meaning),
        Conformance::parse(code).map(Conformance::meaning),
        FetchOutcome::parse(code).map(FetchOutcome::meaning),
        RobotsOutcome::parse(code).map(RobotsOutcome::meaning),
        ReasonCode::parse(code).map(ReasonCode::meaning),
    ];
    of_change.or(others.into_iter().flatten().next().ok_or(())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(percent(1, 3), "33.3\u{a0}%");
        assert_eq!(percent(0, 0), "none to count");
        assert_eq!(
            [0, 999, 1_000, 27_168, 1_234_567].map(grouped).join(" "),
            "0 999 1\u{202f}000 27\u{202f}168 1\u{202f}234\u{202f}567"
        );
        assert_eq!(month_name(RunMonth::parse("2026-02").unwrap()), "February 2026");
    }

    #[test]
    fn codes_have_meanings_and_other_texts_have_none() {
        assert_eq!(meaning("recovered"), "The host is reachable again.");
        assert!(meaning("http_forbidden").contains("401"));
        assert_eq!(meaning("<script>"), "");
        assert_eq!(words("statement_vanished"), "statement vanished");
    }
}
