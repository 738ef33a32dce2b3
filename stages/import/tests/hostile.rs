//! Workbooks that were made to hurt give a clear error or the rows they show, in bounded memory.
//!
//! An import that may ask for too much runs in a process of its own, whose address space `ulimit` bounds. A
//! bomb that goes off ends that process, and the test fails by its exit status.

mod handmade;

use deklaro_import::{ColumnMaps, Countries, ImportError, Imported, Origin, Workbook, import, import_within};
use deklaro_needs::{Need, Tests};
use deklaro_schemas::budget::{Budget, Cost, Limits};
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
        .with(&bound, a_count_of_shared_texts_is_not_believed)
        .with(&bound, more_shared_texts_than_any_list_has)
        .with(&bound, the_entry_behind_the_last_that_is_looked_at_counts)
        .with(&bound, one_text_in_many_rows_is_too_costly)
        .with(&bound, one_text_in_every_cell_of_the_first_rows_is_too_costly)
        .with(&bound, a_long_name_of_a_sheet_in_many_rows_is_too_costly)
        .with(&bound, many_long_rejects_are_cut)
        .with(&bound, glued_addresses_in_many_rows_are_read)
        .with(&bound, the_number_of_a_shared_formula_is_not_believed)
        .with(&bound, one_target_of_many_links)
        .with(&bound, one_sheet_under_many_names_is_too_costly)
        .with(&bound, many_sheets_that_are_full_by_repeats)
        .with(&bound, a_column_that_a_row_has_many_times)
        .with(&bound, archives_in_an_archive_share_a_budget)
        .with(&bound, bigger_lists_cost_in_proportion)
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

const SST: &str = "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">";

/// A cell that shows the first shared text.
fn shared(cell: &str) -> String {
    format!("<c r=\"{cell}\" t=\"s\"><v>0</v></c>")
}

fn inline(cell: &str, text: &str) -> String {
    format!("<c r=\"{cell}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// A workbook with one shared text, and under its two rows so many as `rows` makes.
fn with_rows(text: &str, count: u32, rows: impl Fn(u32) -> String) -> Vec<u8> {
    let many: String = (3..3 + count).map(|row| format!("<row r=\"{row}\">{}</row>", rows(row))).collect();
    Parts::xlsx()
        .with("xl/sharedStrings.xml", &format!("{SST}<si><t>{text}</t></si></sst>"))
        .with_sheet("", &(two_rows() + &many))
        .bytes()
}

fn assert_too_costly(bytes: &[u8]) {
    let outcome = bounded(bytes);
    assert!(outcome.starts_with("error: `bomb`: costs more than"), "{outcome}");
}

fn a_count_of_shared_texts_is_not_believed() {
    let sst = SST.replace("<sst", "<sst uniqueCount=\"20000000000000\"");
    // Behind more than any first look would take.
    let late = format!("<!--{}-->{sst}<si><t>x</t></si></sst>", "x".repeat(1 << 20));
    for name in ["xl/sharedStrings.xml", "XL/SharedStrings.XML"] {
        assert_too_costly(&Parts::xlsx().with(name, &late).with_sheet("", &two_rows()).bytes());
    }
}

/// Each empty text takes 24 bytes of memory, and nearly none of the file.
fn more_shared_texts_than_any_list_has() {
    let block = "<si/>".repeat(10_000);
    let parts = Parts::xlsx().with_repeated("xl/sharedStrings.xml", SST, &block, 1_000, "</sst>");
    assert_too_costly(&parts.with_sheet("", &two_rows()).bytes());
}

fn the_entry_behind_the_last_that_is_looked_at_counts() {
    let mut parts = Parts::xlsx().with_sheet("", &two_rows());
    for number in 0..10_001 {
        parts = parts.with(&format!("docProps/{number}"), "");
    }
    let bytes = parts.with("xl/sharedStrings.xml", &format!("{SST}<si><t>late</t></si></sst>")).bytes();
    let error = read("x.xlsx", &bytes).unwrap_err().to_string();
    assert_eq!(error, "`x.xlsx`: files in the archive 10006, at most 10000 are read");
}

fn one_text_in_many_rows_is_too_costly() {
    let text = "w".repeat(32_000);
    let cells = |row: u32| {
        let host = inline(&format!("A{row}"), &format!("h{row}.example.at"));
        host + &inline(&format!("B{row}"), "AT") + &shared(&format!("C{row}"))
    };
    // In a column without a name it is only looked at.
    assert_too_costly(&with_rows(&text, 20_000, cells));
    let rows: String = (2..20_002).map(|row| format!("<row r=\"{row}\">{}</row>", cells(row))).collect();
    let parts = Parts::xlsx().with("xl/sharedStrings.xml", &format!("{SST}<si><t>{text}</t></si></sst>"));
    assert_too_costly(&parts.with_sheet("", &(row(1, &["host", "country", "organisation"]) + &rows)).bytes());
}

/// The first rows are copied while the header is looked for.
fn one_text_in_every_cell_of_the_first_rows_is_too_costly() {
    let rows: String = (1..20)
        .map(|row| {
            let cells: String =
                (0..500_u32).map(|column| shared(&format!("{}{row}", letters(column)))).collect();
            format!("<row r=\"{row}\">{cells}</row>")
        })
        .collect();
    let text = "w".repeat(4 << 20);
    let parts = Parts::xlsx().with("xl/sharedStrings.xml", &format!("{SST}<si><t>{text}</t></si></sst>"));
    assert_too_costly(&parts.with_sheet("", &rows).bytes());
}

fn letters(column: u32) -> String {
    let letter = |number: u32| char::from(b'A' + u8::try_from(number).unwrap());
    let last = letter(column % 26);
    if column < 26 { last.to_string() } else { format!("{}{last}", letter(column / 26 - 1)) }
}

fn a_long_name_of_a_sheet_in_many_rows_is_too_costly() {
    let many: String =
        (2..100_000).map(|number| row(number, &[&format!("h{number}.example.at"), "AT"])).collect();
    let bytes =
        Parts::xlsx_of(["n".repeat(60_000)]).with_sheet("", &(row(1, &["host", "country"]) + &many)).bytes();
    assert_too_costly(&bytes);
}

fn many_long_rejects_are_cut() {
    let bytes = with_rows(&format!("mailto:{}", "n".repeat(2_500)), 10_001, |row| {
        shared(&format!("A{row}")) + &inline(&format!("B{row}"), "AT")
    });
    let imported = read("x.xlsx", &bytes).unwrap();
    let length = |number: usize| imported.rejects[number].raw_text.len();
    assert_eq!(
        (imported.rejects.len(), length(0), length(9_999), length(10_000)),
        (10_001, 2_000, 2_000, 200)
    );
}

fn glued_addresses_in_many_rows_are_read() {
    let cells = |row: u32| shared(&format!("A{row}")) + &inline(&format!("B{row}"), "AT");
    let imported = read("x.xlsx", &with_rows(&"http://a.it".repeat(2_970), 50, cells)).unwrap();
    assert_eq!(imported.rejects.len(), 50);
}

/// A gap in the rows makes the formulas be read, and calamine would make room for all before this one.
fn the_number_of_a_shared_formula_is_not_believed() {
    let formula = |cell: &str, attributes: &str, text: &str| {
        format!(
            "<c r=\"{cell}\" t=\"str\"><f t=\"shared\" si=\"20000000000000\" {attributes}>{text}</f><v>the town</v></c>"
        )
    };
    let link = "HYPERLINK(&quot;https://c.example.at/&quot;,&quot;x&quot;)";
    let rows = two_rows()
        + &format!("<row r=\"3\">{}{}</row>", formula("A3", "ref=\"A3:A4\"", link), inline("B3", "AT"))
        + &format!("<row r=\"4\">{}{}</row>", formula("A4", "", ""), inline("B4", "AT"));
    let outcome = bounded(&Parts::xlsx().with_sheet("", &rows).bytes());
    assert_eq!(outcome, "hosts: a.example.at c.example.at; rejects: duplicate_row");
}

/// Calamine copies the target for each link to it.
fn one_target_of_many_links() {
    let rels = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r9\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink\" Target=\"https://{}.at/\" TargetMode=\"External\"/></Relationships>",
        "w".repeat(100_000)
    );
    let links = "<hyperlink ref=\"A3\" r:id=\"r9\"/>".repeat(100_000);
    let rows = two_rows() + &row(3, &["the town", "AT"]);
    let sheet = format!(
        "<worksheet xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheetData>{rows}</sheetData><hyperlinks>{links}</hyperlinks></worksheet>"
    );
    let parts = Parts::xlsx()
        .with("xl/worksheets/_rels/sheet1.xml.rels", &rels)
        .with("xl/worksheets/sheet1.xml", &sheet);
    assert_eq!(bounded(&parts.bytes()), "hosts: a.example.at; rejects: host_malformed");
}

fn one_sheet_under_many_names_is_too_costly() {
    // Nothing is kept of what stands before the rows, and all of it is gone through each time.
    let before = format!("<!--{}-->", "x".repeat(20 << 20));
    assert_too_costly(&Parts::xlsx_of(0..3_000).with_sheet(&before, &two_rows()).bytes());
}

fn many_sheets_that_are_full_by_repeats() {
    let full = ods_row(
        "table:number-rows-repeated=\"1000\"",
        &[("table:number-columns-repeated=\"400\"", "b.example.at")],
    );
    let sheet = format!("</table:table><table:table table:name=\"n\">{full}");
    assert_too_costly(&Parts::ods(&(ods_head() + &sheet.repeat(200))));
}

fn a_column_that_a_row_has_many_times() {
    let cells = inline("A3", "b.example.at").repeat(1_000_000);
    let outcome = bounded(
        &Parts::xlsx().with_sheet("", &(two_rows() + &format!("<row r=\"3\">{cells}</row>"))).bytes(),
    );
    assert_eq!(outcome, "error: `bomb`: damaged: row 3 has columns more than once");
}

/// Each list alone would pass.
fn archives_in_an_archive_share_a_budget() {
    let part = "\0".repeat(30 << 20);
    let mut parts = Parts::empty().with("list.csv", "host,country\na.example.at,AT\n");
    for number in 0..4 {
        parts = parts.with(&format!("{number}.data"), &part);
    }
    assert_too_costly(&parts.bytes());
}

/// Steps and bytes counted, not time: twice the rows, and twice the width, cost about twice as much.
fn bigger_lists_cost_in_proportion() {
    let texts = [
        "http://a.it".repeat(300),
        "a.at, ".repeat(400),
        "https://a.example.at/x".to_owned(),
        "\"(".repeat(900),
        "é".repeat(900),
    ];
    for text in texts {
        let spent = |rows: u32, times: usize| {
            let text = text.replace('"', "&quot;").repeat(times);
            let bytes =
                with_rows(&text, rows, |row| shared(&format!("A{row}")) + &inline(&format!("B{row}"), "AT"));
            let budget = Budget::new(Limits::NONE);
            let countries = Countries::builtin();
            let origin = Origin {
                publisher: None,
                source_type: SourceType::Other,
                source_reference_url: Some("https://lists.example/all".to_owned()),
                country: None,
            };
            let workbook = Workbook { file_name: "x.xlsx", bytes: &bytes, origin };
            import_within(&workbook, &ColumnMaps::builtin(), &countries, &budget).unwrap();
            [Cost::Unpacked, Cost::Text, Cost::Items, Cost::Steps].map(|cost| budget.spent(cost))
        };
        let (one, taller, wider) = (spent(100, 1), spent(200, 1), spent(100, 2));
        for doubled in [taller, wider] {
            assert!(doubled.iter().zip(one).all(|(doubled, one)| *doubled <= 3 * one), "{one:?} {doubled:?}");
        }
    }
}
