//! Which objects stand in a file's object streams (ISO 32000-1 section 7.5.7)?
//!
//! Each member is parsed from its own bytes alone, up to where the next one begins, and is paid for before that.

use super::streams::{Unpacked, unpack as unpack_stream};
use super::weight::weight;
use crate::paper::Unread;
use deklaro_schemas::budget::{Budget, Cost, Exhausted};
use lopdf::xref::XrefEntry;
use lopdf::{Document, Object, ObjectId, ObjectStream, Stream, dictionary};

/// Adds the members of all streams of this type to the objects of the file; what stands in the file itself counts.
pub(super) fn unpack(pdf: &mut Document, kind: &[u8], budget: &Budget) -> Result<(), Unread> {
    let is_kind = |object: &Object| object.as_stream().is_ok_and(|stream| stream.dict.has_type(kind));
    let streams: Vec<ObjectId> =
        pdf.objects.iter().filter(|(_, object)| is_kind(object)).map(|(id, _)| *id).collect();
    for id in streams {
        let stream = pdf.get_object(id).and_then(Object::as_stream);
        let Ok(stream) = stream else { continue };
        let first = stream.dict.get(b"First").and_then(Object::as_i64).ok();
        let Some(first) = first.and_then(|first| usize::try_from(first).ok()) else { continue };
        match unpack_stream(stream, budget)? {
            Unpacked::Plain(content) => add(pdf, id.0, first, &content, budget)?,
            Unpacked::Broken | Unpacked::Refused => {}
            Unpacked::TooLong => return Err(Unread::TooCostly),
        }
    }
    Ok(())
}

fn add(
    pdf: &mut Document,
    stream: u32,
    first: usize,
    content: &[u8],
    budget: &Budget,
) -> Result<(), Exhausted> {
    budget.charge(Cost::Steps, content.len() as u64)?;
    let (Some(index), Some(objects)) = (content.get(..first), content.get(first..)) else { return Ok(()) };
    let index = index_of(index, budget)?;
    let mut starts: Vec<usize> = index.iter().map(|(_, start)| *start).collect();
    starts.sort_unstable();
    for (number, start) in index {
        let end = starts.get(starts.partition_point(|other| *other <= start));
        let bytes = objects.get(start..end.copied().unwrap_or(objects.len()));
        let Some(bytes) = bytes.filter(|_| is_held(pdf, number, stream)) else { continue };
        budget.charge(Cost::Steps, bytes.len() as u64)?;
        budget.charge(Cost::Items, weight(bytes) + 1)?;
        if let Some(object) = parsed(bytes) {
            pdf.objects.insert((number, 0), object);
        }
    }
    Ok(())
}

/// True where this stream is the one that the file has the object in, and nothing else gave it yet.
fn is_held(pdf: &Document, number: u32, stream: u32) -> bool {
    let is_here = match pdf.reference_table.get(number) {
        Some(XrefEntry::Compressed { container, .. }) => *container == stream,
        Some(XrefEntry::Free | XrefEntry::UnusableFree) => false,
        Some(XrefEntry::Normal { .. }) | None => true,
    };
    is_here && !pdf.objects.contains_key(&(number, 0))
}

/// The members' numbers and where each begins; a comment is white space.
fn index_of(index: &[u8], budget: &Budget) -> Result<Vec<(u32, usize)>, Exhausted> {
    budget.charge(Cost::Items, weight(index) / 2)?;
    let Ok(index) = std::str::from_utf8(index) else { return Ok(Vec::new()) };
    let lines = index.split(['\r', '\n']).map(|line| line.split('%').next().unwrap_or_default());
    let numbers: Vec<Option<u32>> =
        lines.flat_map(str::split_whitespace).map(|number| number.parse().ok()).collect();
    let pairs = numbers.chunks_exact(2).filter_map(|pair| Some((pair[0]?, pair[1]? as usize)));
    Ok(pairs.collect())
}

/// The object that stands at the beginning of these bytes.
///
/// Lopdf's own reader of objects is reached through a stream that holds one.
fn parsed(bytes: &[u8]) -> Option<Object> {
    let index = b"0 0 ";
    let stream = Stream::new(
        dictionary! { "N" => 1, "First" => index.len() as i64 },
        [index.as_slice(), bytes].concat(),
    );
    ObjectStream::new_with_limit(&stream, None).ok()?.objects.remove(&(0, 0))
}
