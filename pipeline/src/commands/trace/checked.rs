//! A trace checks each step from a host's verdict back to its sheet rows.

use super::hops::{Checker, Hop};
use super::traced::{Proof, Traced};
use deklaro_schemas::stored::Manifest;
use deklaro_schemas::tables::{Body, Fetch, Seed, Source};
use deklaro_schemas::{FetchId, HostId, Row, SeedIds, Selection, Sha256, SourceId, TableSpec};
use deklaro_store::Store;

/// URLs of one sheet row at most: beyond that an id is not looked for.
const PARTS: usize = 64;

/// Every step of a trace: the manifests, the files read, the ids worked out again, the page's bytes.
pub(super) async fn hops(store: &Store, traced: &Traced) -> anyhow::Result<Vec<Hop>> {
    let mut checker = Checker::new(store);
    let mut hops = checker.manifest(&traced.snapshot).await?;
    hops.extend(checker.table(&traced.snapshot, "hosts").await?);
    if traced.proof_snapshot != traced.snapshot {
        hops.extend(checker.manifest(&traced.proof_snapshot).await?);
    }
    hops.push(host_id(traced));
    for table in ["statements", "readings", "candidates", "frontier", "fetches", "targets"] {
        hops.extend(checker.table(&traced.proof_snapshot, table).await?);
    }
    if let Some(proof) = &traced.proof {
        hops.extend(proof_hops(store, &mut checker, traced, proof).await?);
    }
    for table in ["seeds", "sources"] {
        hops.extend(checker.table(&traced.proof_snapshot, table).await?);
    }
    hops.extend(traced.seeds.iter().flat_map(|listed| seed_hops(&listed.source, &listed.seed)));
    Ok(hops)
}

fn host_id(traced: &Traced) -> Hop {
    let host = &traced.host;
    let computed = HostId::of(host.country_code, &host.canonical_hostname);
    let what = format!("host {} {}", host.country_code, host.canonical_hostname);
    Hop::compared("record", what, computed.as_str(), host.host_id.as_str())
}

async fn proof_hops(
    store: &Store,
    checker: &mut Checker<'_>,
    traced: &Traced,
    proof: &Proof,
) -> anyhow::Result<Vec<Hop>> {
    let fetch = &proof.fetch;
    let mut hops = vec![fetch_id(traced, fetch)];
    let Some(sha256) = &fetch.body_sha256 else { return Ok(hops) };
    let named = traced.statement.as_ref().and_then(|statement| statement.proof_body_sha256.as_ref());
    if let Some(named) = named {
        let what = "the statement's page is the fetched one".to_owned();
        hops.push(Hop::compared("record", what, sha256.as_str(), named.as_str()));
    }
    hops.extend(bytes(store, checker, traced, sha256).await?);
    Ok(hops)
}

fn fetch_id(traced: &Traced, fetch: &Fetch) -> Hop {
    let month = traced.proof_snapshot.month();
    let computed = FetchId::of(&fetch.host_id, month, fetch.round, &fetch.url, fetch.attempt);
    Hop::compared("record", format!("fetch {}", fetch.url), computed.as_str(), fetch.fetch_id.as_str())
}

/// The page itself: the file of the evidence that holds it, and its bytes hashed once more.
async fn bytes(
    store: &Store,
    checker: &mut Checker<'_>,
    traced: &Traced,
    sha256: &Sha256,
) -> anyhow::Result<Vec<Hop>> {
    let wanted = Selection::all().only("body_sha256", sha256.as_str());
    let snapshot = &traced.proof_snapshot;
    let table: TableSpec = Body::table();
    let what = format!("page of {}", traced.host.canonical_hostname);
    for (path, _) in store.list(&Manifest::evidence_folder(snapshot)).await? {
        let batches = store.read_parquet_file(&table, &path, &wanted).await?;
        let Some(body) = deklaro_schemas::batch::all_rows::<Body>(&batches)?.pop() else { continue };
        let listed = format!("../../{path}");
        let mut hops = checker.file(snapshot, &listed).await?;
        let computed = Sha256::of(&body.body.0);
        hops.push(Hop::compared("bytes", what, computed.as_str(), sha256.as_str()));
        return Ok(hops);
    }
    Ok(vec![Hop::broken("bytes", what, "no evidence file holds it; its retention may be over")])
}

/// The sheet and the row in it. The workbook itself is not in the store: its hash says which file to ask the publisher for.
fn seed_hops(source: &Source, seed: &Seed) -> Vec<Hop> {
    let sheet = SourceId::of(&source.file_sha256, &source.sheet);
    let ids = SeedIds::new(&source.file_sha256, &source.sheet);
    let of_row = (0..PARTS).map(|part| ids.seed_id(seed.row_number, part)).find(|id| *id == seed.seed_id);
    let row = of_row.unwrap_or_else(|| ids.seed_id(seed.row_number, 0));
    let place = format!("{} {}", source.file_name, source.sheet);
    vec![
        Hop::compared("record", format!("sheet {place}"), sheet.as_str(), source.source_id.as_str()),
        Hop::compared(
            "record",
            format!("row {} of {place}", seed.row_number),
            row.as_str(),
            seed.seed_id.as_str(),
        ),
    ]
}
