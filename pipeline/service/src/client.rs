//! Who asks, where proxies stand in between? Only a proxy that the operator named is believed.

use http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// What proxies append the address to that they were asked from. `Forwarded` (RFC 7239) is not read: few proxies write it, and one
/// that does not would hand on what a stranger wrote there.
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// True for the address of a proxy that the operator named.
pub(crate) fn is_trusted(address: IpAddr, proxies: &[IpNet]) -> bool {
    proxies.iter().any(|range| range.contains(&address.to_canonical()))
}

/// The address that asks: the peer's or, where that is a trusted proxy, the last one in the header that is none.
pub(crate) fn address(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let mut last = peer.to_canonical();
    let lines = headers.get_all(X_FORWARDED_FOR).iter().map(|line| line.to_str().unwrap_or_default());
    // Each proxy appends: what stands to the left of a stranger's address, the stranger wrote.
    let told: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
    for told in told.into_iter().rev() {
        if !is_trusted(last, proxies) {
            break;
        }
        let Some(address) = parse(told.trim()) else { break };
        last = address;
    }
    last
}

/// An address with or without a port, as proxies write it.
fn parse(text: &str) -> Option<IpAddr> {
    let with_port = || text.parse().ok().map(|address: SocketAddr| address.ip());
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(peer: &str, lines: &[&str], proxies: &[&str]) -> String {
        let lines = lines.iter().map(|line| (X_FORWARDED_FOR, line.parse().unwrap()));
        let proxies: Vec<IpNet> = proxies.iter().map(|range| range.parse().unwrap()).collect();
        address(peer.parse().unwrap(), &lines.collect(), &proxies).to_string()
    }

    #[test]
    fn a_header_counts_only_where_a_trusted_proxy_wrote_it() {
        let ours = ["10.0.0.0/8", "fd00::/8"];
        for (peer, lines, expected) in [
            ("192.0.2.7", &["198.51.100.1"][..], "192.0.2.7"),
            ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("::ffff:10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["203.0.113.9, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["203.0.113.9, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            ("fd00::1", &["203.0.113.9", "[2001:db8::1]:443"], "2001:db8::1"),
            ("10.0.0.1", &["198.51.100.1:5000"], "198.51.100.1"),
            ("10.0.0.1", &["198.51.100.1, nonsense"], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1, nonsense, 10.0.0.3"], "10.0.0.3"),
            ("10.0.0.1", &["10.0.0.9, 10.0.0.2"], "10.0.0.9"),
            ("10.0.0.1", &[""], "10.0.0.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
        ] {
            assert_eq!(told(peer, lines, &ours), expected, "{peer} {lines:?}");
        }
        assert_eq!(told("10.0.0.1", &["198.51.100.1"], &[]), "10.0.0.1", "nobody is trusted unless named");
    }
}
