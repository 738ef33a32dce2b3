//! Host names to addresses: the one resolver every connection uses, so what it refuses cannot be connected to.

use crate::address::is_forbidden;
use crate::config::CrawlConfig;
use deklaro_schemas::codes::ReasonCode;
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long an answer is used again. A short one: it is there so that guard and connection see the same addresses.
const KEEP_FOR: Duration = Duration::from_secs(300);

/// Most answers kept; the map is emptied when full, as a name is rarely asked for again in the same round.
const MAX_KEPT: usize = 4_096;

/// Why a name gives no address to connect to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NameError {
    #[error("the host name has no address")]
    NotFound,
    #[error("the name servers cannot answer for the host name")]
    ServFail,
    #[error("the name servers did not answer in time")]
    TimedOut,
    #[error("the host name has only addresses that are not public")]
    Forbidden,
}

impl NameError {
    pub(crate) fn reason(self) -> ReasonCode {
        match self {
            Self::NotFound => ReasonCode::DnsNotFound,
            Self::ServFail => ReasonCode::DnsServfail,
            Self::TimedOut => ReasonCode::DnsTimeout,
            Self::Forbidden => ReasonCode::AddressForbidden,
        }
    }
}

type Kept = HashMap<String, (Instant, Arc<[IpAddr]>)>;

/// Questions under way at one name server: as many as hosts can be open, so that none is turned away as too many.
const MAX_QUESTIONS: usize = 1_024;

/// A resolver of our own, so that a thousand hosts do not wait for the system's few threads. It has a
/// deadline, a filter and a small cache.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    timeout: Duration,
    server: Option<SocketAddr>,
    /// Ranges that no connection leads to, beside those that are no public website's.
    forbidden: Arc<[IpNet]>,
    kept: Arc<Mutex<Kept>>,
    /// Made with the first question, as it needs a runtime; none where the system names no server.
    resolver: Arc<OnceLock<Option<TokioResolver>>>,
}

impl Names {
    pub(crate) fn new(config: &CrawlConfig) -> Self {
        let (timeout, server) = (config.dns_timeout, config.name_server);
        let forbidden = config.forbidden_ranges.clone().into();
        Self { timeout, server, forbidden, kept: Arc::default(), resolver: Arc::default() }
    }

    fn resolver(&self) -> Result<&TokioResolver, NameError> {
        let made = self.resolver.get_or_init(|| resolver(self.server, self.timeout).ok());
        made.as_ref().ok_or(NameError::TimedOut)
    }

    /// The public addresses of a host, in the resolver's order; never empty.
    pub(crate) async fn look_up(&self, host: &str) -> Result<Arc<[IpAddr]>, NameError> {
        if let Some(addresses) = self.kept(host) {
            return Ok(addresses);
        }
        // The final dot keeps the resolver from trying search domains, which are not the web's.
        let asking = self.resolver()?.lookup_ip(format!("{host}."));
        let found = tokio::time::timeout(self.timeout, asking).await.map_err(|_| NameError::TimedOut)?;
        let addresses = public_only(found.map_err(|error| failure(&error))?.iter(), &self.forbidden)?;
        self.keep(host, &addresses);
        Ok(addresses)
    }

    fn kept(&self, host: &str) -> Option<Arc<[IpAddr]>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, addresses) = kept.get(host)?;
        (since.elapsed() < KEEP_FOR).then(|| addresses.clone())
    }

    /// As if the name server had said so.
    #[cfg(test)]
    pub(crate) fn know(&self, host: &str, address: IpAddr) {
        self.keep(host, &Arc::from([address]));
    }

    fn keep(&self, host: &str, addresses: &Arc<[IpAddr]>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        kept.insert(host.to_owned(), (Instant::now(), addresses.clone()));
    }
}

fn resolver(server: Option<SocketAddr>, timeout: Duration) -> Result<TokioResolver, NetError> {
    let mut builder = match server {
        Some(server) => {
            TokioResolver::builder_with_config(config_for(server), TokioRuntimeProvider::default())
        }
        None => TokioResolver::builder_tokio()?,
    };
    set_options(builder.options_mut(), timeout);
    builder.build()
}

/// Two tries within the deadline; both address families, as the connection takes what works.
fn set_options(options: &mut ResolverOpts, timeout: Duration) {
    options.timeout = timeout / 2;
    options.attempts = 1;
    options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
    options.max_active_requests = MAX_QUESTIONS;
}

fn config_for(server: SocketAddr) -> ResolverConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = server.port();
        connection
    });
    let server = NameServerConfig::new(server.ip(), true, connections.into());
    ResolverConfig::from_parts(None, Vec::new(), vec![server])
}

/// What kept the name servers from giving an address.
fn failure(error: &NetError) -> NameError {
    let code = match error {
        NetError::Dns(DnsError::ResponseCode(code)) => *code,
        NetError::Dns(DnsError::NoRecordsFound(none)) => none.response_code,
        _ => return NameError::TimedOut,
    };
    match code {
        ResponseCode::NoError | ResponseCode::NXDomain => NameError::NotFound,
        _ => NameError::ServFail,
    }
}

/// Drops addresses that are not public; an error when none is left.
fn public_only(found: impl Iterator<Item = IpAddr>, own: &[IpNet]) -> Result<Arc<[IpAddr]>, NameError> {
    let mut has_any = false;
    let public: Vec<IpAddr> =
        found.inspect(|_| has_any = true).filter(|ip| !is_forbidden(*ip, own)).collect();
    match (public.is_empty(), has_any) {
        (false, _) => Ok(public.into()),
        (true, true) => Err(NameError::Forbidden),
        (true, false) => Err(NameError::NotFound),
    }
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let names = self.clone();
        Box::pin(async move {
            let found = names.look_up(name.as_str()).await?;
            let addresses: Vec<SocketAddr> = found.iter().map(|ip| SocketAddr::new(*ip, 0)).collect();
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// Answers every name with one address and port.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fixed(pub(crate) SocketAddr);

impl Resolve for Fixed {
    fn resolve(&self, _: Name) -> Resolving {
        let address = self.0;
        Box::pin(async move { Ok(Box::new(std::iter::once(address)) as Addrs) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ips(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_mixed_answer_keeps_only_what_is_public() {
        let public = public_only(ips(&["10.0.0.1", "8.8.8.8", "::1"]).into_iter(), &[]).unwrap();
        assert_eq!(public.as_ref(), ips(&["8.8.8.8"]));
    }

    #[test]
    fn nothing_public_is_told_from_nothing_at_all() {
        assert_eq!(public_only(ips(&["127.0.0.1"]).into_iter(), &[]), Err(NameError::Forbidden));
        assert_eq!(public_only(std::iter::empty(), &[]), Err(NameError::NotFound));
    }

    #[tokio::test]
    async fn localhost_is_refused() {
        let names = Names::new(&CrawlConfig::default());
        assert!(matches!(names.look_up("localhost").await, Err(NameError::Forbidden | NameError::NotFound)));
    }

    /// A name server that gives the next of these addresses with each question for one, and says that it holds for no time.
    async fn name_server(addresses: &'static [[u8; 4]]) -> SocketAddr {
        let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut question, mut next) = ([0; 512], addresses.iter().cycle());
            while let Ok((length, from)) = socket.recv_from(&mut question).await {
                let name_end = 12 + question[12..length].iter().position(|octet| *octet == 0).unwrap() + 1;
                let is_v4 = question[name_end + 1] == 1;
                let mut answer =
                    [&question[..2], &[0x81, 0x80, 0, 1, 0, u8::from(is_v4), 0, 0, 0, 0]].concat();
                answer.extend_from_slice(&question[12..name_end + 4]);
                if is_v4 {
                    answer.extend_from_slice(&[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]);
                    answer.extend_from_slice(next.next().unwrap());
                }
                socket.send_to(&answer, from).await.unwrap();
            }
        });
        address
    }

    #[tokio::test]
    async fn a_name_that_comes_to_lead_inside_is_refused_then() {
        let server = name_server(&[[8, 8, 8, 8], [127, 0, 0, 1]]).await;
        let names = Names::new(&CrawlConfig { name_server: Some(server), ..CrawlConfig::default() });
        let public = ips(&["8.8.8.8"]);
        assert_eq!(names.look_up("rebound.example.at").await.unwrap().as_ref(), public);
        // The connection asks the same resolver: what the guard let through is what it gets.
        let resolved: Vec<SocketAddr> =
            names.resolve("rebound.example.at".parse().unwrap()).await.unwrap().collect();
        assert_eq!(resolved.iter().map(SocketAddr::ip).collect::<Vec<_>>(), public);
        // Once that answer is no longer kept, the new one counts, and is refused.
        names.kept.lock().unwrap().clear();
        assert_eq!(names.look_up("rebound.example.at").await, Err(NameError::Forbidden));
    }
}
