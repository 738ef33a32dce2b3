//! The binary workbook, made record by record: no program at hand writes it.

use deklaro_import::{ColumnMaps, Countries, Origin, SkipReason, Workbook, import};
use deklaro_schemas::codes::SourceType;
use std::io::Write;
use zip::write::SimpleFileOptions;

/// A record: its number and length in seven bits a byte, then its content ([MS-XLSB] section 2.1.4).
fn record(number: u16, content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for mut rest in [usize::from(number), content.len()] {
        while rest >= 0x80 {
            bytes.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        bytes.push(rest as u8);
    }
    bytes.extend(content);
    bytes
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let length = (units.len() as u32).to_le_bytes();
    length.into_iter().chain(units.into_iter().flat_map(u16::to_le_bytes)).collect()
}

/// A sheet's place in the workbook: state, number, relation, name.
fn bundle(state: u32, number: u32, name: &str) -> Vec<u8> {
    let parts =
        [&state.to_le_bytes()[..], &number.to_le_bytes(), &wide(&format!("rId{number}")), &wide(name)];
    record(0x009C, &parts.concat())
}

/// A cell: column, style, value.
fn cell(number: u16, column: u32, value: &[u8]) -> Vec<u8> {
    record(number, &[&column.to_le_bytes()[..], &[0; 4], value].concat())
}

fn sheet(rows: &[&[&str]]) -> Vec<u8> {
    let mut bytes = [record(0x0081, &[]), record(0x0094, &[0; 16]), record(0x0091, &[])].concat();
    for (row, texts) in (0u32..).zip(rows) {
        bytes.extend(record(0x0000, &[&row.to_le_bytes()[..], &[0; 13]].concat()));
        for (column, text) in (0..).zip(*texts) {
            bytes.extend(match text.parse::<f64>() {
                Ok(number) => cell(0x0005, column, &number.to_le_bytes()),
                Err(_) => cell(0x0006, column, &wide(text)),
            });
        }
    }
    [bytes, record(0x0092, &[]), record(0x0082, &[])].concat()
}

fn workbook() -> Vec<u8> {
    let relation = |number: u32| {
        format!(r#"<Relationship Id="rId{number}" Type="worksheet" Target="worksheets/sheet{number}.bin"/>"#)
    };
    let relations = format!("<Relationships>{}{}</Relationships>", relation(1), relation(2));
    let globals = [
        record(0x0083, &[]),
        record(0x008F, &[]),
        bundle(0, 1, "Gemeinden"),
        bundle(1, 2, "alt"),
        record(0x0090, &[]),
        record(0x009D, &[]),
        record(0x0084, &[]),
    ];
    let list = sheet(&[
        &["Gemeinden 2026"],
        &["Land", "Behörde", "Webseite"],
        &["Österreich", "Amt A", "www.a.gv.at"],
        &["Österreich", "2024", "htpp://b.gv.at/amt"],
        &["Österreich", "Amt C", "---"],
    ]);
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let parts: [(&str, &[u8]); 4] = [
        ("xl/_rels/workbook.bin.rels", relations.as_bytes()),
        ("xl/workbook.bin", &globals.concat()),
        ("xl/worksheets/sheet1.bin", &list),
        ("xl/worksheets/sheet2.bin", &sheet(&[&["Webseite"], &["www.alt.gv.at"]])),
    ];
    for (name, bytes) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn origin() -> Origin {
    Origin {
        publisher: None,
        source_type: SourceType::Official,
        source_reference_url: Some("https://lists.example/at".to_owned()),
        country: None,
    }
}

#[test]
fn a_binary_workbook_reads_like_any_other() {
    let bytes = workbook();
    let list = Workbook { file_name: "liste.xlsb", bytes: &bytes, origin: origin() };
    let imported = import(&list, &ColumnMaps::builtin(), &Countries::builtin()).unwrap();
    let skipped: Vec<_> = imported.skipped.iter().map(|sheet| (sheet.sheet.as_str(), sheet.why)).collect();
    assert_eq!(skipped, [("alt", SkipReason::Hidden)]);
    let seeds = imported.seeds.rows().map(|seed| {
        let organisation = seed.organisation.unwrap_or_default();
        format!("{} {} {} {organisation}", seed.row_number, seed.country_code, seed.page_url.unwrap())
    });
    insta::assert_snapshot!(seeds.collect::<Vec<_>>().join("\n"), @r"
    3 AT https://www.a.gv.at/ Amt A
    4 AT http://b.gv.at/amt 2024
    ");
    let [reject] = imported.rejects.as_slice() else { panic!("{:?}", imported.rejects) };
    assert_eq!((reject.row_number, reject.raw_text.as_str()), (5, "---"));
}
