//! Is a value written in TOON as its specification asks: the same text, byte for byte?

use serde_json::Value;

/// What is looked at, the value as JSON, and its text.
const CASES: &[(&str, &str, &str)] = &[
    (
        "an object is a line for each key",
        r#"{"host": "a.example.at", "hosts": 12, "stale": false}"#,
        "host: a.example.at\nhosts: 12\nstale: false",
    ),
    ("keys keep their order", r#"{"zebra": 1, "affe": 2}"#, "zebra: 1\naffe: 2"),
    ("nothing is null", r#"{"statementUrl": null}"#, "statementUrl: null"),
    (
        "an object within is set in",
        r#"{"scan": {"month": "2026-11", "country": {"code": "AT"}}}"#,
        "scan:\n  month: 2026-11\n  country:\n    code: AT",
    ),
    ("an empty object within has no lines", r#"{"scan": {}, "n": 1}"#, "scan:\nn: 1"),
    ("an empty object is an empty text", "{}", ""),
    ("an empty list", r#"{"domains": []}"#, "domains: []"),
    (
        "values stand in one line with their count",
        r#"{"countries": ["AT", "DE", "IS"]}"#,
        "countries[3]: AT,DE,IS",
    ),
    (
        "numbers and truth in one line",
        r#"{"mixed": [1, -2.5, true, null, "x"]}"#,
        "mixed[5]: 1,-2.5,true,null,x",
    ),
    (
        "rows with the same keys are a table",
        r#"{"domains": [{"host": "a.example.at", "round": 1}, {"host": "b.example.at", "round": 2}]}"#,
        "domains[2]{host,round}:\n  a.example.at,1\n  b.example.at,2",
    ),
    (
        "the first row says the order of the columns",
        r#"{"rows": [{"b": 1, "a": 2}, {"a": 3, "b": 4}]}"#,
        "rows[2]{b,a}:\n  1,2\n  4,3",
    ),
    (
        "nothing in a table is null",
        r#"{"rows": [{"host": "a", "url": null}, {"host": "b", "url": "/x"}]}"#,
        "rows[2]{host,url}:\n  a,null\n  b,/x",
    ),
    (
        "an object in every row is a group of columns",
        r#"{"rows": [{"id": 1, "at": {"sheet": "Liste", "row": 2}}, {"id": 2, "at": {"sheet": "Liste", "row": 3}}]}"#,
        "rows[2]{id,at{sheet,row}}:\n  1,Liste,2\n  2,Liste,3",
    ),
    (
        "rows with other keys are a list",
        r#"{"rows": [{"host": "a"}, {"url": "/x", "host": "b"}]}"#,
        "rows[2]:\n  - host: a\n  - url: /x\n    host: b",
    ),
    (
        "a list in a row makes it a list",
        r#"{"rows": [{"host": "a", "codes": [301, 302]}, {"host": "b", "codes": []}]}"#,
        "rows[2]:\n  - host: a\n    codes[2]: 301,302\n  - host: b\n    codes: []",
    ),
    (
        "a table in a list",
        r#"{"rows": [{"hops": [{"code": 301}, {"code": 302}], "host": "a"}]}"#,
        "rows[1]:\n  - hops[2]{code}:\n      301\n      302\n    host: a",
    ),
    ("lists in a list", r#"{"pairs": [["a", "b"], []]}"#, "pairs[2]:\n  - [2]: a,b\n  - [0]:"),
    ("a list at the root", r#"["AT", "DE"]"#, "[2]: AT,DE"),
    ("a table at the root", r#"[{"code": "AT"}, {"code": "DE"}]"#, "[2]{code}:\n  AT\n  DE"),
    (
        "objects of the same shape are rows with keys",
        r#"{"countries": {"AT": {"known": 3, "found": 2}, "DE": {"known": 5, "found": 5}}}"#,
        "countries[2:]{known,found}:\n  AT: 3,2\n  DE: 5,5",
    ),
    (
        "a text with a comma is quoted in a row",
        r#"{"names": ["Amt, Wien", "Graz"]}"#,
        "names[2]: \"Amt, Wien\",Graz",
    ),
    (
        "a text with a colon is quoted",
        r#"{"url": "https://a.example.at/"}"#,
        "url: \"https://a.example.at/\"",
    ),
    (
        "a text that looks like something else is quoted",
        r#"{"a": "true", "b": "null", "c": "42", "d": "-1.5", "e": "1e3", "f": "007"}"#,
        "a: \"true\"\nb: \"null\"\nc: \"42\"\nd: \"-1.5\"\ne: \"1e3\"\nf: \"007\"",
    ),
    ("an empty text is quoted", r#"{"reason": ""}"#, "reason: \"\""),
    (
        "spaces at an end are quoted, within they are not",
        r#"{"a": " x", "b": "x ", "c": "Amt der Stadt"}"#,
        "a: \" x\"\nb: \"x \"\nc: Amt der Stadt",
    ),
    ("a text that begins as a list item is quoted", r#"{"a": "- x", "b": "-"}"#, "a: \"- x\"\nb: \"-\""),
    (
        "brackets, braces and hashes are quoted",
        r##"{"a": "[1]", "b": "{x}", "c": "#1"}"##,
        "a: \"[1]\"\nb: \"{x}\"\nc: \"#1\"",
    ),
    (
        "quotation marks, backslashes and breaks are escaped",
        r#"{"a": "\"x\"", "b": "C:\\x", "c": "x\ny", "d": "x\ty", "e": "x\ry"}"#,
        "a: \"\\\"x\\\"\"\nb: \"C:\\\\x\"\nc: \"x\\ny\"\nd: \"x\\ty\"\ne: \"x\\ry\"",
    ),
    ("other control characters are escaped by number", r#"{"a": "x\u0007y"}"#, "a: \"x\\u0007y\""),
    (
        "letters of every script stand as they are",
        r#"{"de": "Größe", "el": "Δήμος", "bg": "община", "zh": "城市"}"#,
        "de: Größe\nel: Δήμος\nbg: община\nzh: 城市",
    ),
    (
        "keys that are no names are quoted",
        r#"{"a b": 1, "x:y": 2, "": 3, "9": 4, "-k": 5}"#,
        "\"a b\": 1\n\"x:y\": 2\n\"\": 3\n\"9\": 4\n\"-k\": 5",
    ),
    ("names may have dots and underscores", r#"{"a_b": 1, "a.b": 2}"#, "a_b: 1\na.b: 2"),
    (
        "numbers have no exponent and no needless zeros",
        r#"{"a": 1000000, "b": 0.000001, "c": 2.50, "d": -0.0}"#,
        "a: 1000000\nb: 0.000001\nc: 2.5\nd: 0",
    ),
    ("a text alone", r#""a.example.at""#, "a.example.at"),
    ("a number alone", "42", "42"),
];

#[test]
fn values_are_written_as_the_specification_asks() {
    for (what, json, expected) in CASES {
        let value: Value = serde_json::from_str(json).unwrap();
        let text = toon_format::encode_default(&value).unwrap();
        assert_eq!(text, *expected, "{what}: {json}");
        assert!(!text.ends_with('\n') && !text.lines().any(|line| line.ends_with(' ')), "{what}");
    }
}

#[test]
fn what_is_written_is_read_as_the_same_value() {
    for (what, json, text) in CASES.iter().filter(|(_, json, _)| !json.contains("-0.0")) {
        let value: Value = serde_json::from_str(json).unwrap();
        assert_eq!(toon_format::decode_default::<Value>(text).unwrap(), value, "{what}");
    }
}
