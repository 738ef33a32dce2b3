//! The URL Standard's own cases, where one can be a cell of a list, and cases of ours in the same form.

#![expect(clippy::print_stdout, reason = "a test that could not run says so")]

use deklaro_import::{ColumnMaps, Countries, Imported, Origin, Workbook, import};
use deklaro_schemas::PageUrl;
use deklaro_schemas::codes::{ReasonCode, RepairCode, SourceType};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/conformance/url/urltestdata.json");

/// A case: what a browser makes of an input. Comments among the cases are plain strings.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Case(Case),
    Comment(#[expect(dead_code, reason = "told from a case, not read")] String),
}

#[derive(Deserialize)]
struct Case {
    input: String,
    #[serde(default)]
    failure: bool,
    #[serde(default)]
    hostname: String,
    #[serde(default)]
    href: String,
}

struct Importer {
    maps: ColumnMaps,
    countries: Countries,
}

/// What one cell gave.
enum Outcome {
    Accepted { host: String, page: Option<PageUrl>, repairs: Vec<RepairCode> },
    Rejected(ReasonCode),
}

impl Importer {
    fn new() -> Self {
        Self { maps: ColumnMaps::builtin(), countries: Countries::builtin() }
    }

    fn import(&self, header: &str, text: &str) -> Imported {
        // The mark says that this is text, zero bytes in the cell or not.
        let mut table = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
        table.write_record([header, "country"]).unwrap();
        table.write_record([text, "AT"]).unwrap();
        let origin = Origin {
            publisher: None,
            source_type: SourceType::Other,
            source_reference_url: Some("https://lists.example/all".to_owned()),
            country: None,
        };
        let workbook = Workbook { file_name: "x.csv", bytes: &table.into_inner().unwrap(), origin };
        import(&workbook, &self.maps, &self.countries).unwrap()
    }

    fn cell(&self, header: &str, text: &str) -> Outcome {
        let imported = self.import(header, text);
        match (imported.seeds.rows().next(), imported.rejects.first()) {
            (Some(seed), _) => Outcome::Accepted {
                host: seed.canonical_hostname.as_str().to_owned(),
                page: seed.page_url,
                repairs: seed.repairs,
            },
            (None, Some(reject)) => Outcome::Rejected(reject.reason_code),
            (None, None) => panic!("{text:?}: lost"),
        }
    }
}

/// Why a case says nothing about a cell that holds an address.
fn cannot_apply(case: &Case) -> Option<&'static str> {
    let text = case.input.trim_matches(|c: char| c <= ' ');
    let start = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    if !start.starts_with("http://") && !start.starts_with("https://") {
        return Some("n/a: relative, or of a scheme that is no web page's");
    }
    // Standing in a list it is two texts; a browser takes the break out and glues them.
    if !case.failure && text.contains(['\t', '\n', '\r']) {
        return Some("n/a: a line break or tab inside");
    }
    None
}

/// The rule of ours by which a host that a browser takes is none; nothing where there is none.
fn our_rule(hostname: &str) -> Option<&'static str> {
    let is_address = hostname.starts_with('[') || hostname.parse::<std::net::Ipv4Addr>().is_ok();
    let name = hostname.trim_end_matches('.');
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if is_address {
        Some("refused: an address names no public body")
    } else if !name.chars().all(is_plain) {
        Some("refused: characters no host name holds")
    } else if !name.contains('.') {
        Some("refused: one label is no host on the web")
    } else if name.split('.').any(|label| label == "xn--pokxncvks") {
        Some("refused: punycode that decodes to nothing")
    } else if name == "facebook.com" {
        Some("refused: a social network")
    } else {
        name.ends_with(".09").then_some("refused: ends in a number")
    }
}

/// Repairs that do not change what was written, only say where it stood.
fn is_real(code: RepairCode) -> bool {
    !matches!(code, RepairCode::HostFromUrl | RepairCode::PathRemoved | RepairCode::PortRemoved)
}

/// The class a case falls in, or what is wrong.
fn judge(importer: &Importer, case: &Case) -> Result<&'static str, String> {
    if let Some(class) = cannot_apply(case) {
        return Ok(class);
    }
    let as_url = importer.cell("url", &case.input);
    let Outcome::Accepted { host, page, repairs } = as_url else {
        return judge_rejected(case, &as_url);
    };
    if case.failure {
        let is_repaired = repairs.iter().copied().any(is_real);
        return if is_repaired { Ok("fails: repaired") } else { Err(format!("accepted as {host}")) };
    }
    if host != case.hostname.trim_end_matches('.') {
        return Err(format!("host {host}, expected {}", case.hostname));
    }
    match importer.cell("host", &case.input) {
        Outcome::Accepted { host: same, .. } if same == host => {}
        _ => return Err("another outcome as a host cell".to_owned()),
    }
    if page == Some(PageUrl::parse(&case.href).unwrap()) {
        return Ok("same host and URL");
    }
    // Lists wrap addresses in quotation marks and sow invisible characters; a browser keeps both.
    let is_cleaned =
        |code: &RepairCode| matches!(code, RepairCode::WhitespaceRemoved | RepairCode::PunctuationRemoved);
    if page.is_some() && repairs.iter().any(is_cleaned) {
        return Ok("same host, URL without invisible characters or punctuation at its end: repaired");
    }
    Err(format!("page {page:?}"))
}

fn judge_rejected(case: &Case, outcome: &Outcome) -> Result<&'static str, String> {
    let Outcome::Rejected(reason) = outcome else { return Err("accepted".to_owned()) };
    if case.failure {
        return Ok("fails: rejected");
    }
    our_rule(&case.hostname).ok_or_else(|| format!("rejected: {reason}"))
}

#[test]
fn the_standards_cases() {
    let Ok(text) = std::fs::read_to_string(Path::new(CASES)) else {
        println!("skipped: no {CASES}; the cases of our own run");
        return;
    };
    let lines: Vec<Line> = serde_json::from_str(&text).unwrap();
    let importer = Importer::new();
    let (mut counts, mut wrong) = (BTreeMap::<&str, usize>::new(), Vec::new());
    let cases = lines.into_iter().filter_map(|line| match line {
        Line::Case(case) => Some(case),
        Line::Comment(_) => None,
    });
    for case in cases {
        match judge(&importer, &case) {
            Ok(class) => *counts.entry(class).or_default() += 1,
            Err(problem) => wrong.push(format!("{:?}: {problem}", case.input)),
        }
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
    let table: Vec<String> = counts.iter().map(|(class, count)| format!("{count} {class}")).collect();
    insta::assert_snapshot!(table.join("\n"), @r"
    188 fails: rejected
    7 n/a: a line break or tab inside
    536 n/a: relative, or of a scheme that is no web page's
    1 refused: a social network
    25 refused: an address names no public body
    1 refused: characters no host name holds
    1 refused: ends in a number
    44 refused: one label is no host on the web
    6 refused: punycode that decodes to nothing
    73 same host and URL
    6 same host, URL without invisible characters or punctuation at its end: repaired
    ");
}

/// What each cell of ours gives: host, page and repairs, or the reason.
fn line(importer: &Importer, text: &str) -> String {
    match importer.cell("url", text) {
        Outcome::Rejected(reason) => format!("{text:?} {reason}"),
        Outcome::Accepted { page, repairs, .. } => {
            let codes: Vec<&str> =
                repairs.iter().copied().filter(|code| is_real(*code)).map(RepairCode::as_str).collect();
            format!("{text:?} {} {}", page.as_ref().map_or("-", |page| page.as_str()), codes.join(" "))
        }
    }
}

#[test]
fn cases_of_our_own() {
    let cases = [
        "https://www.Gemeinde.example.at/Amt?x=1#top",
        "http://b%C3%BCcher.example/",
        "HTTP:\\\\a.example.at\\b",
        "http://a.example.at./",
        "http://a..b.example.at/",
        "http://a.example.at:99999/",
        "http://a.example.at:x/",
        "http://u:p@a.example.at/",
        "http://a_b.example.at/",
        "http://a b.example.at/",
        "http://a<b.example.at/",
        "http://%00.example.at/",
        "http://[2001:db8::1]/",
        "http://0300.0250.1.1/",
        "http://0x7f000001/",
        "http://intranet/",
        "http://.../",
        "https://xn--/",
        "www.http://www.a.example.at",
        "http://www.a.example.at/http://www.a.example.at",
    ];
    let importer = Importer::new();
    let lines: Vec<String> = cases.iter().map(|text| line(&importer, text).trim_end().to_owned()).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    "https://www.Gemeinde.example.at/Amt?x=1#top" https://www.gemeinde.example.at/Amt?x=1 case_folded
    "http://b%C3%BCcher.example/" http://xn--bcher-kva.example/ punycode_encoded percent_decoded
    "HTTP:\\\\a.example.at\\b" http://a.example.at/b scheme_mended
    "http://a.example.at./" http://a.example.at/ trailing_dot_removed
    "http://a..b.example.at/" http://a.b.example.at/ dots_mended
    "http://a.example.at:99999/" -
    "http://a.example.at:x/" host_malformed
    "http://u:p@a.example.at/" http://a.example.at/ user_info_removed
    "http://a_b.example.at/" http://a_b.example.at/
    "http://a b.example.at/" host_malformed
    "http://a<b.example.at/" host_malformed
    "http://%00.example.at/" host_malformed
    "http://[2001:db8::1]/" host_is_address
    "http://0300.0250.1.1/" host_is_address
    "http://0x7f000001/" host_is_address
    "http://intranet/" host_malformed
    "http://.../" host_missing
    "https://xn--/" host_malformed
    "www.http://www.a.example.at" http://www.a.example.at/ scheme_mended
    "http://www.a.example.at/http://www.a.example.at" http://www.a.example.at/ cell_split
    "#);
}
