//! Makes the demo workbooks of `data/demo` out of a seed list in the EU-plus layout, read from standard
//! input: `… | cargo run --release -p deklaro-import --example make_demo -- data/demo`.
//!
//! The rows are the list's own; around them stand the quirks of real lists, each of which the import must
//! explain. `netherlands` and `poland` are written as xlsx too, and then turned into ods and xls: see
//! data/demo/README.md.

use deklaro_import::Countries;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

/// One row of the list that comes in.
#[derive(Debug, Clone, serde::Deserialize)]
struct Listed {
    country: String,
    subnational: String,
    gov_domain: String,
    page: String,
    is_root_page: String,
    performance_score: String,
    accessibility_score: String,
    best_practices_score: String,
    seo_score: String,
}

/// The rows of a sheet, above and below its header, all as texts.
type Rows = Vec<Vec<String>>;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: make_demo FOLDER < seeds.csv")?;
    let folder = Path::new(&folder);
    let mut pages = read_pages()?;
    let mut take = |codes: &[&str]| -> Vec<Listed> {
        codes.iter().flat_map(|code| pages.remove(*code).unwrap_or_default()).collect()
    };
    write_xlsx(folder, "austria.xlsx", &[("AT 2026", false, austria(&take(&["AT"])))])?;
    write_xlsx(
        folder,
        "germany-belgium.xlsx",
        &[
            ("Deutschland", false, with_note(german(&take(&["DE"])))),
            ("Belgien", false, german(&take(&["BE"]))),
            ("alt", true, rows(&[&["Gemeinde", "Domain"], &["Altstadt", "altstadt-de.example"]])),
        ],
    )?;
    write_xlsx(folder, "france.xlsx", &[("Feuille1", false, france(&take(&["FR"])))])?;
    write_xlsx(folder, "netherlands.xlsx", &[("Register", false, netherlands(&take(&["NL"])))])?;
    write_xlsx(folder, "poland.xlsx", &[("Arkusz1", false, poland(&take(&["PL"])))])?;
    let nordic = nordic(&take(&["DK", "SE", "FI", "NO", "IS"]));
    write_xlsx(
        folder,
        "nordic.xlsx",
        &[("Notes", false, rows(&[&["Kept by hand."]])), ("Hosts", false, nordic)],
    )?;
    write_text(folder, "italy.csv", ';', false, &italy(&take(&["IT"])))?;
    write_text(folder, "united-kingdom.tsv", '\t', true, &united_kingdom(&take(&["GB"])))?;
    let others: Vec<Listed> = pages.into_values().flatten().collect();
    write_text(folder, "europe.csv", ',', true, &eu_plus(&others))?;
    Ok(())
}

fn read_pages() -> Result<BTreeMap<String, Vec<Listed>>, Box<dyn Error>> {
    let countries = Countries::builtin();
    let mut pages: BTreeMap<String, Vec<Listed>> = BTreeMap::new();
    for page in csv::Reader::from_reader(std::io::stdin()).deserialize() {
        let page: Listed = page?;
        let code =
            countries.find(&page.country).ok_or_else(|| format!("`{}` is no country", page.country))?;
        pages.entry(code.to_string()).or_default().push(page);
    }
    Ok(pages)
}

fn rows(rows: &[&[&str]]) -> Rows {
    rows.iter().map(|row| row.iter().map(|text| (*text).to_owned()).collect()).collect()
}

const EU_PLUS: [&str; 9] = [
    "country",
    "subnational",
    "gov_domain",
    "page",
    "is_root_page",
    "performance_score",
    "accessibility_score",
    "best_practices_score",
    "seo_score",
];

fn eu_plus(pages: &[Listed]) -> Rows {
    let row = |page: &Listed| {
        let page = page.clone();
        let scores =
            [page.performance_score, page.accessibility_score, page.best_practices_score, page.seo_score];
        [vec![page.country, page.subnational, page.gov_domain, page.page, page.is_root_page], scores.into()]
            .concat()
    };
    let mut table = rows(&[&EU_PLUS]);
    table.extend(pages.iter().map(row));
    table
}

/// A title and a blank row above the header; upper case, a trailing dot, white space; a totals row below.
fn austria(pages: &[Listed]) -> Rows {
    let mut table = eu_plus(pages);
    table[1][2] = table[1][2].to_uppercase();
    table[2][2].push('.');
    table[3][3].insert(0, ' ');
    "Österreich".clone_into(&mut table[4][0]);
    table.insert(6, Vec::new());
    let total = [String::new(), String::new(), "Summe".to_owned(), pages.len().to_string()];
    table.splice(0..0, rows(&[&["Websites öffentlicher Stellen in Österreich, Stand Oktober 2026"], &[]]));
    table.push(Vec::new());
    table.push(total.into());
    table
}

/// German names of columns, no country column, some hosts also under `www.`.
fn german(pages: &[Listed]) -> Rows {
    let mut table = rows(&[&["Gemeinde", "Domain", "Webseite"]]);
    for (index, page) in pages.iter().enumerate() {
        table.push(vec![body(page), page.gov_domain.clone(), page.page.clone()]);
        if index % 7 == 0 && !page.gov_domain.starts_with("www.") {
            let twin = format!("www.{}", page.gov_domain);
            table.push(vec![body(page), twin.clone(), format!("https://{twin}/")]);
        }
    }
    table
}

/// An e-mail address for a host, and a note below the data.
fn with_note(mut table: Rows) -> Rows {
    table.extend(rows(&[&["Gemeinde Beispielau", "rathaus@beispielau.example", ""], &[]]));
    table.extend(rows(&[&["Angaben ohne Gewähr, Quelle: Umfrage"]]));
    table
}

/// A social-media page, a row without its country, a row given twice.
fn france(pages: &[Listed]) -> Rows {
    let mut table = eu_plus(pages);
    let twice = table[1].clone();
    table.push(twice);
    let add = |table: &mut Rows, country: &str, host: &str| {
        table.push([country, "", host, &format!("https://{host}/")].map(ToOwned::to_owned).into());
    };
    add(&mut table, "France", "www.facebook.com");
    add(&mut table, "", "mairie-sans-pays.example");
    table
}

/// The Dutch register: group titles and a count in the first row, duplicate and empty column names in the second.
fn netherlands(pages: &[Listed]) -> Rows {
    let count = pages.len().to_string();
    let mut table = rows(&[
        &[&count, "", "", "Websitetest Internet.nl", "", "E-mailtest Internet.nl"],
        &["URL", "Organisatietype", "Organisatie", "Totaal", "", "Totaal"],
    ]);
    let row = |page: &Listed| {
        [&page.page, "Gemeente", &body(page), &page.seo_score, "", &page.best_practices_score]
            .map(ToOwned::to_owned)
    };
    table.extend(pages.iter().map(|page| row(page).into()));
    table.extend(rows(&[&["n.v.t.", "Agentschap", "Agentschap zonder website"]]));
    table
}

/// Polish names of columns, an address by number, the header once more in the middle.
fn poland(pages: &[Listed]) -> Rows {
    let mut table = rows(&[&["Instytucja", "Domena", "Strona internetowa"]]);
    table.extend(pages.iter().map(|page| vec![body(page), page.gov_domain.clone(), page.page.clone()]));
    let header = table[0].clone();
    table.insert(table.len() / 2, header);
    table.extend(rows(&[&["Urząd bez nazwy", "192.0.2.17", "http://192.0.2.17/"]]));
    table
}

/// Several countries in one sheet, named as at home; no URL for inner pages.
fn nordic(pages: &[Listed]) -> Rows {
    let mut table = rows(&[&["Land", "Organisation", "URL"]]);
    let native = |country: &str| {
        match country {
            "Denmark" => "Danmark",
            "Sweden" => "Sverige",
            "Finland" => "Suomi",
            "Norway" => "Norge",
            "Iceland" => "Ísland",
            other => return other.to_owned(),
        }
        .to_owned()
    };
    table.extend(pages.iter().map(|page| vec![native(&page.country), body(page), page.page.clone()]));
    table.push(rows(&[&["Atlantis", "Kommune under vann", "https://atlantis.example/"]]).remove(0));
    table
}

/// Hand-typed addresses in the layout of the Italian index.
fn italy(pages: &[Listed]) -> Rows {
    let mut table = rows(&[&["Codice_IPA", "Denominazione_ente", "Regione", "Sito_istituzionale"]]);
    for (index, page) in pages.iter().enumerate() {
        let (scheme, rest) = page.page.split_once("://").unwrap_or(("https", &page.page));
        let typed = match (index, scheme) {
            (1, "https") => format!("htpps://{rest}"),
            (1, _) => format!("htpp://{rest}"),
            (2, "https") => format!("https:{rest}"),
            (3, "https") => rest.trim_end_matches('/').to_owned(),
            (4, _) => format!("{};", page.page),
            _ => page.page.clone(),
        };
        table.push(vec![format!("c_{index:03}"), body(page), "Piemonte; Città".to_owned(), typed]);
    }
    table.extend(rows(&[
        &["c_900", "Comune di Senza Sito", "", "---"],
        &["c_901", "Istituto", "", "TOIC81000X"],
    ]));
    table
}

/// Registered names without pages, as the list of .gov.uk names has them.
fn united_kingdom(pages: &[Listed]) -> Rows {
    let mut table = rows(&[&["Domain Name", "Owner"]]);
    let roots = pages.iter().filter(|page| page.is_root_page == "TRUE");
    table.extend(roots.map(|page| vec![page.gov_domain.clone(), body(page)]));
    table.extend(rows(&[
        &["council@parish-uk.example", "Parish Council"],
        &[],
        &["Total", &pages.len().to_string()],
    ]));
    table
}

/// A name for the body, made of its host's first label: `gemeinde-lindental-at` is Gemeinde Lindental.
fn body(page: &Listed) -> String {
    let host = page.gov_domain.trim_start_matches("www.");
    let label = host.split('.').next().unwrap_or("");
    let label = label.rsplit_once('-').map_or(label, |(name, _)| name);
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    label
        .split('-')
        .filter(|word| word.is_ascii() && !word.is_empty())
        .map(capital)
        .collect::<Vec<_>>()
        .join(" ")
}

fn write_xlsx(folder: &Path, name: &str, sheets: &[(&str, bool, Rows)]) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    // A fixed date, so that the same list gives the same bytes.
    let made = ExcelDateTime::from_ymd(2026, 10, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    for (name, is_hidden, rows) in sheets {
        let sheet = workbook.add_worksheet().set_name(*name)?;
        sheet.set_hidden(*is_hidden);
        write_sheet(sheet, rows)?;
    }
    workbook.save(folder.join(name))
}

/// Numbers and truths as such, all else as text.
fn write_sheet(sheet: &mut Worksheet, rows: &Rows) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    for (row, cells) in (0..).zip(rows) {
        for (column, text) in (0..).zip(cells).filter(|(_, text)| !text.is_empty()) {
            match (text.as_str(), text.parse::<f64>()) {
                ("TRUE" | "FALSE", _) => sheet.write(row, column, text == "TRUE")?,
                (_, Ok(number)) => sheet.write(row, column, number)?,
                (_, Err(_)) if row == 0 => sheet.write_with_format(row, column, text, &bold)?,
                (_, Err(_)) => sheet.write(row, column, text)?,
            };
        }
    }
    Ok(())
}

/// A text table: UTF-8 with a byte order mark, or windows-1252 as an old spreadsheet would save it.
fn write_text(
    folder: &Path,
    name: &str,
    delimiter: char,
    is_utf8: bool,
    rows: &Rows,
) -> Result<(), Box<dyn Error>> {
    let mut writer =
        csv::WriterBuilder::new().delimiter(delimiter as u8).flexible(true).from_writer(Vec::new());
    for row in rows {
        if row.is_empty() {
            writer.write_record([""; 2])?;
        } else {
            writer.write_record(row)?;
        }
    }
    let text = String::from_utf8(writer.into_inner()?)?;
    let bytes = if is_utf8 {
        format!("\u{feff}{text}").into_bytes()
    } else {
        encoding_rs::WINDOWS_1252.encode(&text).0.into_owned()
    };
    Ok(std::fs::write(folder.join(name), bytes)?)
}
