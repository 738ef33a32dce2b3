//! Why a snapshot has no time stamp that holds.

use super::AskError;
use deklaro_console::{Ending, Exit, Knows, known};
use deklaro_schemas::Sha256;

/// Every ending this module knows.
pub const ENDINGS: &[Knows] = &[known::<TimestampError>];

/// Why a snapshot has no time stamp that holds.
#[derive(Debug, thiserror::Error)]
pub enum TimestampError {
    /// The authority could not be asked.
    #[error("time-stamp authority `{url}`")]
    NoAnswer {
        /// Its address.
        url: String,
        /// Why.
        #[source]
        source: AskError,
    },
    /// What it answered does not hold.
    #[error("the answer of time-stamp authority `{url}`")]
    Answer {
        /// Its address.
        url: String,
        /// Why.
        #[source]
        source: TokenError,
    },
    /// What is in the store does not hold.
    #[error("`{path}`")]
    Stored {
        /// Path in the store.
        path: String,
        /// Why.
        #[source]
        source: TokenError,
    },
}

impl Ending for TimestampError {
    fn exit(&self) -> Exit {
        match self {
            Self::NoAnswer { .. } => Exit::TryAgain,
            Self::Answer { .. } => Exit::Unavailable,
            Self::Stored { .. } => Exit::BadInput,
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoAnswer { .. } => "`deklaro timestamp SNAPSHOT --tsa URL` asks again",
            Self::Answer { source: TokenError::Refused { .. }, .. } => {
                "ask the authority why, or `deklaro timestamp SNAPSHOT --tsa URL` another one"
            }
            Self::Answer { .. } | Self::Stored { source: TokenError::Chain(_), .. } => {
                "check `--tsa-ca`, or `deklaro timestamp SNAPSHOT --tsa URL` another one; nothing was kept"
            }
            Self::Stored { .. } => "put the stamp, or the file it is about, back from a copy of the store",
        };
        Some(hint.to_owned())
    }
}

/// Why a token does not hold.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Cut off, damaged, or something else.
    #[error("{of} is not DER")]
    NotDer {
        /// The part.
        of: &'static str,
        /// Why.
        #[source]
        source: der::Error,
    },
    /// DER, but not of a time stamp.
    #[error("{of} does not follow RFC 3161")]
    Unexpected {
        /// The part.
        of: &'static str,
    },
    /// The authority gave no token.
    #[error("the authority refused: {said} (status {code})")]
    Refused {
        /// `PKIStatus`, in hexadecimal digits.
        code: String,
        /// In its words.
        said: String,
    },
    /// A time that is none.
    #[error("its time is `{found}`, expected `YYYYMMDDhhmmssZ`")]
    Time {
        /// As it stands there.
        found: String,
    },
    /// A hash that is not taken.
    #[error("its {of} uses a hash that is not accepted, expected SHA-256 or longer")]
    Algorithm {
        /// The part.
        of: &'static str,
    },
    /// It is about something else.
    #[error("it is about sha256 `{found}`, the manifest has `{expected}`")]
    Imprint {
        /// In the token.
        found: String,
        /// Of the manifest.
        expected: Sha256,
    },
    /// It answers another question.
    #[error("it does not carry the nonce that was sent")]
    Nonce,
    /// The certificate it names is not in it.
    #[error("the signer's certificate is not in it")]
    NoSigner,
    /// Signed was another certificate.
    #[error("the certificate in it is not the one that was signed")]
    OtherCertificate,
    /// Signed was something else.
    #[error("its content is not what was signed")]
    Changed,
    /// The signature does not hold.
    #[error("its signature does not hold")]
    Signature,
    /// The certificate is for something else.
    #[error("the signer's certificate is not for time stamps alone")]
    Usage,
    /// It does not lead to a trusted one.
    #[error("the signer's certificate does not lead to a trusted one: {0}")]
    Chain(webpki::Error),
}
