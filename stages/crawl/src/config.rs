//! The crawl's settings and their default values.

use crate::opt_out::OptOut;
use deklaro_schemas::{Authority, HostKey, Timestamp};
use ipnet::IpNet;
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::time::Duration;

/// How the crawl behaves. [`CrawlConfig::default`] is the one place where the default values stand.
#[derive(Debug, Clone)]
pub struct CrawlConfig {
    /// `User-Agent` header. The part before `/` is the product token robots.txt groups are matched with (RFC 9309 2.2.1).
    pub user_agent: String,
    /// The e-mail or web address of whoever answers for the crawl. An e-mail address is sent as `From` (RFC
    /// 9110 10.1.2). Either is added to the user agent, unless it is there. None by default: then only
    /// `connect_to` can be crawled.
    pub contact: Option<String>,
    /// Hosts that are not asked for anything, robots.txt included: none.
    pub opt_out: OptOut,
    /// What differs for single hosts.
    pub hosts: BTreeMap<HostKey, HostPolicy>,
    /// Since when the robots.txt of these authorities could not be had, as earlier runs saw it.
    pub unreachable_since: HashMap<Authority, Timestamp>,
    /// From which jitter is drawn: 0.
    pub seed: u64,
    /// Requests in flight at once, over all hosts: 256.
    pub max_in_flight: usize,
    /// Hosts worked on at once: 384. Each holds at most two idle connections, so 768 descriptors of the usual 1,024.
    pub max_open_hosts: usize,
    /// Requests in flight at once to one address: 4. Not applied with `connect_to`, where all share one.
    pub per_address: usize,
    /// Pause between the end of a request to a host and the next one to it: 1 s.
    pub gap: Duration,
    /// Longest Crawl-delay honoured in place of the gap: 10 s.
    pub max_crawl_delay: Duration,
    /// Attempts after the first one, for failures that may pass: 2.
    pub retries: u32,
    /// Pause of a host after such a failure, doubled with each one that follows: 2 s.
    pub backoff: Duration,
    /// Failures of a host in a row after which it is left alone: 10. 0 for never.
    pub breaker_after: u32,
    /// For how long: 5 min.
    pub breaker_pause: Duration,
    /// Waiting for servers, on behalf of one host in one round: 2 min. Pauses are not counted. What is left to ask for then
    /// is not asked for. So long, too, all hosts of a round together wait for one host, and 30 times as long for all names at one address. Zero for no
    /// end.
    pub host_budget: Duration,
    /// For the requests in flight to end after a stop: 10 s.
    pub drain: Duration,
    /// Longest Retry-After honoured, and longest backoff: 60 s.
    pub max_retry_after: Duration,
    /// For one name look-up: 5 s.
    pub dns_timeout: Duration,
    /// For TCP and TLS together: 10 s.
    pub connect_timeout: Duration,
    /// For the request and the response headers: 20 s. A request is given up after the look-up's, the
    /// connection's and this time together, 35 s. Time that one step leaves is free for the next; a kept
    /// connection leaves all of its own.
    pub headers_timeout: Duration,
    /// From the headers to the end of the body: 30 s.
    pub body_timeout: Duration,
    /// Longest silence within a body: 10 s. After as long, it must have come at `min_bytes_per_second` or faster.
    pub stall_timeout: Duration,
    /// Received bytes per second below which a body is given up: 128.
    pub min_bytes_per_second: u64,
    /// Decoded bytes kept of a page: 2 MiB. The median page has some 60 KiB.
    pub max_body_bytes: usize,
    /// Decoded bytes per received byte above which a body that reaches its cap is a bomb: 200. Real HTML stays below 50.
    pub max_inflation: u64,
    /// Redirects followed for a page, refreshes included: 10.
    pub max_redirects: usize,
    /// Bytes of robots.txt that are read: 512 KiB; RFC 9309 section 2.5 asks for 500 KiB at least.
    pub max_robots_bytes: usize,
    /// Address ranges that no connection leads to, beside those that no public website has: none. Not applied with `connect_to`.
    pub forbidden_ranges: Vec<IpNet>,
    /// Name server asked instead of the system's; none by default.
    pub name_server: Option<SocketAddr>,
    /// Sends every connection to one address per scheme; `Host` and the TLS server name stay. None by default.
    pub connect_to: Option<ConnectTo>,
    /// Certificates (PEM) trusted beside the web's own roots; none by default.
    pub extra_ca_pem: Option<String>,
}

/// What differs for one host: the statements of thousands of bodies may stand on it, or its server be a weak one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HostPolicy {
    /// Pause between two requests, in place of the general gap.
    pub gap: Option<Duration>,
}

/// Where all connections go, as with curl's `--connect-to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectTo {
    /// For `http` URLs.
    pub http: SocketAddr,
    /// For `https` URLs.
    pub https: SocketAddr,
}

impl Default for CrawlConfig {
    fn default() -> Self {
        Self {
            user_agent: "Deklaro/0.1 (accessibility statement monitor)".to_owned(),
            contact: None,
            opt_out: OptOut::default(),
            hosts: BTreeMap::new(),
            unreachable_since: HashMap::new(),
            seed: 0,
            max_in_flight: 256,
            max_open_hosts: 384,
            per_address: 4,
            gap: Duration::from_secs(1),
            max_crawl_delay: Duration::from_secs(10),
            retries: 2,
            backoff: Duration::from_secs(2),
            breaker_after: 10,
            breaker_pause: Duration::from_secs(300),
            host_budget: Duration::from_secs(120),
            drain: Duration::from_secs(10),
            max_retry_after: Duration::from_secs(60),
            dns_timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(10),
            headers_timeout: Duration::from_secs(20),
            body_timeout: Duration::from_secs(30),
            stall_timeout: Duration::from_secs(10),
            min_bytes_per_second: 128,
            max_body_bytes: 2 << 20,
            max_inflation: 200,
            max_redirects: 10,
            max_robots_bytes: 512 << 10,
            forbidden_ranges: Vec::new(),
            name_server: None,
            connect_to: None,
            extra_ca_pem: None,
        }
    }
}

impl CrawlConfig {
    /// The `User-Agent` header as sent: with the contact in it.
    pub fn sent_user_agent(&self) -> String {
        match &self.contact {
            Some(contact) if !self.user_agent.contains(contact.as_str()) => {
                format!("{} (+{contact})", self.user_agent)
            }
            _ => self.user_agent.clone(),
        }
    }

    /// The `From` header as sent: a contact that is an e-mail address.
    pub(crate) fn sender(&self) -> Option<&str> {
        self.contact.as_deref().filter(|contact| contact.contains('@') && !contact.contains('/'))
    }

    /// The name robots.txt knows us by: the user agent up to the first character no product token may hold.
    pub fn product_token(&self) -> &str {
        crate::robots::product_token(&self.user_agent)
    }
}

/// Why no crawl can be set up with this configuration.
#[derive(Debug, thiserror::Error)]
pub enum CrawlError {
    /// The user agent or contact cannot be sent as a header, or has no product token.
    #[error("`{field}` is `{value}`, expected {expected}")]
    Setting {
        /// The field of [`CrawlConfig`].
        field: &'static str,
        /// Its value.
        value: String,
        /// What would do.
        expected: &'static str,
    },
    /// `extra_ca_pem` holds no certificate, or a broken one.
    #[error("extra certificates cannot be read, expected PEM: {reason}")]
    Certificates {
        /// What is wrong.
        reason: String,
    },
    /// The real web would be crawled by nobody in particular.
    #[error("`contact` is missing, expected an e-mail or web address that site owners can turn to")]
    NoContact,
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls(#[source] rustls::Error),
    /// The HTTP client cannot be set up.
    #[error("the HTTP client cannot be set up")]
    Client(#[source] reqwest::Error),
}
