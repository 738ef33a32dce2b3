//! How errors of the crates below end the program: they know no terminal.

use crate::ending::{Ending, Knows, known};
use crate::errors::{BadFile, BadFiles, BadLine, Stopped, UsageError};
use crate::exit::Exit;
use deklaro_schemas::KeyError;
use deklaro_store::StoreError;

/// Every ending this crate knows.
pub(crate) const ENDINGS: &[Knows] = &[
    known::<UsageError>,
    known::<Stopped>,
    known::<BadFiles>,
    known::<BadFile>,
    known::<BadLine>,
    known::<StoreError>,
    known::<KeyError>,
    known::<toml::de::Error>,
];

impl Ending for KeyError {
    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

impl Ending for toml::de::Error {
    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

impl Ending for StoreError {
    fn exit(&self) -> Exit {
        match self {
            error if error.is_temporary() => Exit::TryAgain,
            Self::Empty
            | Self::NoSuchSnapshot(_)
            | Self::NotAllowed { .. }
            | Self::RestedOn { .. }
            | Self::NoBucket { .. }
            | Self::PlainHttp { .. } => Exit::Usage,
            Self::ReadOnly { .. }
            | Self::NoPermission { .. }
            | Self::NoHardLinks { .. }
            | Self::Lax { .. }
            | Self::Denied { .. } => Exit::Unavailable,
            _ => Exit::BadInput,
        }
    }

    fn hint(&self) -> Option<String> {
        Self::hint(self).map(str::to_owned)
    }
}
