//! Statements on national central hosts, recognised by the shape of their address.

use aho_corasick::AhoCorasick;
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// What stands behind the host in the address of one statement.
enum Shape {
    /// `<prefix><uuid>`.
    Uuid(&'static str),
    /// `<prefix><number>`.
    Number(&'static str),
    /// `<prefix>` and one path segment.
    Segment(&'static str),
    /// A path that ends with this segment.
    Ends(&'static str),
}

/// Host and shape, where statements of a whole country stand (IT, DK, NL, NO) or may stand (FR).
const SHAPES: [(&str, Shape); 6] = [
    ("form.agid.gov.it", Shape::Uuid("/view/")),
    ("form.agid.gov.it", Shape::Ends("/dichiarazione")),
    ("was.digst.dk", Shape::Segment("/")),
    ("toegankelijkheidsverklaring.nl", Shape::Number("/register/")),
    ("uustatus.no", Shape::Uuid("/erklaringer/publisert/")),
    ("ara.numerique.gouv.fr", Shape::Segment("/declaration/")),
];

/// Nearly all addresses name none of these hosts.
static HOSTS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let hosts = SHAPES.iter().map(|(host, _)| *host);
    AhoCorasick::builder().ascii_case_insensitive(true).build(hosts).expect("a few short constant words")
});

/// The hosts as they stand in folded addresses.
static FOLDED: LazyLock<Vec<Finder<'static>>> = LazyLock::new(|| {
    let hosts = SHAPES.iter().map(|(host, _)| crate::text::fold(host));
    hosts.map(|host| Finder::new(host.trim()).into_owned()).collect()
});

/// Where folded addresses name one of these hosts.
pub(super) fn names_central_host(folded: &str) -> impl Iterator<Item = (usize, usize)> {
    FOLDED
        .iter()
        .flat_map(|host| host.find_iter(folded.as_bytes()).map(|start| (start, start + host.needle().len())))
}

/// True for the address of one statement on a central host, also when it is the target named in a redirecting address.
pub(crate) fn is_central_statement(url: &str) -> bool {
    // A relative address stays on its host, unless its query names another.
    let is_absolute = url.starts_with("http") || url.starts_with("//");
    if !is_absolute && memchr::memchr(b'?', url.as_bytes()).is_none() || !HOSTS.is_match(url) {
        return false;
    }
    SHAPES.iter().any(|(host, shape)| {
        let own = url.find(host).is_some_and(|at| {
            let before = &url[..at];
            let is_host = before.ends_with("://") || before.ends_with("://www.") || before.contains('?');
            is_host && fits(&url[at + host.len()..], shape)
        });
        own || plain_in_query(url, host, shape)
    })
}

/// A redirecting address carries the target percent-encoded.
fn plain_in_query(url: &str, host: &str, shape: &Shape) -> bool {
    let encoded = url.to_ascii_lowercase();
    if !encoded.contains("%2f") {
        return false;
    }
    let plain = encoded.replace("%3a", ":").replace("%2f", "/");
    plain.find(host).is_some_and(|at| fits(&plain[at + host.len()..], shape))
}

fn fits(rest: &str, shape: &Shape) -> bool {
    let path = rest.split(['?', '#', '&']).next().unwrap_or("").trim_end_matches('/');
    let after = |prefix: &str| path.find(prefix).map(|at| &path[at + prefix.len()..]);
    match shape {
        Shape::Uuid(prefix) => after(prefix).is_some_and(is_uuid),
        Shape::Number(prefix) => {
            after(prefix).is_some_and(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()))
        }
        Shape::Segment(prefix) => {
            path.strip_prefix(prefix).is_some_and(|id| id.len() > 2 && !id.contains(['/', '.']))
        }
        Shape::Ends(end) => path.ends_with(end),
    }
}

/// Eight, four, four, four and twelve hexadecimal digits (RFC 9562); a placeholder of one repeated letter is none.
fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let digits = parts.concat();
    lengths == [8, 4, 4, 4, 12]
        && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        && digits.bytes().any(|byte| byte != digits.as_bytes()[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_one_statement() {
        for url in [
            "https://form.agid.gov.it/view/50088470-c11a-11ee-acdb-07515179e9b4/",
            "https://form.agid.gov.it/5N2TR557/comune/dichiarazione",
            "https://www.was.digst.dk/a-kommune-dk",
            "https://www.toegankelijkheidsverklaring.nl/register/1814",
            "https://uustatus.no/nn/erklaringer/publisert/8ca10ee4-2679-465b-b208-ed1a992ca705",
            "https://a.example/go?u=https%3a%2f%2fform.agid.gov.it%2fview%2f50088470-c11a-11ee-acdb-07515179e9b4&ID=2",
            "https://a.example/go?u=https%3A%2F%2Fform.agid.gov.it%2Fview%2F50088470-c11a-11ee-acdb-07515179e9b4",
        ] {
            assert!(is_central_statement(url), "{url}");
        }
        for url in [
            "https://form.agid.gov.it/view/xyz",
            "https://form.agid.gov.it/view/xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
            "https://form.agid.gov.it/",
            "https://www.was.digst.dk/",
            "https://www.toegankelijkheidsverklaring.nl/register?w=&order=changed",
            "https://uustatus.no/nb",
            "https://evil.example/form.agid.gov.it/view/50088470-c11a-11ee-acdb-07515179e9b4",
        ] {
            assert!(!is_central_statement(url), "{url}");
        }
    }
}
