//! These tests show that no document costs more than it may, and that what it costs grows with what it is.

use super::made::{drawn, file, helvetica, mapped, object_stream, packed, with_font, with_form};
use super::*;
use lopdf::{Dictionary, Stream, dictionary};
use proptest::prelude::*;

/// What is made of a document, and the budget it was read with.
fn read(bytes: &[u8]) -> (Result<String, Unread>, Budget) {
    read_within(bytes, LIMITS)
}

fn read_within(bytes: &[u8], limits: Limits) -> (Result<String, Unread>, Budget) {
    let budget = Budget::new(limits);
    let read = super::read(bytes, &budget).map(|document| document.text);
    (read, budget)
}

fn unread(bytes: &[u8]) -> Option<Unread> {
    read(bytes).0.err()
}

const SENTENCE: &str = "(Diese Seite erklaert die Barrierefreiheit dieser Website.) Tj";

/// A small stream that unpacks to 5 MiB of spaces.
fn bomb() -> Stream {
    let mut stream = Stream::new(Dictionary::new(), vec![b' '; 5 << 20]);
    stream.compress().unwrap();
    stream
}

#[test]
fn bombs_and_circles_end() {
    assert!(unread(&drawn(bomb(), helvetica(), |_| {})) == Some(Unread::TooCostly));
    // A font whose letters are a bomb.
    let font =
        drawn(Stream::new(Dictionary::new(), b"BT /F1 9 Tf (x) Tj ET".to_vec()), Dictionary::new(), |pdf| {
            let map = pdf.add_object(bomb());
            let font =
                pdf.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type0", "ToUnicode" => map });
            let page = pdf.page_iter().next().unwrap();
            let resources = dictionary! { "Font" => dictionary! { "F1" => font } };
            pdf.get_dictionary_mut(page).unwrap().set("Resources", resources);
        });
    assert_eq!(unread(&font), Some(Unread::Damaged));
    // A form that draws itself.
    let circle = drawn(Stream::new(Dictionary::new(), b"/X Do".to_vec()), Dictionary::new(), |pdf| {
        let id = pdf.new_object_id();
        let resources = dictionary! { "XObject" => dictionary! { "X" => id } };
        let form = dictionary! { "Subtype" => "Form", "Resources" => resources.clone() };
        pdf.objects.insert(id, Stream::new(form, b"/X Do /X Do /X Do".to_vec()).into());
        let page = pdf.page_iter().next().unwrap();
        pdf.get_dictionary_mut(page).unwrap().set("Resources", resources);
    });
    assert_eq!(unread(&circle), Some(Unread::Scanned));
}

#[test]
fn a_map_of_four_billion_codes_is_read_as_a_range() {
    let codes = "<000000000000000100000002>".repeat(20);
    let content = format!("BT /F1 10 Tf 50 700 Td [{codes}] TJ ET");
    let (text, budget) =
        read(&mapped("1 beginbfrange\n<00000000> <FFFFFFFF> <0041>\nendbfrange\n", content.as_bytes()));
    assert_eq!(text, Ok("ABC".repeat(20) + "\n"));
    assert!(budget.spent(Cost::Items) < 100, "{}", budget.spent(Cost::Items));
}

#[test]
fn letters_that_stand_for_many_are_paid_for() {
    let map = format!("1 beginbfchar\n<41> <{}>\nendbfchar\n", "0042".repeat(256));
    let shown = |count: usize| mapped(&map, format!("BT /F1 10 Tf ({}) Tj ET", "A".repeat(count)).as_bytes());
    assert_eq!(read(&shown(10)).0, Ok("B".repeat(2_560) + "\n"));
    assert_eq!(unread(&shown(20_000)), Some(Unread::TooCostly));
}

#[test]
fn a_form_is_unpacked_once() {
    let form = format!("BT /F1 10 Tf 50 700 Td {SENTENCE} ET");
    let drawn = |times: usize| with_form("/X Do ".repeat(times).as_bytes(), form.as_bytes());
    let ((once, first), (often, second)) = (read(&drawn(1)), read(&drawn(1_000)));
    assert!(once.unwrap().contains("Barrierefreiheit"));
    assert!(often.is_ok());
    // The page itself is longer; its packed bytes and its plain ones are the difference.
    let page = "/X Do ".len() as u64 * 999;
    assert!(second.spent(Cost::Unpacked) <= first.spent(Cost::Unpacked) + page + 1_000);
    // Going through it costs each time.
    let large = with_form("/X Do ".repeat(50).as_bytes(), (form + &" ".repeat(20_000)).as_bytes());
    let (read, _) = read_within(&large, Limits { steps: 500_000, ..LIMITS });
    assert_eq!(read, Err(Unread::TooCostly));
}

#[test]
fn a_filter_of_no_standard_is_refused() {
    for filter in ["BrotliDecode", "FooDecode"] {
        let stream = Stream::new(dictionary! { "Filter" => filter }, b"0 0 Td".to_vec());
        assert_eq!(unread(&drawn(stream, helvetica(), |_| {})), Some(Unread::Damaged), "{filter}");
    }
    // In a cross-reference stream, which the parser unpacks unasked, and with a letter written as a number.
    let hidden = b"%PDF-1.5\n1 0 obj\n<< /Type /XRef /Size 2 /W [1 2 1] /Filter /Brotli#44ecode /Length 1 >>\nstream\nx\nendstream\nendobj\nstartxref\n9\n%%EOF";
    assert!(load::load(hidden, &Budget::new(LIMITS)).is_err_and(|unread| unread == Unread::Damaged));
    assert_eq!(load::names(hidden, b"BrotliDecode"), 1);
}

#[test]
fn widths_are_paid_for_each_time_they_are_said() {
    let font = |times: usize| {
        with_font(b"BT /F1 10 Tf (x) Tj ET", |pdf| {
            let widths: Vec<Object> =
                [0.into(), 65_535.into(), 500.into()].into_iter().cycle().take(3 * times).collect();
            let cid = pdf.add_object(dictionary! { "Type" => "Font", "W" => widths });
            dictionary! { "Type" => "Font", "Subtype" => "Type0", "DescendantFonts" => vec![cid.into()] }
        })
    };
    assert_eq!(unread(&font(2_000)), Some(Unread::Scanned));
    // A list that says the same again and again, without a new code.
    let again = with_font(b"BT /F1 10 Tf (x) Tj ET", |pdf| {
        let list: Vec<Object> = vec![500.into(); 60_000];
        let list = pdf.add_object(list);
        let widths: Vec<Object> = (0..1_000).flat_map(|_| [0.into(), list.into()]).collect();
        let cid = pdf.add_object(dictionary! { "Type" => "Font", "W" => widths });
        dictionary! { "Type" => "Font", "Subtype" => "Type0", "DescendantFonts" => vec![cid.into()] }
    });
    assert_eq!(unread(&again), Some(Unread::TooCostly));
}

#[test]
fn one_long_address_in_many_places_is_paid_for() {
    let bytes = drawn(packed(b"BT ET"), Dictionary::new(), |pdf| {
        let uri = Object::string_literal("https://a.example/".to_owned() + &"a".repeat(1 << 20));
        let link = pdf.add_object(dictionary! { "A" => dictionary! { "URI" => uri } });
        let page = pdf.page_iter().next().unwrap();
        pdf.get_dictionary_mut(page).unwrap().set("Annots", vec![Object::from(link); 100]);
    });
    assert_eq!(unread(&bytes), Some(Unread::TooCostly));
}

#[test]
fn lists_of_nothing_weigh() {
    assert_eq!(
        unread(&drawn(packed("[]".repeat(1 << 20).as_bytes()), helvetica(), |_| {})),
        Some(Unread::TooCostly)
    );
    let catalog = format!("<< /Type /Catalog /Pages [{}] >>", "[]".repeat(1 << 20));
    assert_eq!(unread(&file(&[catalog.into_bytes()], 0, 0)), Some(Unread::TooCostly));
    let members = object_stream("9 0 ", "[]".repeat(1 << 20).as_bytes());
    assert_eq!(unread(&file(&[b"<< >>".to_vec(), members], 0, 0)), Some(Unread::TooCostly));
}

#[test]
fn many_entries_for_one_object_are_paid_for() {
    let large = format!("<< /Length {0} >>\nstream\n{1}\nendstream", 1 << 20, "x".repeat(1 << 20));
    let (read, budget) = read(&file(&[b"<< /Type /Catalog >>".to_vec(), large.into_bytes()], 1, 10_000));
    assert_eq!(read, Err(Unread::TooCostly));
    assert!(budget.spent(Cost::Unpacked) > LIMITS.unpacked);
}

/// A file of so many cross-reference streams, each of which says where the one before it is.
fn tables(count: usize) -> Vec<u8> {
    let mut file = b"%PDF-1.5\n".to_vec();
    let table = packed(&vec![0; 600_000]);
    let mut last = None;
    for _ in 0..count {
        let before = last.map(|at: usize| format!(" /Prev {at}")).unwrap_or_default();
        last = Some(file.len());
        let head = "1 0 obj\n<< /Type /XRef /Size 200000 /#57 [1 1 1] /Filter /FlateDecode";
        let length = table.content.len();
        file.extend_from_slice(format!("{head} /Length {length}{before} >>\nstream\n").as_bytes());
        file.extend_from_slice(&table.content);
        file.extend_from_slice(b"\nendstream\nendobj\n");
    }
    file.extend_from_slice(format!("startxref\n{}\n%%EOF", last.unwrap_or(0)).as_bytes());
    file
}

#[test]
fn tables_have_a_share_each() {
    let load =
        |count| load::load(&tables(count), &Budget::new(LIMITS)).map(|pdf| pdf.reference_table.entries.len());
    assert_eq!(load(1), Ok(200_000));
    assert_eq!(load(40), Err(Unread::Damaged));
}

#[test]
fn members_inside_one_another_are_parsed_apart() {
    // 90 lists within one another around many numbers; each is said to be a member.
    let objects = format!("{}{}{}", "[".repeat(90), "1 ".repeat(10_000), "]".repeat(90));
    let index: String = (0..90).map(|level| format!("{} {level} ", level + 10)).collect();
    let (_, budget) = read(&file(&[b"<< >>".to_vec(), object_stream(&index, objects.as_bytes())], 0, 0));
    assert!(budget.spent(Cost::Items) < 30_000, "{}", budget.spent(Cost::Items));
    // One member under many numbers.
    let index: String = (0..200).map(|number| format!("{} 0 ", number + 10)).collect();
    let members = object_stream(&index, format!("[{}]", "1 ".repeat(1_000)).as_bytes());
    let (read, _) =
        read_within(&file(&[b"<< >>".to_vec(), members], 0, 0), Limits { items: 50_000, ..LIMITS });
    assert_eq!(read, Err(Unread::TooCostly));
}

#[test]
fn objects_are_found_wherever_they_stand() {
    let content = format!("BT /F1 10 Tf 50 700 Td {SENTENCE} ET");
    let plain = drawn(packed(content.as_bytes()), helvetica(), |_| {});
    let text = read(&plain).0.unwrap();
    // In object streams.
    let mut modern = Vec::new();
    lopdf::Document::load_mem(&plain).unwrap().save_modern(&mut modern).unwrap();
    assert!(memchr::memmem::find(&modern, b"/ObjStm").is_some());
    assert_eq!(read(&modern).0.as_ref(), Ok(&text));
    // Where the table says something else: the catalog is not at its place.
    let mut shifted = plain.clone();
    let at = memchr::memmem::find(&plain, b"1 0 obj").unwrap();
    shifted.splice(at..at, *b"% one\n");
    assert_eq!(read(&shifted).0.as_ref(), Ok(&text));
}

#[test]
fn deep_nesting_is_damage() {
    let deep = |open: &str, close: &str| {
        let catalog = format!("<< /Type /Catalog /Pages {}{} >>", open.repeat(50_000), close.repeat(50_000));
        unread(&file(&[catalog.into_bytes()], 0, 0))
    };
    for (open, close) in [("[", "]"), ("(", ")"), ("<< /A ", ">>")] {
        assert!(deep(open, close).is_some(), "{open}");
    }
}

/// A document with so many of one thing.
fn many(kind: usize, count: usize) -> Vec<u8> {
    let form = format!("BT /F1 10 Tf 50 700 Td {SENTENCE} ET");
    match kind {
        0 => with_form("/X Do ".repeat(count).as_bytes(), form.as_bytes()),
        1 => mapped(
            "1 beginbfchar\n<41> <004200430044>\nendbfchar\n",
            format!("BT /F1 10 Tf ({}) Tj ET", "A".repeat(count)).as_bytes(),
        ),
        2 => drawn(packed("0 0 Td (x) Tj [(y) 3 (z)] TJ ".repeat(count).as_bytes()), helvetica(), |_| {}),
        3 => {
            let range = |from: usize| format!("<{from:04X}> <{:04X}> <0041>\n", from + 3);
            let ranges: String = (0..count).map(range).collect();
            mapped(&format!("1 beginbfrange\n{ranges}endbfrange\n"), b"BT /F1 10 Tf (abcd) Tj ET")
        }
        4 => {
            let index: String = (0..count).map(|at| format!("{} {} ", at + 10, at * 6)).collect();
            file(&[b"<< >>".to_vec(), object_stream(&index, "[1 2] ".repeat(count).as_bytes())], 0, 0)
        }
        5 => file(&[b"<< /Type /Catalog >>".to_vec(), b"[1 2 3]".to_vec()], 1, count),
        _ => drawn(packed(b"BT ET"), Dictionary::new(), |pdf| {
            let contents: Vec<Object> =
                (0..count).map(|_| pdf.add_object(packed(b"0 0 Td")).into()).collect();
            let page = pdf.page_iter().next().unwrap();
            pdf.get_dictionary_mut(page).unwrap().set("Contents", contents);
        }),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn documents_cost_in_proportion(kind in 0..7_usize, count in 50..400_usize) {
        let cost = |count| {
            let (_, budget) = read_within(&many(kind, count), Limits::NONE);
            [Cost::Unpacked, Cost::Text, Cost::Items, Cost::Steps].map(|cost| budget.spent(cost))
        };
        for (one, two) in cost(count).into_iter().zip(cost(2 * count)) {
            prop_assert!(two <= 3 * one + 100, "{kind}: {one}, then {two}");
        }
    }
}
