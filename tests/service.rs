//! The HTTP service answers as its contract says, and survives hostile requests.

use crate::support::demo::{demo, demo_copy};
use crate::support::http::{Running, ask, raw, stored};
use crate::support::serving::{TOKEN, post, quick, reading, serving, with_token};
use crate::support::wait::until;
use crate::support::{deklaro, json, run};
use serde_json::{Value, json};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const LATEST: &str = "/v1/countries/AT/toon/latest";
const ARTIFACT: &str = "snapshots/snapshot=2026-11.0/artifacts/AT";

#[test]
fn every_route_answers_as_its_contract_says() {
    let (_folder, service) = reading();
    let store = demo().store.path();
    let artifact: Value = serde_json::from_slice(&stored(store, &format!("{ARTIFACT}.json"))).unwrap();

    let latest = service.get(LATEST);
    assert_eq!((latest.status, latest.header("content-type")), (200, Some("application/json")));
    assert_eq!(latest.body, stored(store, &format!("{ARTIFACT}.json")), "the bytes as stored");
    assert_eq!(latest.json()["runMonth"], "2026-11");
    let month = service.get("/v1/countries/AT/toon/2026-09").json();
    assert_eq!((&month["runMonth"], &month["scanId"]), (&"2026-09".into(), &"2026-09.0-AT".into()));
    for path in ["/v1/countries/AT/toon/2020-01", "/v1/countries/ZZ/toon/latest"] {
        assert_eq!(service.get(path).problem()["status"], 404, "{path}");
    }

    let record = &artifact["domains"][0];
    let name = record["canonicalHostname"].as_str().unwrap();
    assert_eq!(&service.get(&format!("/v1/countries/AT/hosts/{name}")).json(), record);
    assert_eq!(&service.get(&format!("/v1/countries/AT/hosts/WWW.{}.", name.to_uppercase())).json(), record);
    assert_eq!(service.get("/v1/countries/AT/hosts/nobody.example").problem()["status"], 404);
    assert_eq!(service.get(&format!("/v1/countries/DE/hosts/{name}")).status, 404);

    let scan = service.get("/v1/scans/2026-11.0-AT").json();
    let total =
        json(store, &["sql", "--json", "select host_total as n from scans where country_code = 'AT'"]);
    assert_eq!(scan["hostTotal"], total[0]["n"]);
    assert_eq!((&scan["status"], &scan["hostProcessed"]), (&"completed".into(), &scan["hostTotal"]));
    assert!(store.join(scan["artifactPath"].as_str().unwrap()).exists() && scan["errorSummary"].is_null());
    assert!(scan["finishedAt"].as_str() >= scan["startedAt"].as_str() && scan["startedAt"].is_string());
    for path in ["/v1/scans/2026-11.9-AT", "/v1/scans/2026-11.0-ZZ"] {
        assert_eq!(service.get(path).problem()["status"], 404, "{path}");
    }

    assert_eq!(service.get("/healthz").json()["status"], "ok");
    assert_eq!(service.get("/readyz").json()["snapshot"], "2026-11.0");
    let description = service.get("/openapi.json").json();
    let checked_in = concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas/docs/openapi.json");
    assert_eq!(description, serde_json::from_slice::<Value>(&std::fs::read(checked_in).unwrap()).unwrap());
}

#[test]
fn lists_come_page_by_page_and_lead_to_the_rest() {
    let (_folder, service) = reading();
    let whole = service.get(LATEST).json();
    let mut path = format!("{LATEST}?limit=2");
    let mut domains = Vec::new();
    loop {
        let answer = service.get(&path);
        let page = answer.json();
        assert_eq!(page["page"]["total"], whole["domains"].as_array().unwrap().len());
        assert_eq!(page["scanId"], whole["scanId"]);
        let here = page["domains"].as_array().unwrap();
        assert!(!here.is_empty() && domains.len() < 1_000, "{path} leads on without end");
        domains.extend(here.clone());
        let Some(link) = answer.header("link") else { break };
        path = link.split(['<', '>']).nth(1).unwrap().to_owned();
    }
    assert_eq!(Value::Array(domains), whole["domains"]);
    assert!(
        String::from_utf8(service.get_with(&path, ("accept", "text/toon")).body)
            .unwrap()
            .contains("domains[")
    );

    let countries = service.get("/v1/countries?limit=1000").json();
    let austria =
        countries["countries"].as_array().unwrap().iter().find(|one| one["countryCode"] == "AT").unwrap();
    assert_eq!((&austria["name"], &austria["scanId"]), (&"Austria".into(), &whole["scanId"]));
    let next = service.get("/v1/countries?limit=1").json()["next"].clone();
    assert_eq!(
        service.get(&format!("/v1/countries?limit=1&after={}", next.as_str().unwrap())).json()["countries"]
            [0],
        countries["countries"][1]
    );
    let snapshots = service.get("/v1/snapshots").json();
    let names: Vec<&str> = snapshots["snapshots"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["snapshot"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["2026-11.0", "2026-10.0", "2026-09.0"]);
    let report = service.get(snapshots["snapshots"][0]["report"].as_str().unwrap());
    assert_eq!((report.status, report.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert_eq!(report.body, stored(demo().store.path(), "snapshots/snapshot=2026-11.0/reports/index.html"));
    for hidden in ["tables/hosts/part-00000.parquet", "manifest.json", "claim.json", "nothing"] {
        assert_eq!(
            service.get(&format!("/v1/snapshots/2026-11.0/files/{hidden}")).problem()["status"],
            404,
            "{hidden}"
        );
    }
}

#[test]
fn formats_encodings_and_tags_are_negotiated() {
    let (_folder, service) = reading();
    let file = |ending: &str| stored(demo().store.path(), &format!("{ARTIFACT}.{ending}"));
    for (accept, ending, media) in [
        ("*/*", "json", "application/json"),
        ("text/toon", "toon", "text/toon; charset=utf-8"),
        ("text/csv, application/json;q=0.5", "csv", "text/csv; charset=utf-8; header=present"),
        ("application/vnd.apache.parquet", "parquet", "application/vnd.apache.parquet"),
    ] {
        let answer = service.get_with(LATEST, ("accept", accept));
        assert_eq!(
            (answer.header("content-type"), answer.body == file(ending)),
            (Some(media), true),
            "{accept}"
        );
    }
    assert_eq!(service.get_with(LATEST, ("accept", "image/png")).problem()["status"], 406);

    let plain = service.get(LATEST);
    let head = service.ask("HEAD", LATEST, &[], b"");
    assert_eq!((head.status, head.body.len()), (200, 0));
    for name in ["etag", "content-length", "content-type", "vary"] {
        assert!(head.header(name).is_some() && head.header(name) == plain.header(name), "{name}: {head:?}");
    }
    let tag = plain.header("etag").unwrap();
    let manifest: Value =
        serde_json::from_slice(&stored(demo().store.path(), "snapshots/snapshot=2026-11.0/manifest.json"))
            .unwrap();
    let listed = manifest["files"].as_array().unwrap().iter().find(|one| one["path"] == "artifacts/AT.json");
    assert_eq!(tag.trim_matches('"'), listed.unwrap()["sha256"].as_str().unwrap());
    let known = service.get_with(LATEST, ("if-none-match", tag));
    assert_eq!((known.status, known.body.len(), known.header("etag")), (304, 0, Some(tag)));
    assert_eq!(service.get_with(LATEST, ("if-none-match", "\"another\"")).status, 200);

    let packed = service.get_with(LATEST, ("accept-encoding", "gzip"));
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert_ne!(packed.header("etag"), Some(tag), "another representation");
    assert!(packed.body.len() * 3 < plain.body.len());
    assert_eq!(unpacked(&packed.body), plain.body);
    let status = service.get_with("/v1/status", ("accept-encoding", "gzip"));
    assert!(serde_json::from_slice::<Value>(&unpacked(&status.body)).is_ok());
}

fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain).unwrap();
    plain
}

/// Whatever is typed: an answer that says what is wrong, and no file.
#[test]
fn hostile_requests_are_refused_and_the_service_lives() {
    let (_folder, service) = reading();
    let long = "a".repeat(300);
    let unicode = "%C3%BC".repeat(200);
    let hosts = [
        "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "..%5c..%5cwindows",
        "a%00.example",
        "a%0d%0aset-cookie:x.example",
        "%ff%fe",
        "%c0%ae%c0%ae",
        "%",
        "%zz",
        "127.0.0.1",
        "%5b::1%5d",
        "localhost",
        "-a.example",
        "a..example",
        "xn--zz--.example",
        "a%20b.example",
        "a:80",
        "u@a.example",
        "a.example%3fx",
        "%2e",
        "%2e%2e",
        "a%E2%80%8B%20.example",
        &long,
        &unicode,
    ];
    let mut paths: Vec<String> = hosts.iter().map(|host| format!("/v1/countries/AT/hosts/{host}")).collect();
    for path in [
        "/v1/countries/at/toon/latest",
        "/v1/countries/AUT/toon/latest",
        "/v1/countries/..%2f..%2f/toon/latest",
        "/v1/countries/A%54/../DE/toon/latest",
        "/v1/countries/AT/toon/2026-13",
        "/v1/countries/AT/toon/..%2flatest",
        "/v1/countries/AT/toon/latest?limit=0",
        "/v1/countries/AT/toon/latest?limit=-1",
        "/v1/countries/AT/toon/latest?limit=99999999999999999999",
        "/v1/countries/AT/toon/latest?nothing=1",
        "/v1/scans/..%2f..%2fmanifest.json",
        "/v1/scans/2026-11.0",
        "/v1/scans/2026-11.00-AT",
        "/v1/scans/%00",
        "/v1/snapshots/2026-11.0/files/../../../store.json",
        "/v1/snapshots/2026-11.0/files/..%2f..%2fstore.json",
        "/v1/snapshots/2026-11.0/files/%2e%2e/%2e%2e/store.json",
        "/v1/snapshots/../files/x",
        "/v1/snapshots?after=x",
        "/../etc/passwd",
        "/%2e%2e/etc/passwd",
    ] {
        paths.push(path.to_owned());
    }
    for path in &paths {
        let answer = service.get(path);
        assert_eq!(answer.status, 400, "{path}: {answer:?}");
        answer.problem();
    }
    assert_eq!(service.get(&format!("/v1/{}", "x/".repeat(2_000))).problem()["status"], 414);
    assert_eq!(service.get("/nothing").problem()["status"], 404);
    let wrong = service.ask("DELETE", LATEST, &[], b"");
    assert_eq!((wrong.problem()["status"].as_u64(), wrong.header("allow")), (Some(405), Some("GET,HEAD")));
    let many: String = (0..200).map(|number| format!("x-{number}: y\r\n")).collect();
    for head in [format!("x: {}\r\n", "y".repeat(80_000)), many] {
        let answer =
            raw(service.address, format!("GET /healthz HTTP/1.1\r\nhost: a\r\n{head}\r\n").as_bytes());
        assert!(answer.as_ref().is_ok_and(|answer| answer.status == 431), "{answer:?}");
    }
    for bytes in [
        &b"\0\0\0\0\r\n\r\n"[..],
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET  HTTP/1.1\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        if let Ok(answer) = raw(service.address, bytes) {
            assert!((400..=505).contains(&answer.status), "{answer:?}");
        }
    }
    assert_eq!(service.get("/healthz").status, 200);
    assert!(!service.said().contains("panicked"), "{}", service.said());
}

#[test]
fn requests_have_an_id_that_comes_back() {
    let (_folder, service) = reading();
    let given = service.get_with("/healthz", ("x-request-id", "from-the-client-1"));
    assert_eq!(given.header("x-request-id"), Some("from-the-client-1"));
    let insane = service.get_with("/nothing", ("x-request-id", "a b\"c"));
    let id = insane.header("x-request-id").unwrap().to_owned();
    assert_eq!((id.len(), insane.problem()["requestId"].as_str()), (36, Some(id.as_str())));
}

#[test]
fn scans_are_asked_for_with_the_token_once_per_country() {
    let (store, folder) = (demo_copy(), tempfile::tempdir().unwrap());
    let service = serving(store.path(), folder.path(), &[]);
    let at = "/v1/countries/AT/scans";
    for value in ["", "Bearer", "Bearer another-token-of-that-kind", "Basic YTpi"] {
        let refused = service.ask("POST", at, &[("authorization", value)], b"");
        assert_eq!(
            (refused.problem()["status"].as_u64(), refused.header("www-authenticate").is_some()),
            (Some(401), true)
        );
    }
    assert_eq!(service.ask("POST", at, &[], b"").status, 401);
    let refused =
        |country: &str, body: &Value| post(&service, country, body).problem()["status"].as_u64().unwrap();
    assert_eq!(refused("at", &json!({})), 400);
    assert_eq!(refused("ZZ", &json!({})), 404);
    assert_eq!(refused("CA", &json!({})), 400, "only where it is asked for by name");
    assert_eq!(refused("AT", &json!({ "runMonth": "2026-13" })), 400);
    assert_eq!(refused("AT", &json!({ "runMonth": "2026-10" })), 400, "earlier months never change");
    let far = post(&service, "AT", &json!({ "runMonth": "9998-11" })).problem();
    let is_told = far["type"].as_str().is_some_and(|kind| kind.ends_with("month-ahead"));
    assert!(is_told && far["hint"].as_str().is_some_and(|hint| hint.contains("future")), "{far}");
    assert_eq!(refused("AT", &json!({ "runMonths": "2026-11" })), 400);
    assert_eq!(refused("AT", &json!({ "runMonth": "x".repeat(20_000) })), 413);
    let bearer = format!("Bearer {TOKEN}");
    let text = [("authorization", bearer.as_str()), ("content-type", "text/plain")];
    assert_eq!(service.ask("POST", at, &text, b"{}").problem()["status"], 415);

    let key = [("authorization", bearer.as_str()), ("idempotency-key", "k1"), ("x-request-id", "ask-1")];
    let first = service.ask("POST", at, &key, b"");
    let asked = first.json();
    assert_eq!(first.status, 202, "{asked}");
    let month = asked["runMonth"].as_str().unwrap();
    let id = asked["scanId"].as_str().unwrap();
    assert_eq!(asked, json!({ "scanId": id, "countryCode": "AT", "runMonth": month, "status": "queued" }));
    assert_eq!(first.header("location"), Some(format!("/v1/scans/{id}").as_str()));
    assert_eq!(service.ask("POST", at, &key, b"").json(), asked, "the same request again");
    let active = post(&service, "AT", &json!({})).problem();
    assert_eq!((&active["status"], &active["activeScanId"]), (&409.into(), &id.into()));
    let other = post(&service, "DE", &json!({ "runMonth": month, "includeCanada": false }));
    assert_eq!(other.status, 202);

    let scan = service.get(&format!("/v1/scans/{id}")).json();
    assert_eq!(
        (&scan["status"], &scan["startedAt"], &scan["hostTotal"]),
        (&"queued".into(), &Value::Null, &0.into())
    );
    until("the queue shows both", || service.get("/v1/status").json()["queues"][0]["depth"] == 2);
    let status = with_token(&service, "/v1/status").json();
    assert_eq!(status["jobs"][0]["request_id"], "ask-1");
    assert!(["healthy", "degraded", "critical"].contains(&status["platform_state"].as_str().unwrap()));
    let page = service.get_with("/v1/status", ("accept", "text/html"));
    let page = String::from_utf8(page.body).unwrap();
    assert!(
        page.contains("No worker is there")
            && page.contains(asked["scanId"].as_str().unwrap().trim_end_matches("-AT"))
    );
}

#[test]
fn without_a_token_nobody_asks_for_scans() {
    let folder = tempfile::tempdir().unwrap();
    let mut command =
        deklaro(demo().store.path(), &["serve", "--listen", "127.0.0.1:0", "--no-worker", "--config"]);
    command.arg(quick(folder.path(), ""));
    let service = Running::start(command);
    let refused =
        service.ask("POST", "/v1/countries/AT/scans", &[("authorization", "Bearer x")], b"").problem();
    assert_eq!(refused["status"], 403);
    assert!(refused["hint"].as_str().unwrap().contains("--token-file"), "{refused}");
}

/// Becomes true at the end of its life, a failed test's too.
struct SetWhenDropped<'a>(&'a AtomicBool);

impl Drop for SetWhenDropped<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What was begun with one snapshot is answered from it, and nobody is turned away while another becomes current.
#[test]
fn the_snapshot_is_switched_under_requests() {
    let (store, folder) = (demo_copy(), tempfile::tempdir().unwrap());
    let service = serving(store.path(), folder.path(), &[]);
    let files = ["2026-10.0", "2026-11.0"]
        .map(|snapshot| stored(store.path(), &format!("snapshots/snapshot={snapshot}/artifacts/AT.json")));
    let (is_over, asked, address) = (AtomicBool::new(false), AtomicUsize::new(0), service.address);
    let seen = std::thread::scope(|scope| {
        // Also where something is waited for in vain: else the clients go on, and the test never ends.
        let end = SetWhenDropped(&is_over);
        let clients: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut seen = [0, 0];
                    while !is_over.load(Ordering::Relaxed) {
                        let answer = ask(address, "GET", LATEST, &[], b"").expect("an answer");
                        let which = files.iter().position(|file| *file == answer.body);
                        seen[which.unwrap_or_else(|| panic!("neither snapshot: {}", answer.status))] += 1;
                        asked.fetch_add(1, Ordering::Relaxed);
                    }
                    seen
                })
            })
            .collect();
        for target in ["2026-10.0", "2026-11.0", "2026-10.0", "2026-11.0"] {
            json(store.path(), &["rollback", target, "--reason", "a test", "--json"]);
            until("the other one is served", || {
                let ready = ask(address, "GET", "/readyz", &[], b"").unwrap();
                ready.json()["snapshot"] == target
            });
            let before = asked.load(Ordering::Relaxed);
            until("clients saw it", || asked.load(Ordering::Relaxed) > before + 8);
        }
        drop(end);
        clients
            .into_iter()
            .map(|client| client.join().unwrap())
            .fold([0, 0], |sum, seen| [sum[0] + seen[0], sum[1] + seen[1]])
    });
    assert!(seen.iter().all(|count| *count > 8), "{seen:?}");
}

#[test]
fn settings_that_cannot_work_are_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let told = |args: &[&str]| crate::support::stderr(&run(folder.path(), args, 2));
    let weak = folder.path().join("token");
    std::fs::write(&weak, "short").unwrap();
    let rights = |mode| std::fs::set_permissions(&weak, std::fs::Permissions::from_mode(mode)).unwrap();
    let sim = ["--connect-to", "127.0.0.1:1", "127.0.0.1:1"];
    let serve = |more: &[&str]| told(&[&["serve", "--listen", "127.0.0.1:0"], more, &sim].concat());
    assert!(serve(&["--schedule", "every day"]).contains("five parts"));
    rights(0o644);
    assert!(serve(&["--token-file", weak.to_str().unwrap()]).contains("(mode 644): `chmod 600 "));
    rights(0o600);
    assert!(serve(&["--token-file", weak.to_str().unwrap()]).contains("fewer than 16"));
    assert!(serve(&["--token-file", "no/such/file"]).contains("no/such/file"));
    assert!(serve(&["--sources", "no/such/list"]).contains("no/such/list"));
    assert!(told(&["serve", "--listen", "127.0.0.1:0"]).contains("contact"), "a worker without a contact");
}
