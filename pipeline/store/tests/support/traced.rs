//! Snapshots whose verdicts can be traced. One host was visited, and one was away: every third snapshot keeps
//! its verdict from the snapshot before.

use deklaro_schemas::codes::{DetectionStatus, Lifecycle, SourceType};
use deklaro_schemas::stored::ManifestFile;
use deklaro_schemas::tables::{Body, Fetch, Host, Seed, Source, Statement, testing};
use deklaro_schemas::{
    Bytes, HostId, Row, SeedId, Selection, Sha256, SnapshotId, SourceId, batch, parquet_file,
};
use deklaro_store::Store;

/// The list that was imported; its second line names the hosts.
const LIST: &str = "Austria;a.example.at;b.example.at\n";
const SHEET: &str = "austria.csv";
const VISITED: &str = "a.example.at";
const AWAY: &str = "b.example.at";

/// The files of a snapshot: path, table, rows, bytes.
pub(crate) type Files = Vec<(String, &'static str, i64, Vec<u8>)>;

/// The tables of a snapshot that follows on this one.
pub(crate) fn files(snapshot: &SnapshotId, base: Option<&SnapshotId>) -> Files {
    let names = [VISITED, AWAY];
    let kept_from = base.filter(|_| snapshot.counter() % 3 == 1).unwrap_or(snapshot);
    let bodies = sorted_bodies(names.map(|name| body(snapshot, name)).to_vec());
    vec![
        file(snapshot, &[host(snapshot, VISITED), host(kept_from, AWAY)]),
        file(snapshot, &names.map(|name| statement(snapshot, name))),
        file(snapshot, &names.map(|name| fetch(snapshot, name))),
        file(snapshot, &names.map(seed)),
        file(snapshot, &[source()]),
        file(snapshot, &bodies),
    ]
}

fn file<R: Row>(snapshot: &SnapshotId, rows: &[R]) -> (String, &'static str, i64, Vec<u8>) {
    let path = match R::TABLE {
        "bodies" => ManifestFile::evidence_path(snapshot, 0),
        table => format!("tables/{table}/part-0.parquet"),
    };
    let meta = [("snapshot".to_owned(), snapshot.to_string())];
    let bytes = parquet_file::encode(&R::table(), &batch::from_rows(rows).unwrap(), &meta).unwrap();
    (path, R::TABLE, rows.len() as i64, bytes)
}

/// What the page said in that snapshot.
fn page(snapshot: &SnapshotId, name: &str) -> Vec<u8> {
    format!("Accessibility statement of {name}, {snapshot}").into_bytes()
}

fn body(snapshot: &SnapshotId, name: &str) -> Body {
    let bytes = page(snapshot, name);
    Body {
        body_sha256: Sha256::of(&bytes),
        content_type: Some("text/html".to_owned()),
        charset: None,
        body_bytes: bytes.len() as i64,
        body: Bytes(bytes),
    }
}

fn sorted_bodies(mut bodies: Vec<Body>) -> Vec<Body> {
    bodies.sort_by(|a, b| a.body_sha256.as_str().cmp(b.body_sha256.as_str()));
    bodies
}

fn fetch(snapshot: &SnapshotId, name: &str) -> Fetch {
    Fetch { body_sha256: Some(Sha256::of(&page(snapshot, name))), ..testing::fetch(name) }
}

fn statement(snapshot: &SnapshotId, name: &str) -> Statement {
    let fetch = fetch(snapshot, name);
    Statement {
        detection_status: DetectionStatus::Found,
        proof_fetch_id: Some(fetch.fetch_id),
        proof_body_sha256: fetch.body_sha256,
        ..testing::statement(name)
    }
}

fn seed(name: &str) -> Seed {
    let file = Sha256::of(LIST.as_bytes());
    Seed {
        seed_id: SeedId::of(&file, SHEET, 1, usize::from(name == AWAY)),
        source_id: SourceId::of(&file, SHEET),
        sheet: SHEET.to_owned(),
        row_number: 1,
        ..testing::seed(name)
    }
}

fn source() -> Source {
    let file_sha256 = Sha256::of(LIST.as_bytes());
    Source {
        source_id: SourceId::of(&file_sha256, SHEET),
        country_code: Some(testing::at()),
        file_name: SHEET.to_owned(),
        file_sha256,
        sheet: SHEET.to_owned(),
        publisher: None,
        source_type: SourceType::Other,
        source_reference_url: "https://lists.example/at".to_owned(),
        column_map: "plain".to_owned(),
        header_row: 0,
        rows_total: 1,
        rows_accepted: 1,
        rows_rejected: 0,
        rows_blank: 0,
    }
}

/// A host whose verdict was taken in this snapshot.
fn host(verdict: &SnapshotId, name: &str) -> Host {
    let statement = statement(verdict, name);
    Host {
        host_id: statement.host_id,
        country_code: statement.country_code,
        canonical_hostname: statement.canonical_hostname,
        lifecycle: if name == AWAY { Lifecycle::Stale } else { Lifecycle::Active },
        is_stale: name == AWAY,
        unreachable_streak: i32::from(name == AWAY),
        retired_reason: None,
        first_seen_month: testing::november(),
        last_seen_month: testing::november(),
        last_reached_month: Some(testing::november()),
        verdict_snapshot: verdict.clone(),
        detection_status: statement.detection_status,
        confidence: statement.confidence,
        statement_url: None,
        detected_language: None,
        conformance_status: None,
        prepared_on: None,
        reviewed_on: None,
        policy_mentions: Vec::new(),
        reason_codes: Vec::new(),
        is_read: true,
        proof_fetch_id: statement.proof_fetch_id,
        answering_hostname: None,
        successor_hostname: None,
    }
}

/// The only row of a table with this value, in a snapshot.
async fn only<R: Row>(store: &Store, snapshot: &SnapshotId, column: &str, value: &str) -> R {
    let mut rows = store.read_rows::<R>(snapshot, &Selection::all().only(column, value)).await.unwrap();
    assert_eq!(rows.len(), 1, "{} of {column} `{value}` in {snapshot}", R::TABLE);
    rows.remove(0)
}

/// Follows every verdict of a snapshot to the page's bytes (host → statement → fetch) and to the list's cell
/// (host → row).
pub(crate) async fn check(store: &Store, snapshot: &SnapshotId) {
    let hosts: Vec<Host> = store.read_rows(snapshot, &Selection::all()).await.unwrap();
    assert_eq!(hosts.len(), 2, "{snapshot}");
    for host in hosts {
        let (of, name) = (&host.verdict_snapshot, host.canonical_hostname.as_str());
        assert_eq!(host.host_id, HostId::of(host.country_code, &host.canonical_hostname));
        let statement: Statement = only(store, of, "host_id", host.host_id.as_str()).await;
        assert_eq!(statement.proof_fetch_id, host.proof_fetch_id);
        let fetch: Fetch = only(store, of, "fetch_id", host.proof_fetch_id.unwrap().as_str()).await;
        let sha256 = fetch.body_sha256.unwrap();
        assert_eq!(Some(&sha256), statement.proof_body_sha256.as_ref());
        let wanted = Selection::all().only("body_sha256", sha256.as_str());
        let evidence = format!("evidence/snapshot={of}");
        let found = store.read_parquet(&Body::table(), &evidence, &wanted).await.unwrap();
        let body = batch::all_rows::<Body>(&found).unwrap().remove(0).body.0;
        assert_eq!((Sha256::of(&body), body), (sha256, page(of, name)));
        let seed: Seed = only(store, of, "canonical_hostname", name).await;
        let source: Source = only(store, of, "source_id", seed.source_id.as_str()).await;
        assert_eq!(source.file_sha256, Sha256::of(LIST.as_bytes()));
        let line = LIST.lines().nth(seed.row_number as usize - 1).unwrap();
        let cell = line.split(';').position(|cell| cell == name).unwrap() - 1;
        assert_eq!(seed.seed_id, SeedId::of(&source.file_sha256, &source.sheet, seed.row_number, cell));
    }
}
