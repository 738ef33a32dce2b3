//! How is a workbook imported in a process of its own?

use crate::apart::Apart;
use crate::error::Lost;
use crate::kind::WORKBOOKS;
use deklaro_import::{Here, ImportError, Imported, Origin, Workbook, Workbooks};
use deklaro_schemas::Sha256;
use deklaro_schemas::budget::{Cost, Exhausted};
use serde::{Deserialize, Serialize};

/// Before an import's bytes.
const IMPORTED: u8 = 0;
/// Before an error's bytes.
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
        let answer = self.workbooks.ask(&[&length, &head, workbook.bytes]).map_err(|lost| {
            tracing::warn!(file, sha256 = %Sha256::of(workbook.bytes), ?lost, "a workbook ended the process that read it");
            self.lost(file, &lost)
        })?;
        match answer.split_first() {
            Some((&IMPORTED, _)) => {
                Imported::from_bytes(answer[1..].to_vec()).map_err(|error| broken(file, &error.to_string()))
            }
            Some((&FAILED, error)) => {
                Err(ImportError::from_bytes(error).unwrap_or_else(|error| broken(file, &error.to_string())))
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

/// What a child answers to a workbook; nothing to what is none.
pub(crate) fn answer(request: &[u8]) -> [Vec<u8>; 2] {
    let Some((head, bytes)) = parts(request) else { return Default::default() };
    let workbook = Workbook { file_name: head.file_name, bytes, origin: head.origin };
    let (first, rest) = match Here.import(&workbook, head.maps) {
        Ok(imported) => (IMPORTED, imported.to_bytes()),
        Err(error) => (FAILED, error.to_bytes()),
    };
    [vec![first], rest.unwrap_or_default()]
}

fn parts(request: &[u8]) -> Option<(Head<'_>, &[u8])> {
    let (length, rest) = request.split_first_chunk()?;
    let (head, bytes) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    Some((serde_json::from_slice(head).ok()?, bytes))
}
