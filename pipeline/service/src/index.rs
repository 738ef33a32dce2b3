//! Where each host's record is in the bytes of an artifact.

use anyhow::Context;
use serde::Deserialize;
use std::ops::Range;

/// The records of an artifact, by host.
#[derive(Debug)]
pub(crate) struct Index {
    /// Sorted by host, as the artifact is.
    records: Vec<(Box<str>, Range<u32>)>,
    /// The offset of the list; the bytes before it are the artifact's head.
    head: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Name {
    canonical_hostname: Box<str>,
}

impl Index {
    /// Reads an artifact as JSON, as it is published.
    pub(crate) fn of(bytes: &[u8]) -> anyhow::Result<Self> {
        let key = b"\"domains\"";
        let key_at = bytes.windows(key.len()).position(|window| window == key).context("no `domains`")?;
        let bracket = bytes[key_at..].iter().position(|byte| *byte == b'[').context("no list of domains")?;
        let head = key_at + bracket + 1;
        let (mut at, mut records) = (head, Vec::new());
        loop {
            at += bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == b',').count();
            if bytes.get(at) == Some(&b']') {
                break;
            }
            let mut values = serde_json::Deserializer::from_slice(&bytes[at..]).into_iter::<Name>();
            let name = values.next().context("the list of domains does not end")?.context("a domain")?;
            let end = at + values.byte_offset();
            records.push((name.canonical_hostname, u32::try_from(at)?..u32::try_from(end)?));
            at = end;
        }
        records.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(Self { records, head })
    }

    /// Where a host's record is.
    pub(crate) fn find(&self, host: &str) -> Option<Range<usize>> {
        let place = self.records.binary_search_by(|(name, _)| (**name).cmp(host)).ok()?;
        Some(as_usize(&self.records[place].1))
    }

    /// How many records there are.
    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// The end of the artifact's head.
    pub(crate) fn head(&self) -> usize {
        self.head
    }

    /// So many records after a host, the first ones without one; and the host to go on after, where there are more.
    pub(crate) fn page(&self, after: Option<&str>, limit: usize) -> (Vec<Range<usize>>, Option<&str>) {
        let start = after.map_or(0, |after| self.records.partition_point(|(name, _)| **name <= *after));
        let end = self.records.len().min(start + limit);
        let page = &self.records[start..end];
        let next = page.last().filter(|_| end < self.records.len()).map(|(name, _)| &**name);
        (page.iter().map(|(_, range)| as_usize(range)).collect(), next)
    }
}

fn as_usize(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARTIFACT: &str = "{\n  \"countryCode\": \"AT\",\n  \"domains\": [\n    {\n      \"canonicalHostname\": \"a.example\",\n      \"redirectChain\": [{ \"toUrl\": \"],{\" }]\n    },\n    { \"stale\": false, \"canonicalHostname\": \"b.example\" },\n    { \"canonicalHostname\": \"c.example\" }\n  ]\n}\n";

    #[test]
    fn records_are_found_and_paged() {
        let index = Index::of(ARTIFACT.as_bytes()).unwrap();
        assert_eq!(index.len(), 3);
        let record: serde_json::Value =
            serde_json::from_str(&ARTIFACT[index.find("b.example").unwrap()]).unwrap();
        assert_eq!((&record["canonicalHostname"], &record["stale"]), (&"b.example".into(), &false.into()));
        assert_eq!(index.find("b.exampl"), None);
        assert!(ARTIFACT[..index.head()].ends_with("\"domains\": ["));
        let names = |after, limit| {
            let (page, next) = index.page(after, limit);
            (page.len(), next.map(str::to_owned))
        };
        assert_eq!(names(None, 2), (2, Some("b.example".to_owned())));
        assert_eq!(names(Some("b.example"), 2), (1, None));
        assert_eq!(names(Some("bb"), 1), (1, None));
        assert_eq!(names(Some("z"), 5), (0, None));
    }

    #[test]
    fn an_empty_country_is_no_error_and_a_broken_file_is() {
        assert_eq!(Index::of(b"{ \"domains\": [] }").unwrap().len(), 0);
        for broken in [
            "",
            "{}",
            "{ \"domains\": 3 }",
            "{ \"domains\": [",
            "{ \"domains\": [ {} ] }",
            "{ \"domains\": [ {\"canonicalHostname\": 1",
        ] {
            assert!(Index::of(broken.as_bytes()).is_err(), "{broken}");
        }
    }
}
