//! What does a reader ask for?

/// Scheme of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Plain text.
    Http,
    /// Over TLS.
    Https,
}

impl Scheme {
    /// The scheme as written in an address.
    pub const fn name(self) -> &'static str {
        match self {
            Scheme::Http => "http",
            Scheme::Https => "https",
        }
    }
}

/// What a reader asks for.
#[derive(Debug, Clone)]
pub struct SimRequest {
    /// Scheme of the connection.
    pub scheme: Scheme,
    /// Host name as the reader wrote it.
    pub host: String,
    /// Path and query.
    pub path: String,
    /// Whether the reader takes `gzip`.
    pub accepts_gzip: bool,
    /// Whether the host's limiter says that this request comes too soon.
    pub is_too_soon: bool,
}

impl SimRequest {
    /// A request over TLS for `path` of `host`, without compression and in good time.
    pub fn get(host: &str, path: &str) -> SimRequest {
        SimRequest {
            scheme: Scheme::Https,
            host: host.to_owned(),
            path: path.to_owned(),
            accepts_gzip: false,
            is_too_soon: false,
        }
    }
}
