//! Cells with addresses give what the URL Standard makes of them, and what our own rules refuse or mend.

mod url_judge;

use deklaro_schemas::codes::RepairCode;
use url_judge::{Importer, Outcome, is_real};

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
