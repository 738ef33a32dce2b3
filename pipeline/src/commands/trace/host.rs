use super::chosen;
use crate::cli::Trace;
use crate::exit::{Exit, UsageError};
use crate::output;
use deklaro_schemas::store::Store;
use deklaro_schemas::tables::{
    Candidate, Fetch, FrontierUrl, Host, Reading, Seed, Source, Statement, Target,
};
use deklaro_schemas::{HostId, HostKey, Row, Selection, SnapshotId};
use serde::Serialize;

/// Everything that leads to a host's verdict, from the verdict back to the sheet row.
#[derive(Debug, Serialize)]
struct Traced {
    snapshot: SnapshotId,
    host: Host,
    /// The verdict of the snapshot the proof lies in; empty when the host was not visited then.
    statement: Option<Statement>,
    /// The snapshot the proof lies in: an earlier one when the verdict is kept.
    proof_snapshot: SnapshotId,
    /// The fetch of the page the verdict rests on, and how it was found.
    proof: Option<Proof>,
    fetches: Vec<Fetch>,
    target: Option<Target>,
    seeds: Vec<TracedSeed>,
}

/// The page a verdict rests on.
#[derive(Debug, Serialize)]
struct Proof {
    fetch: Fetch,
    /// The Parquet files that hold the page's bytes.
    evidence: String,
    reading: Option<Reading>,
    frontier: Option<FrontierUrl>,
    /// The link on an earlier page that led there.
    found_through: Option<Candidate>,
}

/// A sheet row that lists the host.
#[derive(Debug, Serialize)]
struct TracedSeed {
    file_name: String,
    file_sha256: String,
    source_reference_url: String,
    seed: Seed,
}

/// `deklaro trace`: one record per country that lists the host.
pub(crate) async fn trace(store: &Store, trace: &Trace) -> anyhow::Result<Exit> {
    let snapshot = chosen(store, trace.snapshot.as_ref()).await?;
    let hosts = find(store, &snapshot, &trace.host).await?;
    let mut traced = Vec::new();
    for host in hosts {
        traced.push(follow(store, &snapshot, host).await?);
    }
    if trace.output.json {
        output::json(&traced)?;
    } else {
        output::text(&traced.iter().map(shown).collect::<Vec<_>>().join("\n"))?;
    }
    Ok(Exit::Done)
}

/// The host under this name or, failing that, its twin's.
async fn find(store: &Store, snapshot: &SnapshotId, name: &HostKey) -> anyhow::Result<Vec<Host>> {
    for name in [name.clone(), name.twin()] {
        let hosts: Vec<Host> = rows_where(store, snapshot, "canonical_hostname", name.as_str()).await?;
        if !hosts.is_empty() {
            return Ok(hosts);
        }
    }
    let hint = format!(
        "deklaro sql \"select canonical_hostname from hosts where canonical_hostname like '%{}%'\"",
        name.without_www()
    );
    Err(UsageError::new(format!("host `{name}` is not in snapshot `{snapshot}`"), hint).into())
}

async fn follow(store: &Store, snapshot: &SnapshotId, host: Host) -> anyhow::Result<Traced> {
    let id = host.host_id.clone();
    let proof_snapshot = host.verdict_snapshot.clone();
    let statement = rows_where::<Statement>(store, &proof_snapshot, "host_id", id.as_str()).await?.pop();
    let fetches: Vec<Fetch> = rows_where(store, &proof_snapshot, "host_id", id.as_str()).await?;
    let proof = proof(store, &proof_snapshot, &host, statement.as_ref(), &fetches).await?;
    let target = rows_where::<Target>(store, &proof_snapshot, "host_id", id.as_str()).await?.pop();
    let seeds = seeds(store, &proof_snapshot, &host).await?;
    Ok(Traced { snapshot: snapshot.clone(), host, statement, proof_snapshot, proof, fetches, target, seeds })
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
    let evidence = format!("evidence/snapshot={snapshot}/*.parquet");
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

async fn rows_where<R: Row>(
    store: &Store,
    snapshot: &SnapshotId,
    column: &str,
    value: &str,
) -> anyhow::Result<Vec<R>> {
    Ok(store.read_rows(snapshot, &Selection::all().only(column, value)).await?)
}

async fn seeds(store: &Store, snapshot: &SnapshotId, host: &Host) -> anyhow::Result<Vec<TracedSeed>> {
    let sources: Vec<Source> = store.read_rows(snapshot, &Selection::all()).await?;
    let seeds: Vec<Seed> =
        rows_where(store, snapshot, "canonical_hostname", host.canonical_hostname.as_str()).await?;
    let of_country = seeds.into_iter().filter(|seed| seed.country_code == host.country_code);
    let with_source = of_country.filter_map(|seed| {
        let source = sources.iter().find(|source| source.source_id == seed.source_id)?;
        Some(TracedSeed {
            file_name: source.file_name.clone(),
            file_sha256: source.file_sha256.to_string(),
            source_reference_url: source.source_reference_url.clone(),
            seed,
        })
    });
    Ok(with_source.collect())
}

fn shown(traced: &Traced) -> String {
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
    let TracedSeed { file_name, source_reference_url, seed, .. } = traced;
    format!(
        "  listed     {file_name}, sheet {}, row {} (seed {}, {source_reference_url})",
        seed.sheet, seed.row_number, seed.seed_id
    )
}
