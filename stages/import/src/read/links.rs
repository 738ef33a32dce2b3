//! How much would calamine hold of an Excel file's links? It copies the target for each link that leads there.

use super::metered::{Metered, Packed};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::io::BufReader;
use zip::ZipArchive;

/// Bytes of all links up to which they are read.
const MAX_BYTES: u64 = 64 << 20;

/// True when the links of no sheet can take more memory than is given to them.
pub(super) fn are_few(packed: Packed<'_>) -> bool {
    let Ok(mut archive) = ZipArchive::new(packed.reader()) else { return true };
    let (mut longest, mut links) = (0_u64, 0_u64);
    for entry in &packed.listing.entries {
        let is_relations = entry.name.to_ascii_lowercase().ends_with(".rels");
        each_event(&mut archive, &entry.name, |event, length| match event {
            _ if is_relations => longest = longest.max(length),
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "hyperlink" => links += 1,
            _ => {}
        });
    }
    links.saturating_mul(longest) <= MAX_BYTES
}

/// Calls `take` with each event of an XML text and its length, up to where it can be read.
fn each_event(archive: &mut ZipArchive<Metered<'_>>, name: &str, mut take: impl FnMut(&Event<'_>, u64)) {
    let Ok(part) = archive.by_name(name) else { return };
    let mut reader = Reader::from_reader(BufReader::new(part));
    reader.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    loop {
        let before = reader.buffer_position();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) | Err(_) => return,
            Ok(event) => take(&event, reader.buffer_position() - before),
        }
        buffer.clear();
    }
}
