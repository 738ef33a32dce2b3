//! What does a stream hold when it is unpacked, and what does that cost?

use crate::paper::Unread;
use deklaro_schemas::budget::{Budget, Cost, Exhausted};
use lopdf::{DecompressError, Document, Error, ObjectId, Stream};
use std::collections::HashMap;
use std::rc::Rc;

/// Bytes that one stream, or the content of one page, may unpack to.
pub(super) const MAX_UNPACKED: usize = 4 * 1024 * 1024;

/// The filters of ISO 32000 (part 1, table 6). Those of pictures give no text.
const FILTERS: [&[u8]; 10] = [
    b"FlateDecode",
    b"LZWDecode",
    b"ASCII85Decode",
    b"ASCIIHexDecode",
    b"RunLengthDecode",
    b"DCTDecode",
    b"CCITTFaxDecode",
    b"JBIG2Decode",
    b"JPXDecode",
    b"Crypt",
];

/// What came out of a stream.
#[derive(Clone)]
pub(super) enum Unpacked {
    Plain(Rc<Vec<u8>>),
    /// Its filters do not fit its bytes.
    Broken,
    /// There is more of it than is read.
    TooLong,
    /// A filter of no PDF standard hides it.
    Refused,
}

/// Unpacks a stream; one with a filter of no PDF standard is not touched.
pub(super) fn unpack(stream: &Stream, budget: &Budget) -> Result<Unpacked, Unread> {
    let filters = stream.filters().unwrap_or_default();
    if filters.iter().any(|filter| !FILTERS.contains(filter)) {
        return Ok(Unpacked::Refused);
    }
    // Nothing is unpacked beyond what is left, and each filter costs as much as the last one gave.
    let room = budget.left(Cost::Unpacked).min(MAX_UNPACKED as u64);
    let (unpacked, cost) = match stream.get_plain_content_with_limit(room as usize) {
        Ok(bytes) => {
            let cost = bytes.len() * filters.len().max(1);
            (Unpacked::Plain(Rc::new(bytes)), cost as u64)
        }
        Err(Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => (Unpacked::TooLong, room + 1),
        Err(_) => (Unpacked::Broken, room),
    };
    budget.charge(Cost::Unpacked, cost)?;
    Ok(unpacked)
}

/// The streams of a document: each is unpacked once, however often it is drawn.
pub(super) struct Streams<'p> {
    pub(super) budget: &'p Budget,
    /// By the place of the stream in the document.
    known: HashMap<usize, Unpacked>,
    passed: Option<Unread>,
}

impl<'p> Streams<'p> {
    pub(super) fn new(budget: &'p Budget) -> Self {
        Self { budget, known: HashMap::new(), passed: None }
    }

    /// Why something was passed over, if anything was.
    pub(super) fn passed(&self) -> Option<Unread> {
        self.passed
    }

    /// Passes over something; the rest of the document is read without it.
    pub(super) fn pass(&mut self, why: Unread) {
        self.passed = Some(why);
    }

    /// A stream's bytes; `None` where there are none that can be read.
    pub(super) fn plain(&mut self, stream: &'p Stream) -> Result<Option<Rc<Vec<u8>>>, Unread> {
        match self.unpacked(stream)? {
            Unpacked::Plain(bytes) => Ok(Some(bytes)),
            Unpacked::Broken | Unpacked::TooLong | Unpacked::Refused => Ok(None),
        }
    }

    fn unpacked(&mut self, stream: &'p Stream) -> Result<Unpacked, Unread> {
        let place = std::ptr::from_ref(stream) as usize;
        if let Some(known) = self.known.get(&place) {
            return Ok(known.clone());
        }
        let unpacked = unpack(stream, self.budget)?;
        match unpacked {
            Unpacked::TooLong => self.pass(Unread::TooCostly),
            Unpacked::Refused => self.pass(Unread::Damaged),
            Unpacked::Plain(_) | Unpacked::Broken => {}
        }
        self.known.insert(place, unpacked.clone());
        Ok(unpacked)
    }

    /// What a page draws: its streams one behind the other. A broken one is taken as it stands.
    pub(super) fn of_page(&mut self, pdf: &'p Document, page: ObjectId) -> Result<Option<Vec<u8>>, Unread> {
        let mut content = Vec::new();
        for id in pdf.get_page_contents(page) {
            self.charge(Cost::Steps, 1)?;
            let Ok(stream) = pdf.get_object(id).and_then(lopdf::Object::as_stream) else { continue };
            let unpacked = self.unpacked(stream)?;
            let bytes = match &unpacked {
                Unpacked::Plain(bytes) => bytes.as_slice(),
                Unpacked::Broken => &stream.content,
                Unpacked::Refused => continue,
                Unpacked::TooLong => return Ok(None),
            };
            if content.len() + bytes.len() > MAX_UNPACKED {
                self.pass(Unread::TooCostly);
                return Ok(None);
            }
            self.charge(Cost::Steps, bytes.len() as u64)?;
            content.extend_from_slice(bytes);
            content.push(b'\n');
        }
        Ok(Some(content))
    }

    pub(super) fn charge(&self, cost: Cost, amount: u64) -> Result<(), Exhausted> {
        self.budget.charge(cost, amount)
    }
}
