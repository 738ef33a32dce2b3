//! Which addresses a public website can have: those of the public internet, by the IANA special-purpose registries.

use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// True for an address no public website has (private, loopback, link-local, shared, documentation, multicast …), and for
/// those of `own` ranges.
pub(crate) fn is_forbidden(address: IpAddr, own: &[IpNet]) -> bool {
    let carried = match address {
        IpAddr::V4(_) => None,
        IpAddr::V6(v6) => carried_v4(v6).map(IpAddr::V4),
    };
    let is_own = |address: IpAddr| own.iter().any(|range| range.contains(&address));
    is_special(address) || is_own(address) || carried.is_some_and(is_own)
}

fn is_special(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_special_v4(v4),
        IpAddr::V6(v6) => is_special_v6(v6),
    }
}

/// Azure's host: public by its number, and the platform's own services to every machine inside.
const AZURE_HOST: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);

/// The IANA IPv4 special-purpose registry, multicast, the reserved class E, and what clouds keep for themselves.
fn is_special_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address == AZURE_HOST
        || matches!(
            (a, b, c),
            (0 | 10 | 127 | 224..=255, _, _)
                | (100, 64..=127, _)
                | (169, 254, _)
                | (172, 16..=31, _)
                | (192, 0, 0 | 2)
                | (192, 88, 99)
                | (192, 168, _)
                | (198, 18 | 19, _)
                | (198, 51, 100)
                | (203, 0, 113)
        )
}

/// Only `2000::/3` is public, without its special blocks; forms that carry an IPv4 address are judged by that one.
fn is_special_v6(address: Ipv6Addr) -> bool {
    if let Some(v4) = carried_v4(address) {
        return is_special_v4(v4);
    }
    let s = address.segments();
    let is_public = s[0] & 0xe000 == 0x2000;
    let is_special =
        (s[0] == 0x2001 && (s[1] < 0x0200 || s[1] == 0x0db8)) || (s[0] == 0x3fff && s[1] < 0x1000);
    !is_public || is_special
}

/// The IPv4 address inside a mapped (RFC 4291), NAT64 (RFC 6052) or 6to4 (RFC 3056) address.
fn carried_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = address.segments();
    let join = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match s {
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => Some(join(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_addresses_are_forbidden() {
        for text in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "168.63.129.16",
            "::ffff:168.63.129.16",
            "169.254.169.254",
            "172.31.0.1",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
            "3fff::1",
            "fc00::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "100::1",
        ] {
            assert!(is_forbidden(text.parse().unwrap(), &[]), "{text}");
        }
    }

    #[test]
    fn own_ranges_are_forbidden_in_every_form() {
        let own: Vec<IpNet> =
            ["193.99.144.0/24", "2a00:1450::/32"].map(|range| range.parse().unwrap()).into();
        for text in ["193.99.144.80", "::ffff:193.99.144.80", "64:ff9b::193.99.144.80", "2a00:1450:4001::1"] {
            assert!(is_forbidden(text.parse().unwrap(), &own), "{text}");
        }
        for text in ["193.99.145.80", "2a00:1451::1", "8.8.8.8"] {
            assert!(!is_forbidden(text.parse().unwrap(), &own), "{text}");
        }
    }

    #[test]
    fn public_addresses_are_not() {
        for text in [
            "8.8.8.8",
            "168.63.129.17",
            "100.63.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "193.99.144.80",
            "2a00:1450:4001:830::200e",
            "2001:4860:4860::8888",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2002:808:808::",
        ] {
            assert!(!is_forbidden(text.parse().unwrap(), &[]), "{text}");
        }
    }
}
