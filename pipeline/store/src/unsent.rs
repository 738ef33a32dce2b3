//! Which requests to a bucket were never sent, so that they are sent again?
//!
//! A connection that its server closes in the moment a request is handed to it cancels that request. `object_store` tries requests
//! again that were not sent, but does not know this case.

use async_trait::async_trait;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
    ReqwestConnector,
};
use std::error::Error;

/// Makes the usual clients, whose cancelled requests are tried again.
#[derive(Debug, Default)]
pub(super) struct Connector(ReqwestConnector);

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Client(self.0.connect(options)?)))
    }
}

#[derive(Debug)]
struct Client(HttpClient);

#[async_trait]
impl HttpService for Client {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        self.0.execute(request).await.map_err(told)
    }
}

/// The error, told as "not sent" where it is one of a cancelled request.
fn told(error: HttpError) -> HttpError {
    if error.kind() == HttpErrorKind::Unknown && is_cancelled(&error) {
        HttpError::new(HttpErrorKind::Request, error)
    } else {
        error
    }
}

/// hyper cancels what it dropped before it was processed.
fn is_cancelled(error: &HttpError) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_canceled) {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::Empty;
    use hyper::body::Bytes;
    use hyper_util::rt::TokioIo;

    /// What hyper says when a connection ends before a request of it was taken up.
    async fn cancelled() -> hyper::Error {
        let (here, _there) = tokio::io::duplex(64);
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake::<_, Empty<Bytes>>(TokioIo::new(here)).await.unwrap();
        let asked = sender.send_request(hyper::Request::new(Empty::new()));
        drop(connection);
        asked.await.unwrap_err()
    }

    #[tokio::test]
    async fn a_request_that_was_never_sent_is_told_from_others() {
        let kind = |error| told(error).kind();
        let unknown = |source: hyper::Error| HttpError::new(HttpErrorKind::Unknown, source);
        assert_eq!(kind(unknown(cancelled().await)), HttpErrorKind::Request);
        let deep = HttpError::new(HttpErrorKind::Unknown, unknown(cancelled().await));
        assert_eq!(kind(deep), HttpErrorKind::Request, "others' errors stand around it");
        let other = || std::io::Error::other("of another kind");
        assert_eq!(kind(HttpError::new(HttpErrorKind::Unknown, other())), HttpErrorKind::Unknown);
        assert_eq!(kind(HttpError::new(HttpErrorKind::Decode, other())), HttpErrorKind::Decode);
    }
}
