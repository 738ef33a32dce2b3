//! Writes a store of many months with many hosts, to measure health, readiness and the report on.
//!
//! `cargo run --release -p deklaro-run --example months -- STORE MONTHS HOSTS`

use anyhow::{Context, ensure};
use deklaro_report::{Database, OpenOptions};
use deklaro_schemas::codes::{
    CheckVerdict, Confidence, DetectionStatus, FileKind, Lifecycle, ReasonCode, ScanStatus, Severity,
};
use deklaro_schemas::stored::{Manifest, ManifestFile, STORE_FORMAT};
use deklaro_schemas::tables::{Fetch, Host, MetaCheck, Scan, Statement, Target, testing};
use deklaro_schemas::{
    CountryCode, HostId, Row, RunId, RunMonth, ScanId, SnapshotId, Timestamp, batch, parquet_file,
};
use deklaro_store::{Staged, Store};

/// Hosts are spread evenly over these.
const COUNTRIES: [&str; 5] = ["AT", "DE", "FR", "IT", "PL"];

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [store, months, hosts] = arguments.as_slice() else { anyhow::bail!("expected STORE MONTHS HOSTS") };
    let (months, hosts): (u32, usize) = (months.parse()?, hosts.parse()?);
    ensure!(months > 0 && hosts > 0, "expected at least one month and one host");
    let store = Store::open(store.as_ref()).await?;
    let mut month = RunMonth::parse("2024-12")?;
    let mut previous = None;
    for number in 0..months {
        previous = Some(publish(&store, month, number, hosts, previous).await?);
        month = month.next();
    }
    Ok(())
}

/// One month as a snapshot.
async fn publish(
    store: &Store,
    month: RunMonth,
    number: u32,
    hosts: usize,
    previous: Option<SnapshotId>,
) -> anyhow::Result<SnapshotId> {
    let run_id = RunId::new(month, number);
    let snapshot = store.claim_snapshot(month, &run_id).await?;
    let mut staged = Staged::default();
    let made = Made { store, run_id: &run_id };
    let names = names(hosts);
    let of = |row: fn(&Name) -> Fetch| names.iter().map(row).collect::<Vec<_>>();
    made.table(&mut staged, &of(fetch)).await?;
    made.table(&mut staged, &names.iter().map(target).collect::<Vec<_>>()).await?;
    made.table(&mut staged, &names.iter().map(|name| statement(name, month)).collect::<Vec<_>>()).await?;
    made.table(&mut staged, &names.iter().map(|name| host(name, &snapshot)).collect::<Vec<_>>()).await?;
    let countries = COUNTRIES.iter().map(|code| CountryCode::parse(code)).collect::<Result<Vec<_>, _>>()?;
    let scans: Vec<Scan> = countries.iter().map(|country| scan(&snapshot, &run_id, *country)).collect();
    made.table(&mut staged, &scans).await?;
    made.table(&mut staged, &[check()]).await?;
    let options = OpenOptions::new(store.staged_folder(&run_id).join("tables"), std::env::temp_dir());
    let summary = serde_json::to_vec(&Database::open(&options)?.summary()?)?;
    store
        .stage(
            &run_id,
            &mut staged,
            &ManifestFile::report_path("summary.json"),
            FileKind::Report,
            None,
            summary,
        )
        .await?;
    let manifest = Manifest {
        format: STORE_FORMAT,
        snapshot: snapshot.clone(),
        run_id: run_id.clone(),
        run_month: month,
        created_at: Timestamp::from_millis(1_793_500_000_000),
        previous,
        countries,
        files: Vec::new(),
    };
    store.commit(manifest, &staged, |_| Ok(())).await.context("publishing the month")?;
    Ok(snapshot)
}

/// A host's country, number and name.
type Name = (CountryCode, usize, String);

/// Where a month's tables go.
struct Made<'a> {
    store: &'a Store,
    run_id: &'a RunId,
}

impl Made<'_> {
    async fn table<R: Row>(&self, staged: &mut Staged, rows: &[R]) -> anyhow::Result<()> {
        let bytes = parquet_file::encode(&R::table(), &batch::from_rows(rows)?, &[])?;
        let path = ManifestFile::part_path(R::TABLE, 0);
        let table = Some((R::TABLE, rows.len() as i64));
        Ok(self.store.stage(self.run_id, staged, &path, FileKind::Table, table, bytes).await?)
    }
}

fn names(count: usize) -> Vec<Name> {
    let mut names: Vec<Name> = (0..count)
        .map(|number| {
            let country = CountryCode::parse(COUNTRIES[number % COUNTRIES.len()]).expect("a country code");
            (country, number, format!("gemeinde-{number:06}.example"))
        })
        .collect();
    names.sort();
    names
}

fn id((country, _, name): &Name) -> HostId {
    HostId::of(*country, &testing::host(name))
}

fn target(name: &Name) -> Target {
    Target { host_id: id(name), country_code: name.0, ..testing::target(&name.2) }
}

fn fetch(name: &Name) -> Fetch {
    let fetch_id = deklaro_schemas::FetchId::of(
        &id(name),
        testing::november(),
        1,
        &testing::url("https://a.example/"),
        1,
    );
    Fetch { fetch_id, host_id: id(name), country_code: name.0, ..testing::fetch(&name.2) }
}

/// Every fifth host has no statement, every tenth could not be read.
fn statement(name: &Name, run_month: RunMonth) -> Statement {
    let status = match name.1 % 10 {
        0 => DetectionStatus::Uncertain,
        5 => DetectionStatus::NotFound,
        _ => DetectionStatus::Found,
    };
    Statement {
        host_id: id(name),
        country_code: name.0,
        run_month,
        detection_status: status,
        is_read: status != DetectionStatus::Uncertain,
        reason_codes: vec![ReasonCode::StatementRead],
        ..testing::statement(&name.2)
    }
}

fn host(name: &Name, snapshot: &SnapshotId) -> Host {
    let statement = statement(name, snapshot.month());
    Host {
        host_id: statement.host_id,
        country_code: name.0,
        canonical_hostname: statement.canonical_hostname,
        lifecycle: Lifecycle::Active,
        is_stale: false,
        unreachable_streak: 0,
        retired_reason: None,
        answering_hostname: None,
        successor_hostname: None,
        first_seen_month: snapshot.month(),
        last_seen_month: snapshot.month(),
        last_reached_month: Some(snapshot.month()),
        verdict_snapshot: snapshot.clone(),
        detection_status: statement.detection_status,
        confidence: Confidence::High,
        statement_url: statement.statement_url,
        detected_language: statement.detected_language,
        conformance_status: statement.conformance_status,
        prepared_on: None,
        reviewed_on: None,
        policy_mentions: Vec::new(),
        reason_codes: statement.reason_codes,
        is_read: statement.is_read,
        proof_fetch_id: None,
    }
}

fn scan(snapshot: &SnapshotId, run_id: &RunId, country_code: CountryCode) -> Scan {
    Scan {
        scan_id: ScanId::of(snapshot, country_code),
        run_id: run_id.clone(),
        country_code,
        run_month: snapshot.month(),
        status: ScanStatus::Completed,
        started_at: Timestamp::from_millis(1_793_500_000_000),
        finished_at: Some(Timestamp::from_millis(1_793_500_000_000)),
        host_total: 1,
        host_processed: 1,
        error_summary: None,
    }
}

fn check() -> MetaCheck {
    MetaCheck {
        check_name: "hosts__key_unique".to_owned(),
        table_name: "hosts".to_owned(),
        description: "A row of hosts is identified by host_id.".to_owned(),
        severity: Severity::Error,
        value: 0.0,
        threshold: 0.0,
        threshold_reason: "made for a measurement".to_owned(),
        verdict: CheckVerdict::Pass,
        samples: Vec::new(),
    }
}
