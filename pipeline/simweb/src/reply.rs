//! What goes back to a reader?

use bytes::Bytes;

/// What the web does with a request.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Close the connection with a reset, without a byte.
    Refuse,
    /// Send this.
    Reply(Reply),
    /// Send this after a second.
    Late(Reply),
}

/// Status, headers and body of an answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// HTTP status code.
    pub status: u16,
    /// Header fields, names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body, and how it travels.
    pub payload: Payload,
}

/// A body, and how it travels.
#[derive(Debug, Clone)]
pub enum Payload {
    /// Sent at once.
    Whole(Bytes),
    /// Sent in ten parts over about one second.
    Dribble(Bytes),
    /// The first part, and then filler without end.
    Endless(Bytes),
    /// Half of it, then the connection is reset.
    Broken(Bytes),
    /// Zeros that inflate from little gzip; the header says so.
    Bomb,
}

impl Reply {
    fn new(status: u16, content_type: &str, body: impl Into<Bytes>) -> Reply {
        let headers = vec![("content-type", content_type.to_owned())];
        Reply { status, headers, payload: Payload::Whole(body.into()) }
    }

    pub(crate) fn html(status: u16, body: String) -> Reply {
        Reply::new(status, "text/html; charset=utf-8", body)
    }

    pub(crate) fn text(status: u16, body: impl Into<Bytes>) -> Reply {
        Reply::new(status, "text/plain; charset=utf-8", body)
    }

    pub(crate) fn redirect(status: u16, target: String) -> Reply {
        Reply::html(status, format!("<html><body><a href=\"{target}\">moved</a></body></html>"))
            .with("location", target)
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Reply {
        self.headers.push((name, value.into()));
        self
    }

    /// The bytes of the body as far as they are finite and plain.
    pub fn bytes(&self) -> &[u8] {
        match &self.payload {
            Payload::Whole(bytes)
            | Payload::Dribble(bytes)
            | Payload::Endless(bytes)
            | Payload::Broken(bytes) => bytes,
            Payload::Bomb => &[],
        }
    }
}
