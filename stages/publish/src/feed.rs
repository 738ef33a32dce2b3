//! The log of published snapshots becomes an Atom feed.

use deklaro_schemas::Timestamp;
use deklaro_schemas::stored::{Manifest, RefEntry};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::io;

/// The log as an Atom feed (RFC 4287), the latest first; addresses are relative to the store's root.
pub fn atom_feed(entries: &[RefEntry]) -> io::Result<String> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let feed = BytesStart::new("feed").with_attributes([("xmlns", "http://www.w3.org/2005/Atom")]);
    writer.write_event(Event::Start(feed))?;
    text(&mut writer, "id", "urn:deklaro:feed")?;
    text(&mut writer, "title", "Accessibility statements of public-sector websites")?;
    let updated = entries.last().map_or(Timestamp(0), |entry| entry.at);
    text(&mut writer, "updated", &updated.to_string())?;
    writer
        .create_element("author")
        .write_inner_content(|writer| text(writer, "name", "The operator of this Deklaro store"))?;
    for entry in entries.iter().rev() {
        self::entry(&mut writer, entry)?;
    }
    writer.write_event(Event::End(BytesEnd::new("feed")))?;
    let xml = String::from_utf8(writer.into_inner()).map_err(io::Error::other)?;
    Ok(format!("{xml}\n"))
}

fn entry(writer: &mut Writer<Vec<u8>>, entry: &RefEntry) -> io::Result<()> {
    let RefEntry { action, snapshot, at, reason, .. } = entry;
    let folder = format!("{}/", Manifest::folder(snapshot));
    writer.create_element("entry").write_inner_content(|writer| {
        text(writer, "id", &format!("urn:deklaro:log:{action}:{snapshot}:{at}"))?;
        text(writer, "title", &format!("{action} {snapshot}"))?;
        text(writer, "updated", &at.to_string())?;
        writer
            .create_element("link")
            .with_attributes([("rel", "alternate"), ("href", folder.as_str())])
            .write_empty()?;
        text(writer, "summary", reason.as_deref().unwrap_or("as scheduled"))
    })?;
    Ok(())
}

fn text(writer: &mut Writer<Vec<u8>>, name: &str, value: &str) -> io::Result<()> {
    // XML has no control characters, escaped or not.
    let plain: String = value.chars().filter(|letter| !letter.is_control()).collect();
    writer.create_element(name).write_text_content(BytesText::new(&plain)).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::SnapshotId;
    use deklaro_schemas::codes::RefAction;
    use quick_xml::Reader;

    fn log() -> [RefEntry; 2] {
        let entry = |sequence, action, reason: Option<&str>| RefEntry {
            sequence,
            action,
            snapshot: SnapshotId::parse("2026-11.0").unwrap(),
            run_id: None,
            at: format!("2026-11-0{sequence}T00:00:00Z").parse().unwrap(),
            reason: reason.map(str::to_owned),
            manifest_sha256: None,
            heads: Vec::new(),
            previous_sha256: None,
        };
        let reason = "a list <wrongly>\u{7} read & \"noted\"";
        [entry(1, RefAction::Publish, None), entry(2, RefAction::Retract, Some(reason))]
    }

    /// Texts by element, in order.
    fn texts(xml: &str, wanted: &str) -> Vec<String> {
        let mut reader = Reader::from_str(xml);
        let (mut inside, mut found) = (false, Vec::new());
        loop {
            match reader.read_event().unwrap() {
                Event::Eof => return found,
                Event::Start(start) => {
                    inside = start.name().as_ref() == wanted;
                    if inside {
                        found.push(String::new());
                    }
                }
                Event::End(_) => inside = false,
                Event::Text(text) if inside => {
                    found.last_mut().unwrap().push_str(&text);
                }
                Event::GeneralRef(name) if inside => {
                    let text = quick_xml::escape::resolve_predefined_entity(&name).unwrap();
                    found.last_mut().unwrap().push_str(text);
                }
                _ => {}
            }
        }
    }

    #[test]
    fn the_latest_entry_comes_first_and_reasons_are_escaped() {
        let xml = atom_feed(&log()).unwrap();
        assert_eq!(
            texts(&xml, "title"),
            ["Accessibility statements of public-sector websites", "retract 2026-11.0", "publish 2026-11.0"]
        );
        assert_eq!(texts(&xml, "updated")[0], "2026-11-02T00:00:00Z");
        assert_eq!(texts(&xml, "summary"), ["a list <wrongly> read & \"noted\"", "as scheduled"]);
    }

    #[test]
    fn an_empty_log_is_a_feed_too() {
        assert_eq!(texts(&atom_feed(&[]).unwrap(), "updated"), ["1970-01-01T00:00:00Z"]);
    }
}
