//! Whom do we take for one client? An IPv4 address, or the /64 that one IPv6 customer gets (RFC 6177).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses that count as one client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Origin {
    /// An IPv4 address, also one that is written as IPv6.
    Single(Ipv4Addr),
    /// The first 64 bits of an IPv6 address.
    Network(u64),
}

impl Origin {
    /// The client an address belongs to.
    pub(crate) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::Single(address),
            IpAddr::V6(address) => Self::Network((address.to_bits() >> 64) as u64),
        }
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Single(address) => write!(f, "{address}"),
            Self::Network(bits) => write!(f, "{}/64", Ipv6Addr::from_bits(u128::from(*bits) << 64)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_a_network_of_ipv6_are_one_client_and_mapped_addresses_are_ipv4() {
        let of = |text: &str| Origin::of(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(
            ["192.0.2.1", "2001:db8::9"].map(|text| of(text).to_string()),
            ["192.0.2.1", "2001:db8::/64"]
        );
    }
}
