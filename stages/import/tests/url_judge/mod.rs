//! Does a cell of a list give the host and the page that the URL Standard makes of its text?

use deklaro_import::{ColumnMaps, Countries, Imported, Origin, Workbook, import};
use deklaro_schemas::PageUrl;
use deklaro_schemas::codes::{ReasonCode, RepairCode, SourceType};
use serde::Deserialize;

/// What a browser makes of an input.
#[derive(Deserialize)]
pub(crate) struct Case {
    pub(crate) input: String,
    #[serde(default)]
    failure: bool,
    #[serde(default)]
    hostname: String,
    #[serde(default)]
    href: String,
}

/// Imports lists of one cell.
pub(crate) struct Importer {
    maps: ColumnMaps,
    countries: Countries,
}

/// What one cell gave.
pub(crate) enum Outcome {
    Accepted { host: String, page: Option<PageUrl>, repairs: Vec<RepairCode> },
    Rejected(ReasonCode),
}

impl Importer {
    pub(crate) fn new() -> Self {
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

    pub(crate) fn cell(&self, header: &str, text: &str) -> Outcome {
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
pub(crate) fn is_real(code: RepairCode) -> bool {
    !matches!(code, RepairCode::HostFromUrl | RepairCode::PathRemoved | RepairCode::PortRemoved)
}

/// The class a case falls in, or what is wrong.
pub(crate) fn judge(importer: &Importer, case: &Case) -> Result<&'static str, String> {
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
