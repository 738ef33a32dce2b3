//! Numbers, months, codes and languages become words for readers of the pages.

use deklaro_schemas::RunMonth;
use deklaro_schemas::codes::{
    ChangeType, Confidence, Conformance, DetectionStatus, FetchOutcome, Obligation, ReasonCode, RobotsOutcome,
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

/// The text, or its first 120 characters and an ellipsis.
pub(crate) fn short(text: &str) -> String {
    const MOST: usize = 120;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The text as the fragment of a URL: all but unreserved characters as `%XX` (RFC 3986 section 2.3).
pub(crate) fn fragment(text: &str) -> String {
    let encoded = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encoded).collect()
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn listed(texts: &[String]) -> String {
    match texts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// A verdict in words: `statement found (high confidence)`.
pub(crate) fn verdict_words(is_in_scope: bool, status: &str, confidence: &str) -> String {
    match (is_in_scope, status) {
        (false, _) => "out of scope".to_owned(),
        (_, "found") => format!("statement found ({confidence} confidence)"),
        (_, "not_found") => format!("no statement ({confidence} confidence)"),
        _ => "not certain".to_owned(),
    }
}

/// The English name of a language (BCP 47); the tag itself where we have no name for it.
pub(crate) fn language_name(tag: &str) -> String {
    let (base, region) = tag.split_once('-').unwrap_or((tag, ""));
    let name = LANGUAGES.iter().find(|(code, _)| *code == base).map(|(_, name)| *name);
    match (name, region) {
        (None, _) if tag == "not_known" => "Not known".to_owned(),
        (None, _) => tag.to_owned(),
        (Some(name), "") => name.to_owned(),
        (Some(name), region) => format!("{name} ({region})"),
    }
}

/// The languages public bodies in the countries of `data/countries.toml` publish in, and neighbours' (ISO 639, English names).
const LANGUAGES: &[(&str, &str)] = &[
    ("ar", "Arabic"),
    ("be", "Belarusian"),
    ("bg", "Bulgarian"),
    ("ca", "Catalan"),
    ("cs", "Czech"),
    ("cy", "Welsh"),
    ("da", "Danish"),
    ("de", "German"),
    ("el", "Greek"),
    ("en", "English"),
    ("es", "Spanish"),
    ("et", "Estonian"),
    ("eu", "Basque"),
    ("fi", "Finnish"),
    ("fo", "Faroese"),
    ("fr", "French"),
    ("fy", "West Frisian"),
    ("ga", "Irish"),
    ("gd", "Scottish Gaelic"),
    ("gl", "Galician"),
    ("hr", "Croatian"),
    ("hu", "Hungarian"),
    ("is", "Icelandic"),
    ("it", "Italian"),
    ("lb", "Luxembourgish"),
    ("lt", "Lithuanian"),
    ("lv", "Latvian"),
    ("mk", "Macedonian"),
    ("mt", "Maltese"),
    ("nb", "Norwegian Bokmål"),
    ("nl", "Dutch"),
    ("nn", "Norwegian Nynorsk"),
    ("no", "Norwegian"),
    ("oc", "Occitan"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("rm", "Romansh"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("se", "Northern Sami"),
    ("sk", "Slovak"),
    ("sl", "Slovenian"),
    ("sq", "Albanian"),
    ("sr", "Serbian"),
    ("sv", "Swedish"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
];

/// A coded value in words: `statement_vanished` becomes `statement vanished`.
pub(crate) fn words(code: &str) -> String {
    code.replace('_', " ")
}

/// What the names mean that only the pages' own queries give.
const MEANINGS: &[(&str, &str)] = &[
    ("not_visited", "It was not asked this month."),
    ("robots", "robots.txt forbids the page to us or could not be had, or the host asked not to be visited."),
    ("none_declared", "The statement declares none of the statuses of the model statement."),
    ("no_date_read", "No date of preparation or review could be read."),
    ("regional_or_local", "A list names a region, province or town for it."),
    ("national_or_not_stated", "No list names a region, province or town for it."),
];

/// One sentence on what a coded value means; empty for a text that is no code.
pub(crate) fn meaning(code: &str) -> &'static str {
    if let Some((_, meaning)) = MEANINGS.iter().find(|(name, _)| *name == code) {
        return meaning;
    }
    let of_change = ChangeType::parse(code).map(ChangeType::meaning);
    let others = [
        Obligation::parse(code).map(Obligation::meaning),
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
    fn lists_verdicts_and_languages_read_well() {
        let texts = ["a", "b", "c"].map(str::to_owned);
        assert_eq!([0, 1, 2, 3].map(|count| listed(&texts[..count])), ["", "a", "a and b", "a, b and c"]);
        assert_eq!(fragment("a.b-c_\"<é"), "a.b-c_%22%3C%C3%A9");
        assert_eq!((short("é").as_str(), short(&"é".repeat(121)).chars().count()), ("é", 121));
        assert_eq!(verdict_words(true, "not_found", "high"), "no statement (high confidence)");
        assert_eq!(verdict_words(false, "uncertain", "low"), "out of scope");
        assert_eq!(
            ["de", "de-AT", "xx", "not_known"].map(language_name),
            ["German", "German (AT)", "xx", "Not known"]
        );
    }

    #[test]
    fn every_language_of_the_countries_has_a_name() {
        let countries: toml::Table = toml::from_str(include_str!("../../../data/countries.toml")).unwrap();
        for country in countries["country"].as_array().unwrap() {
            for language in country["languages"].as_array().unwrap() {
                let tag = language.as_str().unwrap();
                assert_ne!(language_name(tag), tag);
            }
        }
    }

    #[test]
    fn codes_have_meanings_and_other_texts_have_none() {
        assert_eq!(meaning("recovered"), "The host is reachable again.");
        assert!(meaning("http_forbidden").contains("401"));
        assert_eq!(meaning("<script>"), "");
        assert_eq!(words("statement_vanished"), "statement vanished");
    }
}
