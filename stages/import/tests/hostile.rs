//! Workbooks that were made to hurt give a clear error or the rows they show, in bounded memory.
//!
//! An import that may ask for too much runs in a process of its own, whose address space `ulimit` bounds. A
//! bomb that goes off ends that process, and the test fails by its exit status.

mod handmade;

use deklaro_import::{ColumnMaps, Countries, ImportError, Imported, Origin, Workbook, import};
use deklaro_needs::{Need, Tests};
use deklaro_schemas::codes::SourceType;
use handmade::{Parts, lie_about_size, row};
use std::io::Write;
use std::process::{Command, ExitCode};

/// Names the workbook to the bounded process.
const FILE: &str = "DEKLARO_HOSTILE_FILE";
/// Address space of the bounded process; half a GiB goes to the program, its threads and their arenas.
const MAX_ADDRESS_SPACE_KIB: u32 = 1 << 20;

fn main() -> ExitCode {
    if let Some(file) = std::env::var_os(FILE) {
        import_alone(&file);
        return ExitCode::SUCCESS;
    }
    let bound = [Need::BoundedMemory];
    Tests::default()
        .with(&bound, the_bound_holds_for_a_sound_workbook)
        .with(&bound, a_part_that_unpacks_to_more_than_it_says)
        .with(&bound, a_part_that_says_it_unpacks_to_too_much)
        .with(&bound, entities_of_entities_are_not_expanded)
        .with(&bound, outside_entities_are_not_fetched)
        .with(&bound, a_dimension_tag_is_not_believed)
        .with(&bound, an_ods_padded_to_its_last_cell)
        .with(&bound, an_ods_that_repeats_a_full_row_over_the_whole_sheet)
        .with(&bound, an_ods_just_under_the_readers_cap)
        .with(&bound, formulas_in_opposite_corners)
        .with(&bound, an_old_workbook_with_a_cell_far_off)
        .with(&bound, macros_and_outside_links_are_left_alone)
        .with(&bound, formulas_in_a_text_table_are_text)
        .run()
}

fn read(name: &str, bytes: &[u8]) -> Result<Imported, ImportError> {
    let countries = Countries::builtin();
    let origin = Origin {
        publisher: None,
        source_type: SourceType::Other,
        source_reference_url: Some("https://lists.example/all".to_owned()),
        country: countries.find("AT"),
    };
    import(&Workbook { file_name: name, bytes, origin }, &ColumnMaps::builtin(), &countries)
}

/// Hosts and rejects, or the error, in one line.
fn outcome(result: &Result<Imported, ImportError>) -> String {
    match result {
        Err(error) => format!("error: {error}"),
        Ok(imported) => {
            let hosts: Vec<&str> = imported.seeds.places().map(|(_, host, _)| host).collect();
            let rejects = imported.rejects.iter();
            let reasons: Vec<&str> = rejects.map(|reject| reject.reason_code.as_str()).collect();
            format!("hosts: {}; rejects: {}", hosts.join(" "), reasons.join(" "))
        }
    }
}

/// The outcome of an import in a process that gets no more memory than it should need.
fn bounded(bytes: &[u8]) -> String {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let script = format!("ulimit -v {MAX_ADDRESS_SPACE_KIB}; exec \"$0\" \"$@\"");
    let output = Command::new("sh")
        .args(["-c", &script])
        .arg(std::env::current_exe().unwrap())
        .env(FILE, file.path())
        // Arenas reserve 64 MiB of address space each.
        .env("MALLOC_ARENA_MAX", "2")
        .output()
        .unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let line = stdout.lines().find_map(|line| line.strip_prefix("outcome "));
    line.unwrap_or_else(|| panic!("{}: {stdout} {stderr}", output.status)).to_owned()
}

/// What the process does that [`bounded`] starts.
#[expect(clippy::print_stdout, reason = "it reports to the test that started it")]
fn import_alone(file: &std::ffi::OsStr) {
    let result = read("bomb", &std::fs::read(file).unwrap());
    println!("\noutcome {}", outcome(&result));
}

fn two_rows() -> String {
    row(1, &["host", "country"]) + &row(2, &["a.example.at", "AT"])
}

fn the_bound_holds_for_a_sound_workbook() {
    let bytes = Parts::xlsx().with_sheet("", &two_rows()).bytes();
    assert_eq!(bounded(&bytes), "hosts: a.example.at; rejects: ");
}

/// 1.5 GiB of shared strings in a file of some MiB, said to be 1,000 bytes.
fn a_part_that_unpacks_to_more_than_it_says() {
    let block = format!("<si><t>{}</t></si>", "a".repeat(1 << 20));
    let start = "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">";
    let mut bytes = Parts::xlsx()
        .with_repeated("xl/sharedStrings.xml", start, &block, 1_536, "</sst>")
        .with_sheet("", &two_rows())
        .bytes();
    lie_about_size(&mut bytes, "xl/sharedStrings.xml", 1_000);
    let outcome = bounded(&bytes);
    assert!(outcome.starts_with("error: `bomb`: "), "{outcome}");
}

/// The same told truly is refused before anything is unpacked.
fn a_part_that_says_it_unpacks_to_too_much() {
    let mut bytes = Parts::xlsx().with("xl/sharedStrings.xml", "<sst/>").with_sheet("", &two_rows()).bytes();
    lie_about_size(&mut bytes, "xl/sharedStrings.xml", u32::MAX - 1);
    let error = read("x.xlsx", &bytes).unwrap_err();
    assert!(matches!(&error, ImportError::TooLarge { what, .. } if what == "unpacked bytes"), "{error}");
}

/// Ten entities, each ten of the one before: a gigabyte where they are expanded.
fn entities_of_entities_are_not_expanded() {
    let entity = |level: u8| {
        let inner = if level == 0 { "ha".to_owned() } else { format!("&e{};", level - 1).repeat(10) };
        format!("<!ENTITY e{level} \"{inner}\">")
    };
    let entities: String = (0..10).map(entity).collect();
    let rows = two_rows() + &row(3, &["&e9;.example.at", "AT"]);
    let sheet = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE worksheet [{entities}]><worksheet><sheetData>{rows}</sheetData></worksheet>"
    );
    let outcome = bounded(&Parts::xlsx().with("xl/worksheets/sheet1.xml", &sheet).bytes());
    assert!(
        outcome.starts_with("error: `bomb` sheet `Liste`: damaged")
            || outcome.starts_with("hosts: a.example.at; rejects: host_m"),
        "{outcome}"
    );
}

/// An entity of a file or an address stays what it is.
fn outside_entities_are_not_fetched() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "secret.example.at").unwrap();
    let sheet = format!(
        "<!DOCTYPE worksheet [<!ENTITY x SYSTEM \"file://{}\">]><worksheet><sheetData>{}{}</sheetData></worksheet>",
        secret.path().display(),
        two_rows(),
        row(3, &["&x;", "AT"])
    );
    let result = read("x.xlsx", &Parts::xlsx().with("xl/worksheets/sheet1.xml", &sheet).bytes());
    assert!(!outcome(&result).contains("secret"), "{}", outcome(&result));
}

fn a_dimension_tag_is_not_believed() {
    let bytes = Parts::xlsx().with_sheet("<dimension ref=\"A1:XFD1048576\"/>", &two_rows()).bytes();
    assert_eq!(bounded(&bytes), "hosts: a.example.at; rejects: ");
    let far = two_rows() + &row(1_048_576, &["b.example.at", "AT"]);
    let bytes = Parts::xlsx().with_sheet("<dimension ref=\"A1:A1\"/>", &far).bytes();
    assert_eq!(bounded(&bytes), "hosts: a.example.at b.example.at; rejects: ");
}

fn ods_row(repeat: &str, cells: &[(&str, &str)]) -> String {
    let cell = |(repeat, text): &(&str, &str)| match *text {
        "" => format!("<table:table-cell {repeat}/>"),
        text => format!(
            "<table:table-cell office:value-type=\"string\" {repeat}><text:p>{text}</text:p></table:table-cell>"
        ),
    };
    format!("<table:table-row {repeat}>{}</table:table-row>", cells.iter().map(cell).collect::<String>())
}

const ALL_ROWS: &str = "table:number-rows-repeated=\"1048576\"";
const ALL_COLUMNS: &str = "table:number-columns-repeated=\"16384\"";

fn ods_head() -> String {
    ods_row("", &[("", "host"), ("", "country")]) + &ods_row("", &[("", "a.example.at"), ("", "AT")])
}

/// So a program saves a sheet whose every cell was formatted.
fn an_ods_padded_to_its_last_cell() {
    let empty = ods_row(ALL_ROWS, &[(ALL_COLUMNS, "")]);
    assert_eq!(bounded(&Parts::ods(&(ods_head() + &empty))), "hosts: a.example.at; rejects: ");
}

fn an_ods_that_repeats_a_full_row_over_the_whole_sheet() {
    let full = ods_row(ALL_ROWS, &[(ALL_COLUMNS, "b.example.at")]);
    let outcome = bounded(&Parts::ods(&(ods_head() + &full)));
    assert!(outcome.starts_with("error: `bomb`"), "{outcome}");
}

/// Just under the cap of calamine, 100 million cells: 3 GB in a file of one kilobyte.
fn an_ods_just_under_the_readers_cap() {
    let full = ods_row("table:number-rows-repeated=\"6000\"", &[(ALL_COLUMNS, "b.example.at")]);
    let outcome = bounded(&Parts::ods(&(ods_head() + &full)));
    assert!(outcome.starts_with("error: `bomb`"), "{outcome}");
}

/// Two formulas in opposite corners: a range from one to the other would have 17 thousand million cells.
fn formulas_in_opposite_corners() {
    let mut writer = rust_xlsxwriter::Workbook::new();
    let sheet = writer.add_worksheet();
    for (row, column, text) in
        [(0, 0, "country"), (0, 1, "url"), (1, 0, "AT"), (1, 1, "the town"), (2, 0, "AT")]
    {
        sheet.write(row, column, text).unwrap();
    }
    let link = |host: &str| rust_xlsxwriter::Formula::new(format!("HYPERLINK(\"https://{host}/\",\"x\")"));
    sheet.write_formula(1, 1, link("a.example.at").set_result("the town")).unwrap();
    sheet.write_formula(1_048_575, 16_383, link("b.example.at")).unwrap();
    let outcome = bounded(&writer.save_to_buffer().unwrap());
    assert_eq!(outcome, "hosts: a.example.at; rejects: not_a_record");
}

/// An old Excel file with its last cell, or its declared extent, moved to the farthest corner.
fn an_old_workbook_with_a_cell_far_off() {
    let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/files/gemeinden.xls")).unwrap();
    let records = |start: [u8; 4]| {
        let found = bytes.windows(4).enumerate().filter(move |(_, window)| *window == start);
        found.map(|(at, _)| at + 4).collect::<Vec<_>>()
    };
    let shared_text = *records([0xFD, 0x00, 0x0A, 0x00]).last().unwrap();
    let dimensions = records([0x00, 0x02, 0x0E, 0x00])[0];
    for (at, far) in
        [(shared_text, vec![0xFF; 4]), (dimensions, vec![0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF])]
    {
        let mut bytes = bytes.clone();
        bytes[at..at + far.len()].copy_from_slice(&far);
        let outcome = bounded(&bytes);
        assert!(outcome.starts_with("error: `bomb`: cells "), "{outcome}");
    }
}

fn macros_and_outside_links_are_left_alone() {
    let link = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship \
        Id=\"r1\" Type=\"externalLinkPath\" Target=\"http://127.0.0.1:9/list.xlsx\" TargetMode=\"External\"/></Relationships>";
    let formula = |number: u32, formula: &str, value: &str| {
        format!(
            "<row r=\"{number}\"><c r=\"A{number}\" t=\"str\"><f>{formula}</f>{value}</c>\
             <c r=\"B{number}\" t=\"inlineStr\"><is><t>AT</t></is></c></row>"
        )
    };
    let rows = two_rows()
        + &formula(3, "[1]Tabelle1!$A$1", "<v>b.example.at</v>")
        + &formula(4, "WEBSERVICE(\"http://127.0.0.1:9/\")", "<v>c.example.at</v>")
        + &formula(5, "\"d.\"&amp;\"example.at\"", "");
    let bytes = Parts::xlsx()
        .with("xl/vbaProject.bin", "no macro at all")
        .with("xl/externalLinks/externalLink1.xml", "<externalLink/>")
        .with("xl/externalLinks/_rels/externalLink1.xml.rels", link)
        .with_sheet("", &rows)
        .bytes();
    let result = read("x.xlsm", &bytes);
    // The stored values are taken; what has none is not worked out.
    assert_eq!(outcome(&result), "hosts: a.example.at b.example.at c.example.at; rejects: not_a_record");
}

fn formulas_in_a_text_table_are_text() {
    let table = "host,country\n=1+1,AT\n\"=cmd|' /C calc'!A0\",AT\n@SUM(1),AT\n+a.example.at,AT\n";
    let result = read("x.csv", table.as_bytes());
    assert_eq!(
        outcome(&result),
        "hosts: ; rejects: host_malformed host_malformed not_a_record host_malformed"
    );
}
