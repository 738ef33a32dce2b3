//! Follows a host's verdict back, and shows it.

use super::checked;
use super::hops::Hop;
use super::rows::rows_where;
use super::traced::{Proof, Traced, TracedSeed};
use deklaro_schemas::stored::Manifest;
use deklaro_schemas::tables::{
    Candidate, Fetch, FrontierUrl, Host, Reading, Seed, Source, Statement, Target,
};
use deklaro_schemas::{HostId, Selection, SnapshotId};
use deklaro_store::Store;

/// Everything about a host's verdict.
pub(super) async fn follow(store: &Store, snapshot: &SnapshotId, host: Host) -> anyhow::Result<Traced> {
    let id = host.host_id.clone();
    let proof_snapshot = host.verdict_snapshot.clone();
    let statement = rows_where::<Statement>(store, &proof_snapshot, "host_id", id.as_str()).await?.pop();
    let fetches: Vec<Fetch> = rows_where(store, &proof_snapshot, "host_id", id.as_str()).await?;
    let proof = proof(store, &proof_snapshot, &host, statement.as_ref(), &fetches).await?;
    let target = rows_where::<Target>(store, &proof_snapshot, "host_id", id.as_str()).await?.pop();
    let seeds = seeds(store, &proof_snapshot, &host).await?;
    let snapshot = snapshot.clone();
    let hops = Vec::new();
    let mut traced =
        Traced { snapshot, host, statement, proof_snapshot, proof, fetches, target, seeds, hops };
    traced.hops = checked::hops(store, &traced).await?;
    Ok(traced)
}

/// The fetch the verdict rests on; without a proof of its own, the fetch of the entry page.
async fn proof(
    store: &Store,
    snapshot: &SnapshotId,
    host: &Host,
    statement: Option<&Statement>,
    fetches: &[Fetch],
) -> anyhow::Result<Option<Proof>> {
    let entry = statement.and_then(|statement| statement.entry_fetch_id.as_ref());
    let Some(id) = host.proof_fetch_id.as_ref().or(entry) else { return Ok(None) };
    let Some(fetch) = fetches.iter().find(|fetch| fetch.fetch_id == *id).cloned() else { return Ok(None) };
    let reading = rows_where::<Reading>(store, snapshot, "fetch_id", id.as_str()).await?.pop();
    let asked: Vec<FrontierUrl> = rows_where(store, snapshot, "host_id", host.host_id.as_str()).await?;
    let frontier = asked.into_iter().find(|row| row.round == fetch.round && row.rank == fetch.rank);
    let found_through = match &frontier {
        Some(row) => link(store, snapshot, &host.host_id, row).await?,
        None => None,
    };
    let evidence = format!("{}/*.parquet", Manifest::evidence_folder(snapshot));
    Ok(Some(Proof { fetch, evidence, reading, frontier, found_through }))
}

async fn link(
    store: &Store,
    snapshot: &SnapshotId,
    host: &HostId,
    row: &FrontierUrl,
) -> anyhow::Result<Option<Candidate>> {
    let links: Vec<Candidate> = rows_where(store, snapshot, "host_id", host.as_str()).await?;
    Ok(links.into_iter().find(|link| link.url == row.url && Some(&link.fetch_id) == row.found_in.as_ref()))
}

async fn seeds(store: &Store, snapshot: &SnapshotId, host: &Host) -> anyhow::Result<Vec<TracedSeed>> {
    let sources: Vec<Source> = store.read_rows(snapshot, &Selection::all()).await?;
    let seeds: Vec<Seed> =
        rows_where(store, snapshot, "canonical_hostname", host.canonical_hostname.as_str()).await?;
    let of_country = seeds.into_iter().filter(|seed| seed.country_code == host.country_code);
    let with_source = of_country.filter_map(|seed| {
        let source = sources.iter().find(|source| source.source_id == seed.source_id)?;
        Some(TracedSeed { source: source.clone(), seed })
    });
    Ok(with_source.collect())
}

/// What people are shown.
pub(super) fn shown(traced: &Traced) -> String {
    let host = &traced.host;
    let reasons: Vec<&str> = host.reason_codes.iter().map(|code| code.as_str()).collect();
    let mut lines = vec![
        format!("{} {}  (snapshot {})", host.country_code, host.canonical_hostname, traced.snapshot),
        format!(
            "  state      {}, unreachable {} in a row, first seen {}",
            host.lifecycle, host.unreachable_streak, host.first_seen_month
        ),
        format!(
            "  verdict    {} ({}) of snapshot {}: {}",
            host.detection_status,
            host.confidence,
            host.verdict_snapshot,
            reasons.join(", ")
        ),
    ];
    if let Some(url) = &host.statement_url {
        lines.push(format!("  statement  {url}"));
    }
    if let Some(statement) = &traced.statement {
        let evidence = statement.evidence.iter().take(6);
        lines.extend(
            evidence.map(|found| format!("  evidence   {}: {} — {}", found.place, found.term, found.snippet)),
        );
    }
    match &traced.proof {
        Some(proof) => lines.extend(proof_lines(proof)),
        None => lines.push("  proof      none: no page of the host could be fetched".to_owned()),
    }
    lines.push(format!("  fetches    {} requests, retries and refusals included", traced.fetches.len()));
    lines.extend(traced.seeds.iter().map(seed_line));
    lines.push("  checked".to_owned());
    lines.extend(traced.hops.iter().map(Hop::shown));
    format!("{}\n", lines.join("\n"))
}

fn proof_lines(proof: &Proof) -> Vec<String> {
    let fetch = &proof.fetch;
    let status = fetch.status_code.map_or_else(|| fetch.outcome.to_string(), |code| code.to_string());
    let mut lines = vec![format!("  proof      {} → {status} at {}", fetch.url, fetch.started_at)];
    lines.extend(fetch.redirect_hops.iter().map(|hop| {
        format!("    hop {}    {} → {} ({})", hop.position, hop.from_url, hop.to_url, hop.status_code)
    }));
    if let Some(sha256) = &fetch.body_sha256 {
        lines.push(format!("  bytes      sha256 {sha256} in {}", proof.evidence));
    }
    if let Some(row) = &proof.frontier {
        lines.push(format!("  frontier   round {}, {} {}", row.round, row.purpose, row.rank));
    }
    if let Some(link) = &proof.found_through {
        lines.push(format!(
            "  link       \"{}\" in {} of fetch {}",
            link.anchor_text, link.place, link.fetch_id
        ));
    }
    lines
}

fn seed_line(traced: &TracedSeed) -> String {
    let TracedSeed { source, seed } = traced;
    format!(
        "  listed     {}, sheet {}, row {} (seed {}, {})",
        source.file_name, seed.sheet, seed.row_number, seed.seed_id, source.source_reference_url
    )
}
