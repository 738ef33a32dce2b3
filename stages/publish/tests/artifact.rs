//! Country artifacts: the contract shape, and the same value in every format.

use deklaro_publish::{
    ArtifactFile, ArtifactFormat, ArtifactInput, CountryArtifact, PublishError, country_artifact,
    render_artifact,
};
use deklaro_schemas::codes::{
    Confidence, DetectionStatus, HopKind, Lifecycle, PolicyMention, ReasonCode, ScanStatus, ScopeRule,
    ShortfallReason, SourceType,
};
use deklaro_schemas::tables::{
    Fetch, Host, RedirectHop, Scan, Source, Statement, Target, TargetSource, testing,
};
use deklaro_schemas::{CountryCode, HostId, RunId, ScanId, SeedId, Sha256, SnapshotId, SourceId, Timestamp};
use serde_json::Value;

/// All three files.
fn country_artifacts(input: &ArtifactInput) -> Result<Vec<ArtifactFile>, PublishError> {
    let artifact = country_artifact(input)?;
    ArtifactFormat::ALL.iter().map(|format| render_artifact(&artifact, *format)).collect()
}

/// The rows of a small Austria, with one German host among them.
struct World {
    scan: Scan,
    hosts: Vec<Host>,
    statements: Vec<Statement>,
    targets: Vec<Target>,
    fetches: Vec<Fetch>,
    sources: Vec<Source>,
}

impl World {
    fn new() -> Self {
        let names = ["b.example.at", "a.example.at"];
        let mut world = Self {
            scan: scan(),
            hosts: names.iter().map(|name| host(name)).collect(),
            statements: names.iter().map(|name| statement(name)).collect(),
            targets: names.iter().map(|name| target(name)).collect(),
            fetches: names.iter().map(|name| testing::fetch(name)).collect(),
            sources: vec![
                source("curated.csv", SourceType::Curated),
                source("register.xlsx", SourceType::Official),
            ],
        };
        let mut german = host("c.example.de");
        german.country_code = CountryCode::parse("DE").unwrap();
        world.hosts.push(german);
        world
    }

    fn input(&self) -> ArtifactInput<'_> {
        ArtifactInput {
            month: testing::november(),
            country: testing::at(),
            scan: &self.scan,
            generated_at: Timestamp::from_millis(1_793_500_000_000),
            hosts: &self.hosts,
            statements: &self.statements,
            targets: &self.targets,
            fetches: &self.fetches,
            sources: &self.sources,
        }
    }

    fn artifact(&self) -> CountryArtifact {
        country_artifact(&self.input()).unwrap()
    }

    fn file(&self, extension: &str) -> String {
        let files = country_artifacts(&self.input()).unwrap();
        let file = files.into_iter().find(|file| file.path == format!("artifacts/AT.{extension}")).unwrap();
        String::from_utf8(file.bytes).unwrap()
    }
}

fn snapshot() -> SnapshotId {
    SnapshotId::new(testing::november(), 0)
}

fn scan() -> Scan {
    Scan {
        scan_id: ScanId::of(&snapshot(), testing::at()),
        run_id: RunId::new(testing::november(), 1),
        country_code: testing::at(),
        run_month: testing::november(),
        status: ScanStatus::Completed,
        started_at: Timestamp(0),
        finished_at: Some(Timestamp(1)),
        host_total: 2,
        host_processed: 2,
        error_summary: None,
    }
}

fn host(name: &str) -> Host {
    let canonical_hostname = testing::host(name);
    Host {
        host_id: HostId::of(testing::at(), &canonical_hostname),
        country_code: testing::at(),
        canonical_hostname,
        lifecycle: Lifecycle::Active,
        is_stale: false,
        unreachable_streak: 0,
        retired_reason: None,
        first_seen_month: testing::november(),
        last_seen_month: testing::november(),
        last_reached_month: Some(testing::november()),
        verdict_snapshot: snapshot(),
        detection_status: DetectionStatus::Found,
        confidence: Confidence::High,
        statement_url: Some(testing::url(&format!("https://{name}/barrierefreiheit"))),
        detected_language: Some("de".parse().unwrap()),
        conformance_status: None,
        prepared_on: deklaro_schemas::Date::new(2025, 9, 23),
        reviewed_on: None,
        policy_mentions: vec![PolicyMention::Wcag],
        reason_codes: vec![ReasonCode::StatementRead],
        is_read: true,
        proof_fetch_id: Some(testing::fetch(name).fetch_id),
        answering_hostname: None,
        successor_hostname: None,
    }
}

fn statement(name: &str) -> Statement {
    let host = host(name);
    Statement {
        host_id: host.host_id,
        country_code: host.country_code,
        canonical_hostname: host.canonical_hostname,
        run_month: testing::november(),
        detection_status: host.detection_status,
        confidence: host.confidence,
        statement_url: host.statement_url,
        detected_language: host.detected_language,
        reason_codes: host.reason_codes,
        evidence: Vec::new(),
        policy_mentions: host.policy_mentions,
        conformance_status: None,
        prepared_on: host.prepared_on,
        reviewed_on: None,
        method: None,
        feedback: None,
        enforcement: None,
        has_host_named: Some(true),
        is_reachable: true,
        is_read: true,
        fetch_count: 1,
        proof_fetch_id: host.proof_fetch_id.clone(),
        proof_body_sha256: None,
        entry_fetch_id: host.proof_fetch_id,
        sampled_urls: vec![testing::url(&format!("https://{name}/kontakt"))],
        sample_shortfall_reason: Some(ShortfallReason::FewLinks),
        ..testing::statement(name)
    }
}

fn target(name: &str) -> Target {
    let canonical_hostname = testing::host(name);
    let place = |file: &str, row_number| {
        let file_sha256 = Sha256::of(file.as_bytes());
        TargetSource {
            source_id: SourceId::of(&file_sha256, "list"),
            seed_id: SeedId::of(&file_sha256, "list", row_number, 0),
            sheet: "list".to_owned(),
            row_number,
        }
    };
    Target {
        host_id: HostId::of(testing::at(), &canonical_hostname),
        country_code: testing::at(),
        registrable_domain: "example.at".to_owned(),
        entry_url: testing::url(&format!("https://{name}/")),
        canonical_hostname,
        host_aliases: Vec::new(),
        is_in_scope: true,
        is_under_directive: None,
        scope_rule: ScopeRule::Listed,
        sources: vec![place("curated.csv", 3), place("register.xlsx", 17)],
        seed_count: 2,
        previous_lifecycle: None,
        previous_detection_status: None,
        previous_statement_url: None,
        previous_unreachable_streak: 0,
    }
}

fn source(file_name: &str, source_type: SourceType) -> Source {
    let file_sha256 = Sha256::of(file_name.as_bytes());
    Source {
        source_id: SourceId::of(&file_sha256, "list"),
        country_code: Some(testing::at()),
        file_name: file_name.to_owned(),
        file_sha256,
        sheet: "list".to_owned(),
        publisher: None,
        source_type,
        source_reference_url: format!("https://lists.example/{file_name}"),
        column_map: "plain".to_owned(),
        header_row: 1,
        rows_total: 2,
        rows_accepted: 2,
        rows_rejected: 0,
        rows_blank: 0,
    }
}

#[test]
fn the_json_has_the_contract_shape() {
    let artifact: Value = serde_json::from_str(&World::new().file("json")).unwrap();
    let keys: Vec<_> = artifact.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["countryCode", "runMonth", "scanId", "generatedAt", "domains"]);
    assert_eq!(artifact["scanId"], "2026-11.0-AT");
    assert_eq!(artifact["generatedAt"], "2026-11-01T02:26:40Z");
    let domain = artifact["domains"][0].as_object().unwrap();
    let keys: Vec<_> = domain.keys().take(10).collect();
    assert_eq!(
        keys,
        [
            "canonicalHostname",
            "statementUrl",
            "detectionStatus",
            "confidence",
            "detectedLanguage",
            "redirectChain",
            "sampledUrls",
            "sampleShortfallReason",
            "sourceReferenceUrl",
            "stale"
        ]
    );
    assert_eq!(domain["stale"], false);
    assert_eq!(domain["preparedOn"], "2025-09-23");
    assert_eq!(domain["reviewedOn"], Value::Null);
}

#[test]
fn hosts_are_sorted_and_those_of_other_countries_and_retired_ones_left_out() {
    let mut world = World::new();
    let mut gone = host("d.example.at");
    gone.lifecycle = Lifecycle::Retired;
    world.hosts.push(gone);
    let hosts: Vec<_> =
        world.artifact().domains.iter().map(|domain| domain.canonical_hostname.to_string()).collect();
    assert_eq!(hosts, ["a.example.at", "b.example.at"]);
}

#[test]
fn the_official_list_is_named_before_the_curated_one() {
    let domain = World::new().artifact().domains.remove(0);
    assert_eq!(domain.source_reference_url, "https://lists.example/register.xlsx");
    assert_eq!((domain.source_sheet.as_str(), domain.source_row), ("list", 17));
}

#[test]
fn a_host_without_a_source_is_an_error_that_names_it() {
    let mut world = World::new();
    world.sources.clear();
    let error = country_artifacts(&world.input()).unwrap_err();
    assert!(matches!(error, PublishError::NoSource { .. }));
    assert!(error.to_string().starts_with("host `a.example.at` in `AT` has no source"), "{error}");
}

#[test]
fn redirects_stand_in_their_order() {
    let mut world = World::new();
    let hop = |position, from: &str, to: &str| RedirectHop {
        position,
        from_url: testing::url(from),
        to_url: to.to_owned(),
        status_code: 300 + position,
        kind: HopKind::Location,
    };
    world.fetches[0].redirect_hops = vec![
        hop(2, "https://b.example.at/", "https://b.example.at/start"),
        hop(1, "http://b.example.at/", "https://b.example.at/"),
    ];
    let codes: Vec<_> =
        world.artifact().domains[1].redirect_chain.iter().map(|hop| hop.status_code).collect();
    assert_eq!(codes, [301, 302]);
    assert!(
        world
            .file("csv")
            .contains(",http://b.example.at/ 301 https://b.example.at/ 302 https://b.example.at/start,")
    );
    world.statements[0].entry_fetch_id = None;
    assert_eq!(world.artifact().domains[1].redirect_chain.len(), 2, "found by purpose and round");
}

#[test]
fn toon_holds_exactly_the_json_value() {
    let mut world = World::new();
    world.hosts[0].statement_url = None;
    world.sources[1].file_name = "a \"b\", c: {d}\n- 007 [1] true ä\u{202e}.xlsx".to_owned();
    let json: Value = serde_json::from_str(&world.file("json")).unwrap();
    let toon = world.file("toon");
    let decoded: Value = toon_format::decode_default(&toon).unwrap();
    assert_eq!(decoded, json);
    let back: CountryArtifact = serde_json::from_value(decoded).unwrap();
    assert_eq!(back, world.artifact());
}

#[test]
fn the_csv_defuses_formulas_and_ends_its_lines_as_rfc_4180_says() {
    let mut world = World::new();
    world.sources[1].file_name = "=HYPERLINK(\"https://evil.example\")".to_owned();
    let text = world.file("csv");
    assert!(text.contains(",\"'=HYPERLINK(\"\"https://evil.example\"\")\","));
    assert!(text.ends_with("\r\n"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.headers().unwrap().len(), 27);
    assert_eq!(reader.records().count(), 2);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let world = World::new();
    let mut turned = World::new();
    turned.hosts.reverse();
    turned.sources.reverse();
    turned.targets.reverse();
    assert_eq!(country_artifacts(&world.input()).unwrap(), country_artifacts(&turned.input()).unwrap());
}

/// Texts that mean something to spreadsheets, browsers or readers' eyes.
const HOSTILE: [&str; 6] = [
    "=HYPERLINK(\"http://x\")",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "a\"b,c\nd",
    "\u{202e}gpj.exe",
    "+1",
];

fn hostile_world(text: &str) -> World {
    let mut world = World::new();
    for source in &mut world.sources {
        text.clone_into(&mut source.file_name);
        text.clone_into(&mut source.sheet);
    }
    world
}

#[test]
fn the_workbook_holds_texts_as_texts_and_the_same_rows_give_the_same_bytes() {
    for text in HOSTILE {
        let world = hostile_world(text);
        let artifact = world.artifact();
        let file = render_artifact(&artifact, ArtifactFormat::Xlsx).unwrap();
        assert_eq!(file, render_artifact(&artifact, ArtifactFormat::Xlsx).unwrap());
        let mut book: calamine::Xlsx<_> =
            calamine::open_workbook_from_rs(std::io::Cursor::new(file.bytes)).unwrap();
        let sheet = calamine::Reader::worksheet_range(&mut book, "Websites").unwrap();
        assert_eq!(sheet.height(), artifact.domains.len() + 1);
        let column = |name: &str| sheet.rows().next().unwrap().iter().position(|cell| cell == name).unwrap();
        for (row, domain) in sheet.rows().skip(1).zip(&artifact.domains) {
            assert_eq!(row[column("canonicalHostname")], domain.canonical_hostname.as_str());
            assert_eq!(row[column("sourceFile")], text);
            assert_eq!(row[column("sourceRow")], domain.source_row as f64);
            assert_eq!(row[column("stale")], domain.stale);
        }
        let formulas = calamine::Reader::worksheet_formula(&mut book, "Websites").unwrap();
        assert!(formulas.used_cells().next().is_none(), "{text}");
    }
}

#[test]
fn csv_workbook_and_parquet_have_the_same_columns_and_texts() {
    for text in HOSTILE {
        let artifact = hostile_world(text).artifact();
        let csv = render_artifact(&artifact, ArtifactFormat::Csv).unwrap();
        let mut reader = csv::Reader::from_reader(csv.bytes.as_slice());
        let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let parquet = render_artifact(&artifact, ArtifactFormat::Parquet).unwrap();
        assert_eq!(parquet.path, "artifacts/AT.parquet");
        assert_eq!(&parquet.bytes[..4], b"PAR1");
        for row in reader.records().map(Result::unwrap) {
            let cell = &row[header.iter().position(|name| name == "sourceFile").unwrap()];
            assert!(cell.ends_with(text) && !cell.starts_with(['=', '+', '-', '@']), "{cell}");
        }
    }
}
