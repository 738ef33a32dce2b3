//! How is a workbook imported in a process of its own?

use crate::apart::Apart;
use crate::error::Lost;
use crate::frame;
use crate::kind::WORKBOOKS;
use deklaro_import::{HandedError, Here, ImportError, Imported, Origin, Workbook, Workbooks};
use deklaro_schemas::budget::{Cost, Exhausted};
use serde::{Deserialize, Serialize};
use std::io::{self, Write};

/// Behind an import's bytes.
const IMPORTED: u8 = 0;
/// Behind an error's bytes.
const FAILED: u8 = 1;

/// What stands before the bytes of a workbook.
#[derive(Serialize, Deserialize)]
struct Head<'a> {
    file_name: &'a str,
    origin: Origin,
    maps: Option<&'a str>,
}

impl Workbooks for Apart {
    fn import(&self, workbook: &Workbook<'_>, maps: Option<&str>) -> Result<Imported, ImportError> {
        let file = workbook.file_name;
        let head = Head { file_name: file, origin: workbook.origin.clone(), maps };
        let head = serde_json::to_vec(&head).map_err(|error| broken(file, &error.to_string()))?;
        let length = (head.len() as u64).to_le_bytes();
        let mut answer = self.workbooks.ask(&[&length, &head, workbook.bytes]).map_err(|lost| {
            lost.tell("workbook", workbook.bytes);
            self.lost(file, &lost)
        })?;
        match answer.pop() {
            Some(IMPORTED) => Imported::from_bytes(answer).map_err(|error| broken(file, &error.to_string())),
            Some(FAILED) => {
                Err(ImportError::from_bytes(&answer).unwrap_or_else(|error| broken(file, &error.to_string())))
            }
            _ => Err(broken(file, "no answer")),
        }
    }
}

impl Apart {
    fn lost(&self, file: &str, lost: &Lost) -> ImportError {
        match lost {
            Lost::TooLong { seconds } => ImportError::TooCostly {
                file: file.to_owned(),
                exhausted: Exhausted { cost: Cost::Time, limit: *seconds },
            },
            Lost::TooMuch => ImportError::TooCostly {
                file: file.to_owned(),
                exhausted: Exhausted { cost: Cost::Text, limit: WORKBOOKS.most_answer },
            },
            Lost::Died(_) => broken(file, "it ended the process that read it"),
            Lost::None => {
                ImportError::NoReader { file: file.to_owned(), message: self.workbooks.fault().message }
            }
        }
    }
}

fn broken(file: &str, message: &str) -> ImportError {
    ImportError::Damaged { file: file.to_owned(), sheet: None, message: message.to_owned() }
}

/// Answers to a workbook, with nothing to what is none.
pub(crate) fn answer(request: &[u8], output: &mut impl Write) -> io::Result<()> {
    let Some((head, bytes)) = parts(request) else { return frame::write(output, &[]) };
    let workbook = Workbook { file_name: head.file_name, bytes, origin: head.origin };
    match Here.import(&workbook, head.maps) {
        Ok(imported) => hand(&imported, output).map_err(io::Error::other),
        Err(error) => frame::write(output, &[&error.to_bytes().unwrap_or_default(), &[FAILED]]),
    }
}

/// An import is written piece by piece: in memory it would stand there twice.
fn hand(imported: &Imported, output: &mut impl Write) -> Result<(), HandedError> {
    let handing = imported.handing()?;
    output.write_all(&frame::head(handing.length() + 1))?;
    handing.write(output)?;
    output.write_all(&[IMPORTED])?;
    Ok(output.flush()?)
}

fn parts(request: &[u8]) -> Option<(Head<'_>, &[u8])> {
    let (length, rest) = request.split_first_chunk()?;
    let (head, bytes) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    Some((serde_json::from_slice(head).ok()?, bytes))
}
