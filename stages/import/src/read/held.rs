//! How much would calamine hold of an Excel file's parts besides its sheets?
//!
//! It makes something of nearly every element: a text, a font, a sheet. It also makes room for as many shared
//! texts as their table says it has. Both are counted, and paid for, before it sees the file.

use super::archive::Entry;
use super::damaged::damaged;
use super::metered::{Metered, Packed};
use crate::ImportError;
use crate::file::File;
use deklaro_schemas::budget::Cost;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::io::{BufRead, BufReader};
use zip::ZipArchive;

/// Bytes that a record of a binary part has at least: a shared text of no letters.
const SMALLEST_RECORD: u64 = 7;

/// Pays for what calamine will hold.
pub(super) fn charge(file: &File<'_>, packed: Packed<'_>) -> Result<(), ImportError> {
    let mut archive = ZipArchive::new(packed.reader()).map_err(|error| damaged(file, None, &error))?;
    for entry in packed.listing.entries.iter().filter(|entry| !entry.is_sheet()) {
        let ends_in = |end: &str| entry.name.to_ascii_lowercase().ends_with(end);
        if ends_in(".bin") {
            file.charge(Cost::Items, entry.unpacked / SMALLEST_RECORD)?;
        } else if ends_in(".xml") || ends_in(".rels") {
            file.charge(Cost::Items, counted(&mut archive, entry, elements))?;
            if ends_in("sharedstrings.xml") {
                file.charge(Cost::Items, counted(&mut archive, entry, texts_claimed))?;
            }
        }
    }
    Ok(())
}

/// What `count` finds in a part; nothing in one that is not opened, for calamine cannot open it either.
fn counted(archive: &mut ZipArchive<Metered<'_>>, entry: &Entry, count: fn(&mut dyn BufRead) -> u64) -> u64 {
    archive.by_name(&entry.name).map_or(0, |part| count(&mut BufReader::new(part)))
}

/// Elements that begin in an XML text, up to where it can be read.
fn elements(xml: &mut dyn BufRead) -> u64 {
    let (mut count, mut follows_bracket) = (0, false);
    loop {
        let Some(bytes) = xml.fill_buf().ok().filter(|bytes| !bytes.is_empty()) else { return count };
        count += u64::from(follows_bracket && bytes[0] != b'/');
        let pairs = bytes.windows(2).filter(|pair| pair[0] == b'<' && pair[1] != b'/');
        count += pairs.count() as u64;
        follows_bracket = bytes.last() == Some(&b'<');
        let length = bytes.len();
        xml.consume(length);
    }
}

/// The number of texts that a table of shared texts says it has, found as calamine finds it.
fn texts_claimed(xml: &mut dyn BufRead) -> u64 {
    let mut reader = Reader::from_reader(xml);
    // Calamine reads on where an end has another name than its start.
    reader.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag) | Event::Empty(tag)) if tag.local_name().as_ref() == "sst" => {
                let mut attributes = tag.attributes();
                let counts = attributes
                    .with_checks(false)
                    .flatten()
                    .filter(|attribute| attribute.key.as_ref() == "uniqueCount");
                return counts.filter_map(|count| count.value.trim().parse().ok()).max().unwrap_or(0);
            }
            Ok(Event::Eof) | Err(_) => return 0,
            Ok(_) => buffer.clear(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_counted_across_the_borders_of_reads() {
        let xml = b"<sst uniqueCount=\"2\"><si><t>a &lt; b</t></si><si/></sst>";
        for size in 1..xml.len() {
            assert_eq!(elements(&mut BufReader::with_capacity(size, &xml[..])), 4, "{size}");
        }
        assert_eq!(texts_claimed(&mut &xml[..]), 2);
        assert_eq!(
            texts_claimed(&mut &b"<x:sst count='9' uniqueCount='20000000000000'>"[..]),
            20_000_000_000_000
        );
        assert_eq!(texts_claimed(&mut &b"<a></b><sst uniqueCount='9'/>"[..]), 9);
        assert_eq!(texts_claimed(&mut &b"<sst/>"[..]), 0);
    }
}
