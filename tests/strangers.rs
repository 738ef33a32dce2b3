//! What strangers ask for takes nothing from others, and what they are told names no machine, process, file or bucket.

use crate::support::demo::{demo, demo_copy};
use crate::support::http::{Running, ask};
use crate::support::serving::{TOKEN, post, reading, serving, serving_with, with_token};
use crate::support::slow::SlowReaders;
use crate::support::wait::{SOON, until};
use serde_json::json;
use std::net::{Ipv4Addr, SocketAddr};

const LATEST: &str = "/v1/countries/AT/toon/latest";
const SCANS: &str = "/v1/countries/AT/scans";

/// A service with few places, and an address for probes.
fn narrow(folder: &std::path::Path) -> (Running, SocketAddr) {
    let settings = "max_connections = 256";
    let service = serving_with(demo().store.path(), folder, settings, &["--probes", "127.0.0.1:0"]);
    let probes = service.probes();
    (service, probes)
}

#[test]
fn one_address_does_not_take_the_places_of_others() {
    let folder = tempfile::tempdir().unwrap();
    let (service, probes) = narrow(folder.path());
    let readers = SlowReaders::new(service.address);
    readers.open(Ipv4Addr::LOCALHOST, 32);
    until("its part is taken", || service.get(LATEST).status == 503);
    let refused = service.get(LATEST);
    assert_eq!(refused.header("connection"), Some("close"));
    let detail = refused.problem()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("one address may hold"), "{detail}");
    assert_eq!(service.get("/healthz").status, 200, "a probe is answered all the same");
    assert_eq!(ask(probes, "GET", "/readyz", &[], b"").unwrap().status, 200);
    assert_eq!(readers.get(Ipv4Addr::new(127, 0, 0, 2), LATEST, SOON).unwrap(), 200);
}

/// With every place taken by clients that read nothing, probes are answered; and soon the places are free.
#[test]
fn readers_that_read_nothing_hold_no_place() {
    let folder = tempfile::tempdir().unwrap();
    let (service, probes) = narrow(folder.path());
    let readers = SlowReaders::new(service.address);
    for number in 0..10 {
        readers.open(Ipv4Addr::new(127, 0, 1, number + 1), 30);
    }
    until("every place is taken", || service.get(LATEST).status == 503);
    for path in ["/healthz", "/readyz", "/metrics", "/v1/status"] {
        assert_eq!(ask(probes, "GET", path, &[], b"").unwrap().status, 200, "{path}");
    }
    assert_eq!(service.get("/healthz").status, 200);
    until("a place is free", || service.get(LATEST).status == 200);
}

#[test]
fn what_is_asked_for_without_the_token_uses_up_nothing_of_who_has_it() {
    let (store, folder) = (demo_copy(), tempfile::tempdir().unwrap());
    let service = serving(store.path(), folder.path(), &[]);
    let forged = |number: usize| format!("198.51.100.{}", number % 250);
    let statuses: Vec<u16> = (0..1_000)
        .map(|number| {
            let headers =
                [("x-forwarded-for", forged(number)), ("authorization", format!("Bearer {number}"))];
            let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
            service.ask("POST", SCANS, &headers, b"").status
        })
        .collect();
    assert_eq!(statuses[0], 401);
    let limited = statuses.iter().filter(|status| **status == 429).count();
    assert!(limited > 500, "a stranger's header changes nothing: {limited} were limited");
    assert_eq!(post(&service, "AT", &json!({})).status, 202);
}

#[test]
fn clients_behind_a_trusted_proxy_are_told_apart() {
    let (store, folder) = (demo_copy(), tempfile::tempdir().unwrap());
    let settings = "trusted_proxies = [\"127.0.0.0/8\"]";
    let service = serving_with(store.path(), folder.path(), settings, &[]);
    let from = |client: &str| service.ask("POST", SCANS, &[("x-forwarded-for", client)], b"").status;
    let is_limited = |client: &str, times: usize| (0..times).any(|_| from(client) == 429);
    assert!(is_limited("198.51.100.1", 100));
    assert_eq!(from("198.51.100.2"), 401, "another client is not limited with it");
    assert!(is_limited("198.51.100.1, 127.0.0.9", 10), "two proxies do not make another client of it");
}

/// What was read of a snapshot is not read again for each stranger: the files may be gone.
#[test]
fn lists_and_scans_are_read_once() {
    let (store, folder) = (demo_copy(), tempfile::tempdir().unwrap());
    let service = serving(store.path(), folder.path(), &[]);
    let ask = || ["/v1/snapshots", "/v1/scans/2026-10.0-AT"].map(|path| service.get(path).json());
    let before = ask();
    assert_eq!(before[1]["status"], "completed");
    let snapshot = store.path().join("snapshots/snapshot=2026-10.0");
    std::fs::remove_file(snapshot.join("manifest.json")).unwrap();
    std::fs::remove_dir_all(snapshot.join("tables/scans")).unwrap();
    assert_eq!(ask(), before);
    for number in 0..50 {
        assert_eq!(service.get(&format!("/v1/scans/2030-01.{number}-AT")).status, 404);
    }
}

/// A snapshot that is gone or changed is not looked for again for each stranger: it is found some seconds after it is back.
#[test]
fn what_cannot_be_listed_is_not_looked_for_each_time() {
    let (store, folder) = (demo_copy(), tempfile::tempdir().unwrap());
    let path = store.path().join("snapshots/snapshot=2026-10.0/manifest.json");
    let away = store.path().join("away");
    std::fs::rename(&path, &away).unwrap();
    let service = serving(store.path(), folder.path(), &[]);
    let created = || {
        let listed = service.get("/v1/snapshots").json();
        let mut snapshots = listed["snapshots"].as_array().unwrap().iter();
        snapshots.find(|one| one["snapshot"] == "2026-10.0").expect("it is listed")["createdAt"].clone()
    };
    assert!(created().is_null());
    std::fs::rename(&away, &path).unwrap();
    until("it is looked for again", || !created().is_null());
}

#[test]
fn what_is_measured_is_for_the_operator() {
    let (folder, service) = reading();
    let refused = service.get("/metrics");
    assert_eq!((refused.status, refused.header("www-authenticate").is_some()), (401, true));
    assert!(refused.problem()["hint"].as_str().unwrap().contains("--probes"));
    assert_eq!(with_token(&service, "/metrics").status, 200);
    drop(service);
    let open = serving_with(demo().store.path(), folder.path(), "public_metrics = true", &[]);
    assert_eq!(open.get("/metrics").status, 200);
}

/// The error of a store names its folder or its bucket: that is for whoever has the token, or reaches the address for probes.
#[test]
fn strangers_are_told_no_names() {
    let (store, folder) = (demo_copy(), tempfile::tempdir().unwrap());
    let service = serving(store.path(), folder.path(), &["--probes", "127.0.0.1:0"]);
    let asked = [("authorization", format!("Bearer {TOKEN}")), ("x-request-id", "my-own-id".to_owned())];
    let asked = asked.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(service.ask("POST", SCANS, &asked, b"").status, 202);
    let away = store.path().join("away");
    std::fs::rename(store.path().join("queue"), &away).unwrap();
    std::fs::write(store.path().join("queue"), "no folder").unwrap();
    until("it is not ready", || service.get("/readyz").status == 503);
    let path = store.path().display().to_string();
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let process = format!("{}-{}", machine.trim(), service.process());
    let secrets = [path.as_str(), "my-own-id", &process];
    for path in ["/v1/status", "/readyz", "/metrics"] {
        for accept in ["application/json", "text/html"] {
            let told = String::from_utf8(service.get_with(path, ("accept", accept)).body).unwrap();
            for secret in secrets {
                assert!(!told.contains(secret), "{path} tells `{secret}`: {told}");
            }
        }
    }
    let told = service.get("/readyz").problem()["detail"].clone();
    assert_eq!(told, "the store cannot be read: the token shows why");
    let whole = ask(service.probes(), "GET", "/readyz", &[], b"").unwrap().problem()["detail"].clone();
    assert!(whole.as_str().unwrap().contains("queue"), "{whole}");
    let whole = with_token(&service, "/v1/status").json();
    assert!(whole["store"]["error"].as_str().unwrap().contains("queue"), "{whole}");
}
