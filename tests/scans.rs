//! A scan on request is done once, whatever happens to its worker or to the service.

use crate::support::http::Running;
use crate::support::serving::{TOKEN, post, quick, reading, serving, with_token};
use crate::support::wait::{SOON, until};
use crate::support::{World, deklaro, run};
use deklaro_schemas::codes::ScanStatus;
use deklaro_schemas::{SnapshotId, Timestamp};
use deklaro_simweb::{SimHost, seed_list_csv};
use deklaro_store::{Slot, SlotOutcome, Store};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};

/// A web with the list of one country, so that its scan takes a while.
struct Country {
    world: World,
    code: &'static str,
    hosts: usize,
}

impl Country {
    fn new(hosts: usize) -> Self {
        let world = World::new(1);
        let all = world.web.europe().hosts(hosts * 12);
        let mut by_country: BTreeMap<&'static str, Vec<SimHost>> = BTreeMap::new();
        for host in all {
            by_country.entry(host.country).or_default().push(host);
        }
        let (code, mut listed) = by_country.into_iter().max_by_key(|(_, hosts)| hosts.len()).unwrap();
        listed.truncate(hosts);
        std::fs::write(world.path("list.csv"), seed_list_csv(&listed)).unwrap();
        Self { hosts: listed.len(), world, code }
    }

    /// Lists so many hosts of a second country too, and says which one it is.
    fn with_neighbour(&self, hosts: usize) -> &'static str {
        let all = self.world.web.europe().hosts(self.hosts * 12);
        let code = all.iter().map(|host| host.country).find(|code| *code != self.code).unwrap();
        let of = |code, most| all.iter().filter(move |host| host.country == code).take(most).cloned();
        let listed: Vec<SimHost> = of(self.code, self.hosts).chain(of(code, hosts)).collect();
        std::fs::write(self.world.path("list.csv"), seed_list_csv(&listed)).unwrap();
        code
    }

    fn command(&self, words: &[&str], settings: &str) -> std::process::Command {
        let mut command = deklaro(&self.world.path("lake"), words);
        command.arg("--config").arg(quick(self.world.folder.path(), settings));
        command.arg("--sources").arg(self.world.path("sources.toml"));
        self.world.connect(&mut command);
        command.args(["--listen", "127.0.0.1:0"]).env("DEKLARO_API_TOKEN", TOKEN);
        command
    }

    fn serve(&self, more: &[&str], settings: &str) -> Running {
        let mut command = self.command(&["serve"], settings);
        command.args(more);
        Running::start(command)
    }

    fn worker(&self, more: &[&str]) -> Running {
        let mut command = self.command(&["worker"], "");
        command.args(more);
        Running::start(command)
    }

    fn ask(&self, service: &Running) -> String {
        let asked = post(service, self.code, &json!({ "runMonth": "2026-11" }));
        assert_eq!(asked.status, 202, "{asked:?}");
        asked.json()["scanId"].as_str().unwrap().to_owned()
    }

    fn wait_for_requests(&self, count: usize) {
        until("the scan is under way", || self.world.web.seen().len() >= count);
    }

    fn completed(&self, service: &Running, scan: &str) -> Value {
        let mut last = Value::Null;
        until("the scan is completed", || {
            last = service.get(&format!("/v1/scans/{scan}")).json();
            assert_ne!(last["status"], "failed", "{last}\n{}", service.said());
            last["status"] == "completed"
        });
        assert_eq!(
            (&last["hostTotal"], &last["hostProcessed"]),
            (&self.hosts.into(), &self.hosts.into()),
            "{last}"
        );
        run(&self.world.path("lake"), &["verify"], 0);
        last
    }
}

#[test]
fn a_scan_that_is_asked_for_is_done_and_served() {
    let country = Country::new(6);
    let service = country.serve(&[], "");
    assert_eq!(service.get("/readyz").problem()["status"], 503, "nothing is published yet");
    let scan = country.ask(&service);
    let done = country.completed(&service, &scan);
    assert_eq!((&done["scanId"], &done["attempts"]), (&scan.as_str().into(), &1.into()));
    until("it is served", || service.get("/readyz").status == 200);
    let latest = service.get(&format!("/v1/countries/{}/toon/latest", country.code)).json();
    assert_eq!(
        (&latest["scanId"], latest["domains"].as_array().unwrap().len()),
        (&scan.as_str().into(), country.hosts)
    );
    let mut status = Value::Null;
    until("nothing is left to do", || {
        status = service.get("/v1/status").json();
        status["jobs"] == json!([]) && status["workers"][0]["state"] == "idle"
    });
    assert_eq!(status["workers"].as_array().unwrap().len(), 1, "{status}");
    assert!(status["workers"][0]["last_heartbeat_at"].is_string(), "{status}");
}

#[test]
fn a_scan_that_fails_says_why_and_the_platform_is_degraded() {
    let country = Country::new(3);
    std::fs::write(country.world.path("list.csv"), "nothing,to,see\n").unwrap();
    let service = country.serve(&[], "");
    let scan = country.ask(&service);
    let mut last = Value::Null;
    until("it has failed", || {
        last = service.get(&format!("/v1/scans/{scan}")).json();
        last["status"] == "failed"
    });
    assert!(last["reasonCode"].is_string() && last["finishedAt"].is_string(), "{last}");
    let summary = |answer: &Value| answer["errorSummary"].as_str().unwrap().to_owned();
    assert_eq!(summary(&last), "the token shows why");
    let told = summary(&with_token(&service, &format!("/v1/scans/{scan}")).json());
    assert!(told.contains("could not be read"), "{told}");
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let names = [machine.trim().to_owned(), country.world.folder.path().display().to_string()];
    let worker = with_token(&service, "/v1/status").json()["workers"][0]["worker"].clone();
    assert!(worker.as_str().unwrap().starts_with(&names[0]), "{worker}");
    for path in ["/v1/status", "/metrics", &format!("/v1/scans/{scan}")] {
        let told = String::from_utf8(service.get(path).body).unwrap();
        assert!(names.iter().all(|name| !told.contains(name)), "{path}: {told}");
    }
    until("the status says so", || {
        let status = service.get("/v1/status").json();
        let causes = status["causes"].as_array().unwrap();
        status["platform_state"] == "degraded" && causes.iter().any(|cause| cause["name"] == "scans_failed")
    });
}

/// SIGTERM in mid-scan: put back, and done by another worker where the first one left it.
#[test]
fn a_stopped_worker_puts_its_scan_back_and_another_finishes_it() {
    let country = Country::new(60);
    let service = country.serve(&["--no-worker"], "");
    let mut worker = country.worker(&["--max-in-flight", "2"]);
    let scan = country.ask(&service);
    country.wait_for_requests(90);
    assert_eq!(service.get(&format!("/v1/scans/{scan}")).json()["status"], "running");
    worker.signal("-TERM");
    assert_eq!(worker.ended().code(), Some(0), "{}", worker.said());
    let put_back = service.get(&format!("/v1/scans/{scan}")).json();
    assert_eq!(
        (&put_back["status"], &put_back["reasonCode"]),
        (&"queued".into(), &"stopped".into()),
        "{put_back}"
    );
    until("the worker is forgotten", || service.get("/v1/status").json()["workers"] == json!([]));
    let before = country.world.web.seen().len();
    let _second = country.worker(&[]);
    country.completed(&service, &scan);
    assert!(country.world.web.seen().len() > before);
}

/// kill -9 in mid-scan: the next worker takes it over; a machine of its own need not wait for the lease to expire.
#[test]
fn a_killed_workers_scan_is_taken_over() {
    let country = Country::new(60);
    let service = country.serve(&["--no-worker"], "");
    let mut worker = country.worker(&["--max-in-flight", "2"]);
    let scan = country.ask(&service);
    country.wait_for_requests(90);
    worker.signal("-KILL");
    assert_eq!(worker.ended().code(), None);
    assert_eq!(
        service.get(&format!("/v1/scans/{scan}")).json()["status"],
        "running",
        "nobody could say otherwise"
    );
    let second = country.worker(&[]);
    let done = country.completed(&service, &scan);
    assert_eq!(done["attempts"], 2, "{}", second.said());
    // A heartbeat on its way to the disk has another ending.
    let files = std::fs::read_dir(country.world.path("lake/workers")).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let names: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|ending| ending == "json")).collect();
    assert_eq!(names.len(), 1, "the killed one is forgotten: {names:?}");
}

/// A scan that ends each of its workers holds up no other, and fails at the limit.
#[test]
fn a_scan_that_kills_its_workers_fails_at_the_limit_and_the_next_one_is_served() {
    let country = Country::new(60);
    let neighbour = country.with_neighbour(2);
    let service = country.serve(&["--no-worker"], "");
    let scan = country.ask(&service);
    let is = |scan: &str, status: &str, attempts: u32| {
        let seen = service.get(&format!("/v1/scans/{scan}")).json();
        seen["status"] == status && seen["attempts"] == attempts
    };
    let kill_at = |attempt: u32| {
        let mut worker = country.worker(&["--max-in-flight", "1"]);
        until("it is taken up", || is(&scan, "running", attempt));
        worker.signal("-KILL");
        worker.ended();
    };
    kill_at(1);
    let asked = post(&service, neighbour, &json!({ "runMonth": "2026-11" })).json();
    let other = asked["scanId"].as_str().unwrap();
    kill_at(2);
    assert!(is(other, "completed", 1), "the second worker began with it");
    kill_at(3);
    let _fourth = country.worker(&[]);
    until("it is given up", || is(&scan, "failed", 3));
    let given_up = service.get(&format!("/v1/scans/{scan}")).json();
    assert_eq!(given_up["reasonCode"], "worker_lost", "{given_up}");
    until("nothing is left to do", || service.get("/v1/status").json()["jobs"] == json!([]));
}

/// A machine was lost while it published, and its work in progress with it. What it wrote stays; the scan is done under a number of
/// its own.
#[test]
fn a_scan_half_published_elsewhere_is_done_again() {
    let country = Country::new(3);
    let service = country.serve(&["--no-worker"], "");
    let scan = country.ask(&service);
    let status = service.get("/v1/status").json();
    assert_eq!(
        (&status["queues"][0]["depth"], &status["jobs"][0]["snapshot"]),
        (&1.into(), &"2026-11.0".into()),
        "{status}"
    );
    let half = country.world.path("lake/snapshots/snapshot=2026-11.0/artifacts");
    std::fs::create_dir_all(&half).unwrap();
    std::fs::write(half.join(format!("{}.json", country.code)), "{}").unwrap();
    let _worker = country.worker(&[]);
    country.completed(&service, &scan);
    let log = run(&country.world.path("lake"), &["log", "--json"], 0).stdout;
    let log = String::from_utf8(log).unwrap();
    assert!(log.contains("2026-11.1") && !log.contains("2026-11.0"), "{log}");
}

/// The first signal: not ready, no new work, requests still answered. The second: the end, at once.
#[test]
fn a_second_signal_ends_at_once() {
    let country = Country::new(3);
    let mut service = country.serve(&[], "drain_delay_ms = 3600000\ndeadline_ms = 3600000");
    service.signal("-TERM");
    until("it is not ready", || service.get("/readyz").problem()["detail"] == "the service is stopping");
    assert_eq!(service.get("/healthz").status, 200, "requests are answered still");
    assert_eq!(post(&service, country.code, &json!({})).problem()["status"], 503);
    service.signal("-TERM");
    assert_eq!(service.ended().code(), Some(143));
}

/// A request that is under way when the signal comes is answered, and the process ends by itself.
#[test]
fn a_stop_finishes_what_was_begun() {
    let (_folder, mut service) = reading();
    let mut stream = std::net::TcpStream::connect(service.address).unwrap();
    stream.set_read_timeout(Some(SOON)).unwrap();
    let head = format!(
        "POST /v1/countries/AT/scans HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {TOKEN}\r\ncontent-type: application/json\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    // It says so when it asks for the body: from here on the request is under way.
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    service.signal("-TERM");
    until("no more connections are taken", || std::net::TcpStream::connect(service.address).is_err());
    stream.write_all(b"{}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("takes no more scans"), "{answer}");
    assert_eq!(service.ended().code(), Some(0), "{}", service.said());
}

#[test]
fn a_deadline_ends_what_does_not_end() {
    let country = Country::new(3);
    let mut service = country.serve(&["--no-worker"], "drain_delay_ms = 3600000\ndeadline_ms = 10");
    service.signal("-TERM");
    assert_eq!(service.ended().code(), Some(143));
}

/// A time of the schedule at which nobody was there: said, and made up for.
#[test]
fn a_missed_run_is_seen_and_said() {
    let (store, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let records = runtime.block_on(Store::open(store.path())).unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros() as i64;
    let began = Timestamp(now - 3 * 86_400 * 1_000_000);
    // Six hours ago, and on the days before: never a time that is just due.
    let due = now / 1_000_000 - 6 * 3_600;
    let daily = format!("{} {} * * *", due / 60 % 60, due / 3_600 % 24);
    let slot = Slot {
        due_at: began,
        written_at: began,
        outcome: SlotOutcome::Began,
        schedule: "0 2 * * *".to_owned(),
        snapshot: None,
        reason: None,
    };
    runtime.block_on(records.add_slot(&slot)).unwrap();
    let service = serving(store.path(), folder.path(), &["--schedule", &daily]);
    let mut status = Value::Null;
    until("it is said", || {
        status = service.get("/v1/status").json();
        status["schedule"]["missed"] == 3 && status["queues"][1]["depth"] == 1
    });
    assert_eq!(status["schedule"]["last_outcome"], "queued", "{status}");
    assert!(status["schedule"]["next_at"].is_string());
    let causes = status["causes"].as_array().unwrap();
    assert!(causes.iter().any(|cause| cause["name"] == "schedules_missed"), "{status}");
    let snapshot = SnapshotId::parse(status["jobs"][0]["snapshot"].as_str().unwrap()).unwrap();
    let job = runtime.block_on(records.job(&snapshot)).unwrap().unwrap();
    assert_eq!((job.status, job.countries.len(), job.queue.as_str()), (ScanStatus::Queued, 0, "schedule"));
}
