//! These tests show that our reader of ToUnicode maps reads what lopdf reads, and what it does not survive.

use super::*;
use deklaro_schemas::budget::Limits;
use lopdf::{Document, Stream, dictionary};
use proptest::prelude::*;

fn ours(sections: &str, codes: &[u8]) -> Option<String> {
    let budget = Budget::new(Limits::NONE);
    let map = CodeMap::read(sections.as_bytes(), &budget).unwrap()?;
    Some(map.text(codes, &budget).unwrap())
}

/// What lopdf makes of the same; it wants the whole of the map's frame.
fn theirs(sections: &str, codes: &[u8]) -> String {
    let map = format!(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /X def\n/CMapType 2 def\n{sections}\
         endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    );
    let mut pdf = Document::new();
    let map = pdf.add_object(Stream::new(dictionary! {}, map.into_bytes()));
    let font = dictionary! { "Type" => "Font", "Encoding" => "Identity-H", "ToUnicode" => map };
    font.get_font_encoding(&pdf).unwrap().bytes_to_string(codes).unwrap()
}

/// Sections of a map as programs write them: codes of one length that are named once, and no two neighbours alike.
fn sections() -> impl Strategy<Value = (String, Vec<u8>)> {
    let target = prop::collection::vec(prop_oneof![0x20..0xD700_u16, 0xD800..0xE100_u16], 1..4);
    let entries = prop::collection::vec((1..4_u32, 0..6_u32, target, any::<bool>()), 1..8);
    let codes = prop::collection::vec(any::<u8>(), 0..40);
    (1..=2_usize, entries, any::<bool>(), codes).prop_map(|(length, entries, has_space, near)| {
        let digits = 2 * length;
        let (mut text, mut from) = (String::new(), 0x10);
        if has_space {
            let high = "FF".repeat(length);
            text = format!("1 begincodespacerange\n<{}> <{high}>\nendcodespacerange\n", "00".repeat(length));
        }
        let mut codes = Vec::new();
        for (at, (gap, more, mut units, is_list)) in entries.into_iter().enumerate() {
            let (low, high) = (from + gap, from + gap + more);
            from = high;
            // Neighbours of one target are one range for lopdf.
            units[0] = 0x100 * (at as u16 + 1) + units[0] % 0x80;
            let hex: String = units.iter().map(|unit| format!("{unit:04X}")).collect();
            let target = if is_list {
                format!("[{}]", format!("<{hex}> ").repeat(more as usize + 1).trim_end())
            } else {
                format!("<{hex}>")
            };
            text += &format!("1 beginbfrange\n<{low:0digits$X}> <{high:0digits$X}> {target}\nendbfrange\n");
            codes.extend((low..=high).flat_map(|code| code.to_be_bytes()[4 - length..].to_vec()));
        }
        codes.extend(near);
        (text, codes)
    })
}

proptest! {
    #[test]
    fn our_map_reads_as_lopdf_does((sections, codes) in sections()) {
        prop_assert_eq!(ours(&sections, &codes), Some(theirs(&sections, &codes)), "{}", sections);
    }

    #[test]
    fn any_bytes_are_a_map_or_none(map in r"([0-9]{0,2} ?(begin|end)(bfchar|bfrange|codespacerange)|[<>\[\]()% \n/]|[0-9A-F]{1,5}|\\){0,60}", codes in prop::collection::vec(any::<u8>(), 0..20)) {
        let text = ours(&map, &codes);
        prop_assert!(text.is_none_or(|text| text.len() <= codes.len() * MAX_UNITS * UNIT as usize));
    }
}

#[test]
fn what_is_said_last_counts() {
    let map = "beginbfrange <10> <40> <0041> <20> <22> <0061> <21> <21> [<007A>] endbfrange beginbfchar <10> <0030> endbfchar";
    assert_eq!(ours(map, b"\x10\x11\x1F\x20\x21\x22\x23\x40\x41").unwrap(), "0BPazcTq\u{FFFD}");
}

#[test]
fn maps_that_lopdf_refuses_are_read() {
    for (map, text) in [
        // A comment, a letter of one byte, no end.
        ("beginbfchar % all\n<01> <41>", "A"),
        // Names, strings and dictionaries between.
        ("/Ordering (UCS (2) \\) beginbfchar) def << /A 1 >> 1 beginbfchar<01><0041>endbfchar", "A"),
        // Ranges that end before they begin, or with another length, are passed over.
        ("beginbfrange <02> <01> <0042> <01> <0001> <0043> <01> <01> <0041> endbfrange", "A"),
        // More codes than letters.
        ("beginbfrange <00> <05> [<0042>] endbfrange", "\u{FFFD}"),
    ] {
        assert_eq!(ours(map, &[1]).as_deref(), Some(text), "{map}");
    }
    assert_eq!(ours("nothing of a map", &[1]), None);
}

#[test]
fn a_list_that_is_cut_is_not_copied() {
    let letters = "<0041>".repeat(20_000);
    let cuts: String = (0..20_000).map(|code| format!("<{:04X}> <0042>", code * 2)).collect();
    let map = format!("beginbfrange <0000> <FFFF> [{letters}] endbfrange beginbfchar {cuts} endbfchar");
    assert_eq!(ours(&map, &[0, 1, 0, 2]).unwrap(), "AB");
}

#[test]
fn code_spaces_are_few() {
    let map = format!("begincodespacerange {}endcodespacerange", "<0000> <0001> ".repeat(50_000));
    let budget = Budget::new(Limits::NONE);
    let map = CodeMap::read(map.as_bytes(), &budget).unwrap().unwrap();
    let before = budget.spent(Cost::Steps);
    assert_eq!(map.text(&[7; 100], &budget).unwrap(), "\u{FFFD}".repeat(25));
    assert!(budget.spent(Cost::Steps) - before <= 100 * 257);
}
