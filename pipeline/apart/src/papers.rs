//! How is a document on paper read in a process of its own?

use crate::apart::Apart;
use crate::error::Lost;
use deklaro_detect::{Fault, Here, Paper, Papers, Unread};

impl Papers for Apart {
    fn read(&self, bytes: &[u8]) -> Result<Paper, Unread> {
        let answer = self.papers.ask(&[bytes]).map_err(|lost| {
            lost.tell("document", bytes);
            match lost {
                Lost::TooLong { .. } | Lost::TooMuch => Unread::TooCostly,
                Lost::Died(_) | Lost::None => Unread::Damaged,
            }
        })?;
        // What cannot be read comes from a process that the document has taken over.
        serde_json::from_slice(&answer).unwrap_or(Err(Unread::Damaged))
    }

    fn fault(&self) -> Fault {
        self.papers.fault()
    }
}

/// What a child answers to a document.
pub(crate) fn answer(bytes: &[u8]) -> Vec<u8> {
    // A paper has nothing that JSON cannot hold; an empty answer is a damaged document.
    serde_json::to_vec(&Here.read(bytes)).unwrap_or_default()
}
