//! Workbooks as people make them, written here and read back.

use deklaro_import::{ColumnMaps, Countries, ImportError, Imported, Origin, SkipReason, Workbook, import};
use deklaro_schemas::batch;
use deklaro_schemas::codes::{RepairCode, SourceType};
use deklaro_schemas::tables::Seed;
use proptest::prelude::*;
use rust_xlsxwriter::{Format, Workbook as Writer};
use std::collections::HashSet;

fn origin() -> Origin {
    Origin {
        publisher: Some("Example office".to_owned()),
        source_type: SourceType::Official,
        source_reference_url: Some("https://lists.example/all".to_owned()),
        country: None,
    }
}

fn read_as(name: &str, bytes: &[u8], origin: Origin) -> Result<Imported, ImportError> {
    let workbook = Workbook { file_name: name, bytes, origin };
    import(&workbook, &ColumnMaps::builtin(), &Countries::builtin())
}

fn read(name: &str, text: &str) -> Imported {
    read_as(name, text.as_bytes(), origin()).unwrap()
}

/// Row, reason, column and text of each reject.
fn rejects(imported: &Imported) -> Vec<String> {
    let line = |reject: &deklaro_schemas::tables::SeedReject| {
        let column = reject.column.as_deref().unwrap_or("-");
        format!("{} {} {column} `{}`", reject.row_number, reject.reason_code, reject.raw_text)
    };
    imported.rejects.iter().map(line).collect()
}

#[test]
fn a_sheet_with_titles_blanks_and_totals() {
    let mut writer = Writer::new();
    let sheet = writer.add_worksheet().set_name("Liste").unwrap();
    // Nothing in row 1 and column A: the range of the sheet starts at B2.
    sheet.write(1, 1, "Öffentliche Stellen, Stand 2026").unwrap();
    for (column, name) in
        [(1, "Land"), (2, "Domain"), (3, "Webseite"), (4, "is_root_page"), (5, "seo_score"), (6, "")]
    {
        sheet.write(3, column, name).unwrap();
    }
    sheet.write(4, 1, "Österreich").unwrap().write(4, 2, "WWW.Gemeinde-a.example.at.").unwrap();
    sheet.write(4, 3, "https://gemeinde-a.example.at:8443/start").unwrap();
    sheet.write(4, 4, true).unwrap().write(4, 5, 1).unwrap().write(4, 6, "a note").unwrap();
    sheet.write(6, 1, "AUT").unwrap().write(6, 2, "gemeinde-b.example.at").unwrap();
    sheet.write(6, 4, "FALSE").unwrap().write(6, 5, "0,5").unwrap();
    sheet.write(7, 2, "gemeinde-c.example.at").unwrap();
    sheet.write(8, 1, "Summe").unwrap().write(8, 2, 3).unwrap();
    sheet.write(10, 1, "Quelle: eigene Erhebung des Amtes").unwrap();
    sheet.write_blank(20, 1, &Format::new().set_bold()).unwrap();
    let hidden = writer.add_worksheet().set_name("alt").unwrap();
    hidden.set_hidden(true).write(0, 0, "Domain").unwrap();
    writer.add_worksheet().set_name("leer").unwrap();
    let imported = read_as("liste.xlsx", &writer.save_to_buffer().unwrap(), origin()).unwrap();

    let [source] = imported.sources.as_slice() else { panic!("{:?}", imported.sources) };
    assert_eq!((source.sheet.as_str(), source.header_row), ("Liste", 4));
    assert_eq!((source.rows_total, source.rows_accepted, source.rows_rejected), (5, 2, 3));
    assert_eq!(source.rows_blank, 2);
    assert_eq!(source.country_code.unwrap().as_str(), "AT");
    let skipped: Vec<_> = imported.skipped.iter().map(|sheet| (sheet.sheet.as_str(), sheet.why)).collect();
    assert_eq!(skipped, [("alt", SkipReason::Hidden), ("leer", SkipReason::Empty)]);

    let seeds: Vec<Seed> = imported.seeds.rows().collect();
    let [first, second] = seeds.as_slice() else { panic!("{seeds:?}") };
    assert_eq!((first.row_number, first.canonical_hostname.as_str()), (5, "www.gemeinde-a.example.at"));
    assert_eq!(first.page_url.as_ref().unwrap().as_str(), "https://gemeinde-a.example.at:8443/start");
    assert_eq!((first.is_root_page, first.seo_score), (Some(true), Some(1.0)));
    assert_eq!(first.repairs, [RepairCode::CaseFolded, RepairCode::TrailingDotRemoved]);
    assert_eq!((first.raw[0].column.as_str(), first.raw[0].text.as_str()), ("Land", "Österreich"));
    assert_eq!(first.raw.len(), 5, "unmapped columns are not kept");
    assert_eq!(second.page_url.as_ref().unwrap().as_str(), "https://gemeinde-b.example.at/");
    assert_eq!((second.is_root_page, second.seo_score), (Some(false), Some(0.5)));
    assert_eq!(second.repairs, [RepairCode::UrlFromHost]);
    insta::assert_snapshot!(rejects(&imported).join("\n"), @r"
    8 country_missing Land ``
    9 not_a_record Land `Summe`
    11 not_a_record Land `Quelle: eigene Erhebung des Amtes`
    ");
}

#[test]
fn every_reason_for_a_reject() {
    let text = "country;gov_domain;page;organisation\n\
        AT;a.example.at;https://a.example.at/;A\n\
        AT;a.example.at;https://a.example.at/#top;same page\n\
        AT;a.example.at;https://a.example.at/b;another page\n\
        AT;office@a.example.at;;mail\n\
        AT;10.0.0.1;;address\n\
        AT;https://www.facebook.com/a;;network\n\
        AT;bit.ly;;shortener\n\
        AT;not a host;;spaces\n\
        AT;;;none\n\
        Atlantis;b.example.at;;sunk\n\
        ;b.example.at;;nowhere\n\
        country;gov_domain;page;organisation\n\
        Total;9;;\n";
    let imported = read("liste.csv", text);
    insta::assert_snapshot!(rejects(&imported).join("\n"), @r"
    3 duplicate_row page `https://a.example.at/#top`
    5 host_is_email gov_domain `office@a.example.at`
    6 host_is_address gov_domain `10.0.0.1`
    7 host_is_social_media gov_domain `https://www.facebook.com/a`
    8 host_is_shortener gov_domain `bit.ly`
    9 host_malformed gov_domain `not a host`
    10 host_missing gov_domain ``
    11 country_unknown country `Atlantis`
    12 country_missing country ``
    13 repeated_header gov_domain `gov_domain`
    14 not_a_record country `Total`
    ");
    assert_eq!((imported.sources[0].rows_total, imported.seeds.len()), (13, 2));
}

#[test]
fn a_page_of_another_site_is_left_out_and_a_twin_kept() {
    let imported = read(
        "liste.tsv",
        "gov_domain\tpage\tcountry\nwww.a.example.at\thttps://a.example.at/x\tAT\n\
         b.example.at\thttps://other.example.at/\tAT\nc.example.at\thttps://\tAT\n\thtpp://d.example.at:81/\tAT\n\
         https://e.example.at/start\t\tAT\n",
    );
    let seed = |index: usize| {
        let seed = imported.seeds.rows().nth(index).unwrap();
        let codes: Vec<&str> = seed.repairs.iter().map(|code| code.as_str()).collect();
        format!(
            "{} {} {codes:?}",
            seed.canonical_hostname,
            seed.page_url.as_ref().map_or("-", |url| url.as_str())
        )
    };
    insta::assert_snapshot!((0..5).map(seed).collect::<Vec<_>>().join("\n"), @r#"
    www.a.example.at https://a.example.at/x []
    b.example.at - []
    c.example.at https://c.example.at/ ["url_from_host"]
    d.example.at http://d.example.at:81/ ["scheme_mended", "port_removed", "host_from_url"]
    e.example.at https://e.example.at/start ["path_removed"]
    "#);
}

#[test]
fn the_country_comes_from_the_row_then_the_sheet_then_the_file() {
    let mut writer = Writer::new();
    for name in ["Belgium", "Liste 2"] {
        let sheet = writer.add_worksheet().set_name(name).unwrap();
        sheet.write(0, 0, "host").unwrap().write(0, 1, "country").unwrap();
        sheet.write(1, 0, "a.example").unwrap();
        sheet.write(2, 0, "b.example").unwrap().write(2, 1, "Lëtzebuerg").unwrap();
    }
    let file = Origin { country: Countries::builtin().find("NL"), ..origin() };
    let imported = read_as("x.xlsx", &writer.save_to_buffer().unwrap(), file).unwrap();
    let countries: Vec<&str> = imported.seeds.places().map(|(country, _, _)| country).collect();
    assert_eq!(countries, ["BE", "LU", "NL", "LU"]);
    assert_eq!(imported.sources[0].country_code, None, "the rows name two");
}

#[test]
fn without_a_reference_every_row_is_rejected() {
    for reference in [None, Some(" ".to_owned())] {
        let origin = Origin { source_reference_url: reference, ..origin() };
        let imported =
            read_as("a.csv", b"host,country\na.example.at,AT\n,\nb.example.at,AT\n", origin).unwrap();
        assert_eq!(
            rejects(&imported),
            ["2 reference_missing - `a.example.at`", "4 reference_missing - `b.example.at`"]
        );
        assert_eq!((imported.sources[0].rows_rejected, imported.sources[0].rows_blank), (2, 1));
    }
}

#[test]
fn text_files_of_other_habits() {
    let utf16: Vec<u8> = "\u{feff}Sito web;Ente\r\nwww.comune-è.example;Città\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let italy = Origin { country: Countries::builtin().find("IT"), ..origin() };
    let imported = read_as("enti.csv", &utf16, italy.clone()).unwrap();
    let seed = imported.seeds.rows().next().unwrap();
    assert_eq!(seed.canonical_hostname.as_str(), "www.xn--comune--8xa.example");
    assert_eq!(seed.organisation.as_deref(), Some("Città"));
    let imported =
        read_as("enti.csv", b"Sito web|Ente\nwww.a.example|Citt\xe0 di Forl\xec\n", italy).unwrap();
    let seed = imported.seeds.rows().next().unwrap();
    assert_eq!(seed.organisation.as_deref(), Some("Città di Forlì"));
}

#[test]
fn files_that_give_nothing_say_what_was_looked_for_and_found() {
    let error = |name: &str, bytes: &[u8]| read_as(name, bytes, origin()).unwrap_err();
    let mut writer = Writer::new();
    writer
        .add_worksheet()
        .set_name("Kontakte")
        .unwrap()
        .write(2, 0, "Name")
        .unwrap()
        .write(2, 1, "Telefon")
        .unwrap();
    let message = error("kontakte.xlsx", &writer.save_to_buffer().unwrap()).to_string();
    assert!(
        message.starts_with(
            "`kontakte.xlsx`: no host column: sheet `Kontakte` row 3 has `Name`, `Telefon` (no column holds addresses); looked for `gov_domain`"
        ),
        "{message}"
    );
    let mut writer = Writer::new();
    writer.add_worksheet();
    assert!(matches!(error("a.xlsx", &writer.save_to_buffer().unwrap()), ImportError::Empty { .. }));
    assert!(matches!(error("a.csv", b" \n\n"), ImportError::Empty { .. }));
    let page = error("a.xlsx", b"<!DOCTYPE html><title>List</title>");
    assert!(page.hint().unwrap().contains("download the list itself"));
    let mut writer = Writer::new();
    writer.add_worksheet().write(0, 0, "host").unwrap();
    let whole = writer.save_to_buffer().unwrap();
    assert!(matches!(error("cut.xlsx", &whole[..whole.len() / 2]), ImportError::Damaged { .. }));
}

/// The columns are filled by hand, cell by cell; the row structs are the measure.
#[test]
fn batches_are_what_row_structs_would_give() {
    let sparse = (0..20_000).map(|row| match row % 3 {
        0 => format!("h{row}.example,AT,Wien,,Yes,0.5,https://h{row}.example/x\n"),
        1 => format!("H{row}.example,AT,,Amt,,,\n"),
        _ => format!("\"www.h{row}.at, www.i{row}.at\",BE,,,no,7,\n"),
    });
    let header = "gov_domain,country,subnational,organisation,is_root_page,seo_score,page\n";
    let imported = read("a.csv", &format!("{header}{}", sparse.collect::<String>()));
    assert_eq!(imported.seeds.len(), 20_000 + 6_666, "{:?}", imported.rejects.first());
    assert!(imported.seeds.batches().len() > 1);
    for batch in imported.seeds.batches() {
        let rows: Vec<Seed> = batch::to_rows(batch).unwrap();
        assert_eq!(&batch::from_rows(&rows).unwrap(), batch);
    }
    let ids: HashSet<_> = imported.seeds.rows().map(|seed| seed.seed_id).collect();
    assert_eq!(ids.len(), imported.seeds.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000), start in 0usize..6) {
        let starts: [&[u8]; 6] =
            [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"host,country\n", b"url;"];
        let bytes = [starts[start], &bytes].concat();
        if let Ok(imported) = read_as("x", &bytes, origin()) {
            for source in &imported.sources {
                prop_assert_eq!(source.rows_total, source.rows_accepted + source.rows_rejected);
                prop_assert!(source.rows_blank >= 0);
            }
        }
    }

    #[test]
    fn a_workbook_with_a_flipped_byte_never_panics(at in 0usize..6_000, flip in 1u8..) {
        let mut writer = Writer::new();
        let sheet = writer.add_worksheet();
        sheet.write(0, 0, "host").unwrap().write(0, 1, "country").unwrap();
        sheet.write(1, 0, "a.example.at").unwrap().write(1, 1, "AT").unwrap();
        let mut bytes = writer.save_to_buffer().unwrap();
        let at = at % bytes.len();
        bytes[at] ^= flip;
        let _ = read_as("x.xlsx", &bytes, origin());
    }

    #[test]
    fn in_equals_accepted_plus_rejected(
        rows in prop::collection::vec(("\\PC{0,12}", "[a-z .@/:]{0,20}", "(AT|BE|Spain|x|)"), 0..40)
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["organisation", "gov_domain", "country"]).unwrap();
        for (name, host, country) in &rows {
            writer.write_record([name, host, country]).unwrap();
        }
        let imported = read_as("x.csv", &writer.into_inner().unwrap(), origin()).unwrap();
        let source = &imported.sources[0];
        let filled = rows.iter().filter(|(a, b, c)| [a, b, c].iter().any(|text| !text.trim().is_empty())).count();
        prop_assert_eq!(source.rows_total, filled as i64);
        prop_assert_eq!(source.rows_accepted, imported.seeds.len() as i64);
        prop_assert_eq!(source.rows_total, source.rows_accepted + source.rows_rejected);
        prop_assert_eq!(imported.rejects.len() as i64, source.rows_rejected);
    }
}
