//! Lists as publishers give them, one quirk each, and what becomes of them.

use deklaro_import::{ColumnMaps, Countries, GivenColumns, Imported, Origin, Workbook, import};
use deklaro_schemas::codes::SourceType;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_xlsxwriter::{Format, Formula, Url, Workbook as Writer, Worksheet};
use std::io::Write;
use zip::write::SimpleFileOptions;

fn maps() -> ColumnMaps {
    ColumnMaps::builtin()
}

fn read_with(name: &str, bytes: &[u8], maps: &ColumnMaps) -> Result<Imported, String> {
    let origin = Origin {
        publisher: None,
        source_type: SourceType::Curated,
        source_reference_url: Some("https://lists.example/all".to_owned()),
        country: Countries::builtin().find("AT"),
    };
    import(&Workbook { file_name: name, bytes, origin }, maps, &Countries::builtin())
        .map_err(|error| format!("{error}; hint: {}", error.hint().unwrap_or_default()))
}

/// What a list came to, as a table: sheets, seeds, rejects.
fn table(result: Result<Imported, String>) -> String {
    let imported = match result {
        Ok(imported) => imported,
        Err(error) => return error,
    };
    let mut lines = Vec::new();
    for (source, layout) in imported.sources.iter().zip(&imported.layouts) {
        let columns: Vec<String> =
            layout.columns.iter().map(|column| format!("{}={}", column.field, column.column)).collect();
        lines.push(format!(
            "sheet {} | map {} | header {} | {} | {} rows = {} + {}",
            source.sheet,
            source.column_map,
            source.header_row,
            columns.join(" "),
            source.rows_total,
            source.rows_accepted,
            source.rows_rejected
        ));
    }
    for skipped in &imported.skipped {
        lines.push(format!("skipped {}: {:?}", skipped.sheet, skipped.why));
    }
    for seed in imported.seeds.rows() {
        let repairs: Vec<&str> = seed.repairs.iter().map(|code| code.as_str()).collect();
        let page = seed.page_url.as_ref().map_or("-", |url| url.as_str());
        let body = seed.organisation.as_deref().unwrap_or("-");
        lines.push(format!(
            "row {} | {} | {} | {page} | {body} | {}",
            seed.row_number,
            seed.country_code,
            seed.canonical_hostname,
            repairs.join(" ")
        ));
    }
    for reject in &imported.rejects {
        lines.push(format!("row {} | {} | `{}`", reject.row_number, reject.reason_code, reject.raw_text));
    }
    lines.join("\n")
}

fn of_text(name: &str, text: &str) -> String {
    table(read_with(name, text.as_bytes(), &maps()))
}

fn of_sheet(fill: impl Fn(&mut Worksheet)) -> String {
    let mut writer = Writer::new();
    fill(writer.add_worksheet());
    table(read_with("list.xlsx", &writer.save_to_buffer().unwrap(), &maps()))
}

fn rows(sheet: &mut Worksheet, rows: &[&[&str]]) {
    for (number, row) in (0..).zip(rows) {
        for (column, text) in (0..).zip(*row).filter(|(_, text)| !text.is_empty()) {
            sheet.write(number, column, *text).unwrap();
        }
    }
}

#[test]
fn a_plain_list_of_hosts_and_addresses() {
    let text = "# public bodies, 2026\n\na.gv.at\nhttps://b.gv.at/start\n# closed\nc.gv.at\nnothing here\n";
    insta::assert_snapshot!(of_text("urls.txt", text));
}

#[test]
fn a_headerless_table_with_one_column_of_addresses() {
    insta::assert_snapshot!(of_text("table.csv", "1;Amt A;www.a.gv.at\n2;Amt B;b.gv.at\n3;Amt C;c.gv.at\n"));
}

#[test]
fn two_columns_of_addresses_are_not_guessed_between() {
    let text = "Nr;Eins;Zwei\n1;a.gv.at;x.gv.at\n2;b.gv.at;y.gv.at\n";
    insta::assert_snapshot!(of_text("two.csv", text));
    let given = GivenColumns::parse("host=B,country=LU", &Countries::builtin()).unwrap();
    insta::assert_snapshot!(table(read_with("two.csv", text.as_bytes(), &maps().with_columns(given))));
}

#[test]
fn several_addresses_in_a_cell() {
    let text = "Stelle;Website\nA;https://a.gv.at, https://b.gv.at/x\nB;c.gv.at - d.gv.at\n\
        C;\"https://e.gv.at\nhttps://e.gv.at/amt\"\nD;http://f.gv.athttp://g.gv.at\nE;https://h.gv.at/x,y.html\n\
        F;i.gv.at (alt)\n";
    insta::assert_snapshot!(of_text("several.csv", text));
}

#[test]
fn a_name_that_is_a_link_gives_its_target() {
    insta::assert_snapshot!(of_sheet(|sheet| {
        rows(sheet, &[&["Gemeinde", "Webseite"], &["A"], &["B"], &["C", "www.c.gv.at"]]);
        sheet.write_url_with_text(1, 1, Url::new("https://www.a.gv.at/"), "zur Seite").unwrap();
        let link = Formula::new("HYPERLINK(\"https://b.gv.at/amt\",\"B\")").set_result("B");
        sheet.write_formula(2, 1, link).unwrap();
    }));
}

#[test]
fn names_of_bodies_that_are_links_are_found_without_a_header() {
    insta::assert_snapshot!(of_sheet(|sheet| {
        rows(sheet, &[&["Nr", "Gemeinde"], &["1"], &["2"]]);
        sheet.write_url_with_text(1, 1, Url::new("https://www.a.gv.at/"), "Gemeinde A").unwrap();
        sheet.write_url_with_text(2, 1, Url::new("https://b.gv.at/"), "Gemeinde B").unwrap();
    }));
}

#[test]
fn merged_cells_hold_for_every_row() {
    insta::assert_snapshot!(of_sheet(|sheet| {
        let format = Format::new();
        rows(
            sheet,
            &[
                &["Listen der Länder"],
                &["Land", "Behörde", "Domain"],
                &["", "", "a.gv.at"],
                &["", "", "b.gv.at"],
            ],
        );
        sheet.merge_range(0, 0, 0, 2, "Listen der Länder", &format).unwrap();
        sheet.merge_range(2, 0, 3, 0, "Liechtenstein", &format).unwrap();
        sheet.merge_range(2, 1, 3, 1, "Amt A", &format).unwrap();
    }));
}

#[test]
fn numbers_and_dates_where_text_is_expected() {
    insta::assert_snapshot!(of_sheet(|sheet| {
        rows(sheet, &[&["Domain", "Organisation", "Domain", ""], &["a.gv.at"], &["", "B"], &["c.gv.at"]]);
        sheet.write(1, 1, 2024).unwrap();
        let date = Format::new().set_num_format("yyyy-mm-dd");
        sheet.write_with_format(2, 0, 45_413, &date).unwrap();
        sheet.write(3, 1, true).unwrap();
    }));
}

#[test]
fn what_stands_below_the_data() {
    let text = "Domain;Organisation\na.gv.at;A\nGesamt;1\n\nStand: 1. Mai 2026, ohne Gewähr\nDomain;Organisation\nb.gv.at;B\n";
    insta::assert_snapshot!(of_text("below.csv", text));
}

#[test]
fn addresses_as_typed() {
    let typed = [
        "htpp://a.gv.at",
        "http//:www.b.gv.at",
        "https:c.gv.at",
        "//d.gv.at/x",
        "E.GV.AT",
        "www.f.gv.at:8080/amt",
        "https://user:secret@g.gv.at/",
        "h.gv.at/#top",
        " i.gv.at ; ",
        "müller.at",
        "xn--mller-kva.at/a",
        "a_b.gv.at",
        "192.168.1.1",
        "office@k.gv.at",
        "https://facebook.com/l",
        "bit.ly/m",
        "---",
        "https://n.gv.at/a b",
    ];
    let text: String = typed.iter().map(|address| format!("\"{address}\"\n")).collect();
    insta::assert_snapshot!(of_text("typed.csv", &format!("Website\n{text}")));
}

#[test]
fn packed_lists() {
    let list = b"host,country\na.gv.at,AT\n";
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(list).unwrap();
    let gzip = gzip.finish().unwrap();
    insta::assert_snapshot!("gzip", table(read_with("list.csv.gz", &gzip, &maps())));

    let mut writer = Writer::new();
    rows(writer.add_worksheet().set_name("Liste").unwrap(), &[&["host", "country"], &["b.gv.at", "AT"]]);
    let workbook = writer.save_to_buffer().unwrap();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let parts: [(&str, &[u8]); 4] = [
        ("at/list.csv.gz", &gzip),
        ("at/b.xlsx", &workbook),
        ("logo.png", b"\x89PNG\r\n"),
        ("__MACOSX/._b.xlsx", b"x"),
    ];
    for (name, bytes) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    insta::assert_snapshot!("zip", table(read_with("all.zip", &zip.finish().unwrap().into_inner(), &maps())));
}

#[test]
fn a_seed_file_of_the_older_kind() {
    let text = r#"{"version":1,"country":"republic-of-cyprus","domain_count":2,"page_count":2,"source_tabs":["Cyprus"],
        "domains":[{"domain":"a.gov.cy","pages":[{"url":"https://a.gov.cy/","is_root_page":true},{"url":"https://a.gov.cy/x"}]},
        {"domain":"b.gov.cy","pages":[]}]}"#;
    insta::assert_snapshot!("seed_file", of_text("republic-of-cyprus.toon", text));
    insta::assert_snapshot!("other_json", of_text("x.json", r#"{"name":"x"}"#));
}

#[test]
fn files_that_another_program_saved() {
    let file = |name: &str| {
        let path = format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"));
        table(read_with(name, &std::fs::read(path).unwrap(), &maps()))
    };
    insta::assert_snapshot!("libreoffice_ods", file("gemeinden.ods"));
    insta::assert_snapshot!("libreoffice_xls", file("gemeinden.xls"));
}

#[test]
fn a_link_formula_that_was_never_worked_out() {
    insta::assert_snapshot!(of_sheet(|sheet| {
        rows(sheet, &[&["Land", "Webseite"], &["AT"], &["AT", "b.gv.at"]]);
        sheet
            .write_formula(1, 1, Formula::new("HYPERLINK(\"https://a.gv.at/amt\",\"A\")").set_result(""))
            .unwrap();
    }));
}

#[test]
fn a_column_that_may_hold_countries_or_regions() {
    insta::assert_snapshot!(
        "regions",
        of_text("a.csv", "Obec;Web;Kraj\nX;www.x.cz;Vysočina\nY;www.y.cz;Zlínský\n")
    );
    insta::assert_snapshot!(
        "countries",
        of_text("b.csv", "Web;Kraj\nwww.x.pl;Polska\nwww.y.pl;Wielkopolska\n")
    );
    insta::assert_snapshot!("states", of_text("c.csv", "Website;State\nwww.x.mt;Malta\nwww.y.ie;Ireland\n"));
}

#[test]
fn the_target_list_of_another_scanner() {
    let text = "target_url,domain,agency,bureau,branch\nsub.def.gov,def.gov,Agency,Bureau,Executive\n";
    insta::assert_snapshot!(of_text("site-scanning-target-url-list.csv", text));
}
