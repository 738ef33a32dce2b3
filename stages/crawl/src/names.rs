//! Host names to addresses: the one resolver every connection uses, so what it refuses cannot be connected to.

use crate::address::is_forbidden;
use crate::config::CrawlConfig;
use deklaro_schemas::codes::ReasonCode;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
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
    #[error("the name servers did not answer in time")]
    TimedOut,
    #[error("the host name has only addresses that are not public")]
    Forbidden,
}

impl NameError {
    pub(crate) fn reason(self) -> ReasonCode {
        match self {
            Self::NotFound | Self::TimedOut => ReasonCode::DnsFailure,
            Self::Forbidden => ReasonCode::AddressForbidden,
        }
    }
}

type Kept = HashMap<String, (Instant, Arc<[IpAddr]>)>;

/// The system's resolver with a deadline, a filter and a small cache.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    timeout: Duration,
    kept: Arc<Mutex<Kept>>,
}

impl Names {
    pub(crate) fn new(config: &CrawlConfig) -> Self {
        Self { timeout: config.dns_timeout, kept: Arc::default() }
    }

    /// The public addresses of a host, in the resolver's order; never empty.
    pub(crate) async fn look_up(&self, host: &str) -> Result<Arc<[IpAddr]>, NameError> {
        if let Some(addresses) = self.kept(host) {
            return Ok(addresses);
        }
        // The final dot keeps the system from trying its search domains, which are not the web's.
        let asking = tokio::net::lookup_host((format!("{host}."), 0));
        let found = tokio::time::timeout(self.timeout, asking).await.map_err(|_| NameError::TimedOut)?;
        let addresses = public_only(found.map_err(|_| NameError::NotFound)?.map(|address| address.ip()))?;
        self.keep(host, &addresses);
        Ok(addresses)
    }

    fn kept(&self, host: &str) -> Option<Arc<[IpAddr]>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, addresses) = kept.get(host)?;
        (since.elapsed() < KEEP_FOR).then(|| addresses.clone())
    }

    fn keep(&self, host: &str, addresses: &Arc<[IpAddr]>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        kept.insert(host.to_owned(), (Instant::now(), addresses.clone()));
    }
}

/// Drops addresses that are not public; an error when none is left.
fn public_only(found: impl Iterator<Item = IpAddr>) -> Result<Arc<[IpAddr]>, NameError> {
    let mut has_any = false;
    let public: Vec<IpAddr> = found.inspect(|_| has_any = true).filter(|ip| !is_forbidden(*ip)).collect();
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
        let public = public_only(ips(&["10.0.0.1", "8.8.8.8", "::1"]).into_iter()).unwrap();
        assert_eq!(public.as_ref(), ips(&["8.8.8.8"]));
    }

    #[test]
    fn nothing_public_is_told_from_nothing_at_all() {
        assert_eq!(public_only(ips(&["127.0.0.1"]).into_iter()), Err(NameError::Forbidden));
        assert_eq!(public_only(std::iter::empty()), Err(NameError::NotFound));
    }

    #[tokio::test]
    async fn localhost_is_refused() {
        let names = Names::new(&CrawlConfig::default());
        assert!(matches!(names.look_up("localhost").await, Err(NameError::Forbidden | NameError::NotFound)));
    }
}
