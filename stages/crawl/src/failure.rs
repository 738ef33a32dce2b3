//! What a failed request failed of.

use crate::names::NameError;
use crate::trust::IncompleteChain;
use deklaro_schemas::codes::ReasonCode;
use rustls::{CertificateError, OtherError};
use std::error::Error;
use std::io::ErrorKind;

/// The reason code of a request that got no answer.
pub(crate) fn reason_of(error: &reqwest::Error, is_https: bool) -> ReasonCode {
    if let Some(reason) = causes(error).find_map(known_cause) {
        return reason;
    }
    if causes(error).any(is_flood) {
        return ReasonCode::HeadersTooLarge;
    }
    let has_ended_early = causes(error).any(is_early_end);
    match (error.is_connect(), error.is_timeout()) {
        (true, true) => ReasonCode::ConnectTimeout,
        // TCP stood, so it was the handshake that broke off.
        (true, false) if has_ended_early && is_https => ReasonCode::TlsFailed,
        (true, false) if causes(error).any(is_refusal) => ReasonCode::ConnectRefused,
        (true, false) => ReasonCode::ConnectFailed,
        (false, true) => ReasonCode::HeadersTimeout,
        (false, false) if has_ended_early => ReasonCode::ConnectionReset,
        (false, false) => ReasonCode::ProtocolError,
    }
}

/// True where no connection came about, whatever was to be asked over it.
pub(crate) fn is_unconnected(reason: ReasonCode) -> bool {
    matches!(
        reason,
        ReasonCode::ConnectRefused
            | ReasonCode::ConnectFailed
            | ReasonCode::ConnectTimeout
            | ReasonCode::TlsFailed
            | ReasonCode::TlsExpired
            | ReasonCode::TlsWrongName
            | ReasonCode::TlsUntrusted
            | ReasonCode::TlsIncompleteChain
            | ReasonCode::TlsCertificate
    )
}

/// The reason code of a body that broke off.
pub(crate) fn body_reason_of(error: &reqwest::Error) -> ReasonCode {
    let has_ended_early = causes(error).any(is_early_end);
    if has_ended_early { ReasonCode::ConnectionReset } else { ReasonCode::ProtocolError }
}

/// The error and all it was caused by; what an `io::Error` wraps is a cause too.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        wrapped.map(|inner| inner as &(dyn Error + 'static)).or_else(|| error.source())
    })
}

fn known_cause(cause: &(dyn Error + 'static)) -> Option<ReasonCode> {
    if let Some(name) = cause.downcast_ref::<NameError>() {
        return Some(name.reason());
    }
    match cause.downcast_ref::<rustls::Error>()? {
        rustls::Error::InvalidCertificate(fault) => Some(certificate_fault(fault)),
        _ => Some(ReasonCode::TlsFailed),
    }
}

/// The client stops at a hundred header lines; it keeps its error kinds to itself, too.
fn is_flood(cause: &(dyn Error + 'static)) -> bool {
    cause.to_string().starts_with("message head is too large")
}

fn certificate_fault(fault: &CertificateError) -> ReasonCode {
    match fault {
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => ReasonCode::TlsExpired,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            ReasonCode::TlsWrongName
        }
        CertificateError::UnknownIssuer => ReasonCode::TlsUntrusted,
        CertificateError::Other(OtherError(other)) if other.is::<IncompleteChain>() => {
            ReasonCode::TlsIncompleteChain
        }
        _ => ReasonCode::TlsCertificate,
    }
}

fn is_refusal(cause: &(dyn Error + 'static)) -> bool {
    cause.downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == ErrorKind::ConnectionRefused)
}

/// hyper keeps its error kinds to itself; a connection that ends early shows as an I/O error or by this message.
fn is_early_end(cause: &(dyn Error + 'static)) -> bool {
    match cause.downcast_ref::<std::io::Error>() {
        Some(io) => matches!(
            io.kind(),
            ErrorKind::ConnectionReset
                | ErrorKind::ConnectionAborted
                | ErrorKind::BrokenPipe
                | ErrorKind::UnexpectedEof
        ),
        None => cause.to_string().starts_with("connection closed before message completed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_inside_io_errors_are_found() {
        let inner = std::io::Error::other(rustls::Error::InvalidCertificate(CertificateError::Expired));
        let outer = std::io::Error::other(inner);
        assert_eq!(causes(&outer).find_map(known_cause), Some(ReasonCode::TlsExpired));
    }

    #[test]
    fn an_early_end_is_told_by_kind() {
        assert!(is_early_end(&std::io::Error::from(ErrorKind::ConnectionReset)));
        assert!(!is_early_end(&std::io::Error::from(ErrorKind::ConnectionRefused)));
    }
}
