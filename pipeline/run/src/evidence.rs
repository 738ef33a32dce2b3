//! What was asked of a host and what it answered, as a WARC file.

use crate::warc::{self, Kind, Record};
use anyhow::Context;
use deklaro_console::UsageError;
use deklaro_schemas::stored::Manifest;
use deklaro_schemas::tables::{Body, Fetch, Robots};
use deklaro_schemas::{Authority, HostKey, PageUrl, Row, Selection, Sha256, SnapshotId};
use deklaro_store::Store;
use futures::future::BoxFuture;
use std::collections::BTreeSet;
use std::path::Path;

/// Headers that describe how a body travelled; it is kept as it came out of that, so they get another name.
const TRANSPORT: [&str; 3] = ["content-encoding", "transfer-encoding", "content-length"];

/// What was written.
#[derive(Debug)]
pub struct WarcCounts {
    /// Requests made or refused.
    pub fetches: usize,
    /// Bodies that are kept.
    pub bodies: usize,
    /// Records of the file.
    pub records: usize,
}

/// Writes the requests of a host with their answers, and the robots.txt files they rest on. The file is replaced where it exists.
pub fn write_warc<'a>(
    store: &'a Store,
    snapshot: &'a SnapshotId,
    host: &'a HostKey,
    file: &'a Path,
) -> BoxFuture<'a, anyhow::Result<WarcCounts>> {
    Box::pin(async move {
        let only = Selection::all().only("canonical_hostname", host.as_str());
        let fetches: Vec<Fetch> = store.read_rows(snapshot, &only).await?;
        if fetches.is_empty() {
            let message = format!("host `{host}` was not asked for anything in snapshot `{snapshot}`");
            return Err(UsageError::new(
                message,
                "deklaro trace HOST shows the snapshot its verdict is from",
            )
            .into());
        }
        let mut records = vec![info(snapshot, &fetches[0])];
        let mut bodies = 0;
        for robots in robots_of(store, snapshot, &fetches).await? {
            if let Some(body) = body_of(store, snapshot, robots.body_sha256.as_ref()).await? {
                bodies += 1;
                records.push(resource(&robots, body));
            }
        }
        for fetch in &fetches {
            let body = body_of(store, snapshot, fetch.body_sha256.as_ref()).await?;
            bodies += usize::from(body.is_some());
            records.extend(exchange(fetch, &body.unwrap_or_default())?);
        }
        save(&records, file)?;
        Ok(WarcCounts { fetches: fetches.len(), bodies, records: records.len() })
    })
}

/// Whole or not at all.
fn save(records: &[Record], path: &Path) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let context = || format!("writing `{}`", path.display());
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(context)?;
    warc::write(records, &mut file).with_context(context)?;
    file.persist(path).with_context(context)?;
    Ok(())
}

/// The robots.txt files of all authorities the host's requests went to.
async fn robots_of(store: &Store, snapshot: &SnapshotId, fetches: &[Fetch]) -> anyhow::Result<Vec<Robots>> {
    let asked = fetches.iter().flat_map(|fetch| std::iter::once(&fetch.url).chain(&fetch.final_url));
    let authorities: BTreeSet<Authority> = asked.map(PageUrl::authority).collect();
    let mut found = Vec::new();
    for authority in authorities {
        let only = Selection::all().only("authority", authority.as_str());
        found.extend(store.read_rows::<Robots>(snapshot, &only).await?);
    }
    Ok(found)
}

/// The bytes with this hash; none where nothing was kept, or its retention is over.
async fn body_of(
    store: &Store,
    snapshot: &SnapshotId,
    sha256: Option<&Sha256>,
) -> anyhow::Result<Option<Vec<u8>>> {
    let Some(sha256) = sha256 else { return Ok(None) };
    let only = Selection::all().only("body_sha256", sha256.as_ref());
    let folder = Manifest::evidence_folder(snapshot);
    let batches = store.read_parquet(&Body::table(), &folder, &only).await?;
    let bodies: Vec<Body> = deklaro_schemas::batch::all_rows(&batches)?;
    Ok(bodies.into_iter().next().map(|body| body.body.0))
}

fn info(snapshot: &SnapshotId, first: &Fetch) -> Record {
    let fields = format!(
        "software: deklaro/{}\r\nformat: WARC File Format 1.1\r\nisPartOf: snapshot {snapshot}\r\nhostname: {}\r\n",
        env!("CARGO_PKG_VERSION"),
        first.canonical_hostname
    );
    let name = format!("info {snapshot} {}", first.canonical_hostname);
    Record::new(Kind::Info, &name, first.started_at, "application/warc-fields", fields.into_bytes())
}

fn resource(robots: &Robots, body: Vec<u8>) -> Record {
    let url = robots.authority.robots_url();
    let name = format!("robots {url} {}", robots.fetched_at.0);
    Record::new(Kind::Resource, &name, robots.fetched_at, "text/plain", body)
        .with("WARC-Target-URI", url.as_str())
}

/// The request and the answer, where there was one, and the row with the redirects before it.
fn exchange(fetch: &Fetch, body: &[u8]) -> anyhow::Result<Vec<Record>> {
    let url = fetch.final_url.as_ref().unwrap_or(&fetch.url);
    let record = |kind, name: &str, content_type, block| {
        let name = format!("{name} {}", fetch.fetch_id);
        Record::new(kind, &name, fetch.started_at, content_type, block).with("WARC-Target-URI", url.as_str())
    };
    let row = serde_json::to_vec_pretty(fetch)?;
    let mut metadata = record(Kind::Metadata, "row", "application/json", row);
    let (Some(status), Some(sent)) = (fetch.status_code, &fetch.request_headers) else {
        return Ok(vec![metadata]);
    };
    let digest = warc::digest(body);
    let answer = [response_head(fetch, status, body.len()).as_bytes(), body].concat();
    let mut response = record(Kind::Response, "response", "application/http;msgtype=response", answer)
        .with("WARC-Payload-Digest", &digest);
    if let Some(address) = &fetch.remote_address {
        response = response.with("WARC-IP-Address", address);
    }
    if fetch.is_truncated || fetch.body_sha256.is_none() && fetch.body_bytes.is_some_and(|bytes| bytes > 0) {
        response = response.with("WARC-Truncated", "length");
    }
    let lines = format!("GET {} HTTP/1.1\r\n{sent}\r\n", url.path_and_query());
    let request = record(Kind::Request, "request", "application/http;msgtype=request", lines.into_bytes())
        .with("WARC-Concurrent-To", response.id());
    metadata = metadata.with("WARC-Concurrent-To", response.id());
    Ok(vec![response, request, metadata])
}

/// Status line and headers. The body stands decoded behind them, so what told of its coding is kept under another name.
fn response_head(fetch: &Fetch, status: i32, length: usize) -> String {
    let mut head = format!("HTTP/1.1 {status} \r\n");
    for line in fetch.response_headers.as_deref().unwrap_or_default().lines() {
        let name = line.split(':').next().unwrap_or("");
        let is_transport = TRANSPORT.iter().any(|known| name.eq_ignore_ascii_case(known));
        head.push_str(&format!("{}{line}\r\n", if is_transport { "x-archive-orig-" } else { "" }));
    }
    format!("{head}content-length: {length}\r\n\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::tables::testing;

    #[test]
    fn how_a_body_travelled_is_told_from_what_it_is() {
        let mut fetch = testing::fetch("a.example.at");
        fetch.response_headers = Some("content-type: text/html\r\nContent-Encoding: br\r\n".to_owned());
        let head = response_head(&fetch, 200, 3);
        assert_eq!(
            head,
            "HTTP/1.1 200 \r\ncontent-type: text/html\r\nx-archive-orig-Content-Encoding: br\r\ncontent-length: 3\r\n\r\n"
        );
    }

    #[test]
    fn a_request_without_an_answer_leaves_its_row_only() {
        let mut fetch = testing::fetch("a.example.at");
        assert_eq!(exchange(&fetch, b"").unwrap().len(), 1, "no headers were kept");
        fetch.request_headers = Some("host: a.example.at\r\n".to_owned());
        assert_eq!(exchange(&fetch, b"x").unwrap().len(), 3);
        fetch.status_code = None;
        assert_eq!(exchange(&fetch, b"").unwrap().len(), 1);
    }
}
