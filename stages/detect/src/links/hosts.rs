//! A list of hosts says which are national hosts, guides, vendors or social networks.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a host is known for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HostKind {
    /// The national host that statements stand on.
    Central,
    /// Law, guidance, supervision: never a body's own statement, unless the body is theirs.
    Guide,
    /// Sells accessibility widgets or audits.
    Vendor,
    /// A social network or other shared platform.
    Social,
}

static HOSTS: LazyLock<HashMap<&'static str, HostKind>> = LazyLock::new(|| {
    let rows = include_str!("../../../../data/hosts.tsv").lines().skip(1);
    let mut hosts = HashMap::new();
    for row in rows {
        let mut columns = row.split('\t');
        let (Some(host), Some(kind)) = (columns.next(), columns.next()) else { continue };
        let kind = match kind {
            "central" => HostKind::Central,
            "vendor" => HostKind::Vendor,
            "social" => HostKind::Social,
            _ => HostKind::Guide,
        };
        hosts.insert(host, kind);
    }
    hosts
});

/// What this host, or the closest domain above it, is known for.
pub(crate) fn host_kind(host: &str) -> Option<HostKind> {
    let mut name = host;
    loop {
        if let Some(kind) = HOSTS.get(name) {
            return Some(*kind);
        }
        name = name.split_once('.')?.1;
    }
}
