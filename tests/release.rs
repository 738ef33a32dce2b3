use crate::support::{World, json, run, shared_runtime, stderr};
use deklaro_schemas::Timestamp;
use deklaro_schemas::store::{
    Approval, Decision, LeaseScope, Owner, Registered, ReleaseWaiver, Store, ThresholdChange,
};
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

const HELD: &str = "2026-11.0";
const BEFORE: &str = "2026-10.0";

/// A store with two published months and a third that waits; keys, configuration and a scorecard's results beside it.
struct Office {
    folder: tempfile::TempDir,
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letters = |chunk: &[u8]| {
        let bits =
            chunk.iter().fold(0u32, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        let letter = |place: usize| char::from(LETTERS[(bits >> (18 - 6 * place)) as usize & 63]);
        (0..4).map(|place| if place <= chunk.len() { letter(place) } else { '=' }).collect::<String>()
    };
    bytes.chunks(3).map(letters).collect()
}

/// PKCS#8 version 1 and SubjectPublicKeyInfo in PEM, as openssl writes them (RFC 8410).
fn key(seed: u8) -> (String, String) {
    let pem = |kind: &str, prefix: &[u8], key: &[u8]| {
        format!("-----BEGIN {kind} KEY-----\n{}\n-----END {kind} KEY-----\n", base64(&[prefix, key].concat()))
    };
    let private = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let public = [0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0];
    let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
    (pem("PRIVATE", &private, &[seed; 32]), pem("PUBLIC", &public, pair.public_key().as_ref()))
}

/// `[gate]` with Ada, who runs it, and Ben; both must approve.
fn gate(more_about_ben: &str) -> String {
    let approver = |name: &str, role: &str, seed: u8| {
        format!(
            "[[gate.approver]]\nname = \"{name}\"\nrole = \"{role}\"\npublic_key = \"\"\"\n{}\"\"\"\n",
            key(seed).1
        )
    };
    let (ada, ben) = (approver("Ada", "operations", 1), approver("Ben", "editor", 2));
    format!("[gate]\napprovals = 2\n{ada}{ben}{more_about_ben}")
}

fn results(folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    let put = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    let printed = "     Running unittests src/lib.rs (target/x-1)\ntest a ... ok\n     Running promises.rs (target/y-1)\ntest b ... ok\n";
    put("tests-1.txt", printed);
    put("tests-2.txt", printed);
    put(
        "audit.json",
        r#"{"database":{"advisory-count":800},"vulnerabilities":{"found":false,"count":0,"list":[]}}"#,
    );
    put("bench.json", r#"{"figures":[{"name":"demo","value":20,"limit":60,"unit":"s"}],"p95_ms":12.5}"#);
    let step = |name: &str| format!(r#"{{"name":"{name}","passed":true,"duration_ms":10,"detail":"seen"}}"#);
    let steps = ["workbook", "run", "artifact", "read_back", "report"].map(step).join(",");
    put(
        "e2e.json",
        &format!(
            r#"{{"passed":true,"snapshot":null,"version":"0.1.0","generated_at":"2026-11-22T00:00:00Z","steps":[{steps}]}}"#
        ),
    );
}

/// Made once: two months without a gate, a rehearsed rollback, thresholds on record, and a third month that waits.
fn prepared() -> &'static Office {
    static PREPARED: OnceLock<Office> = OnceLock::new();
    PREPARED.get_or_init(|| {
        let world = World::new(12);
        let office = Office { folder: tempfile::tempdir().unwrap() };
        let store = office.store();
        for month in ["2026-09", "2026-10"] {
            assert_eq!(world.run_month(&store, month, &[])["is_held"], false);
        }
        json(&store, &["rehearse", "rollback", "--json"]);
        office.configure("");
        for (name, seed) in [("ada.pem", 1), ("ben.pem", 2), ("eve.pem", 3)] {
            std::fs::write(office.path(name), key(seed).0).unwrap();
        }
        let crawl = std::fs::read_to_string(world.path("deklaro.toml")).unwrap();
        std::fs::write(world.path("deklaro.toml"), format!("operator = \"Ada\"\n{crawl}{}", gate("")))
            .unwrap();
        let ran = world.run_month(&store, "2026-11", &[]);
        assert_eq!((&ran["is_held"], &ran["snapshot"]), (&true.into(), &HELD.into()), "{ran:#}");
        office.ok(&["thresholds", "record", "--reason", "as shipped", "--by", "Ada"]);
        results(&office.path("results"));
        let folder = office.path("results").display().to_string();
        office.ok(&["readiness", "--snapshot", HELD, "--results", &folder, "--record"]);
        office
    })
}

impl Office {
    /// One of its own.
    fn open() -> Self {
        let office = Self { folder: tempfile::tempdir().unwrap() };
        crate::demo::copy_folder(prepared().folder.path(), office.folder.path());
        office
    }

    /// The same with a draft that both have approved.
    fn approved() -> Self {
        let office = Self::open();
        office.ok(&["release", "draft"]);
        office.approve("Ada", 0);
        office.approve("Ben", 0);
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn store(&self) -> PathBuf {
        self.path("lake")
    }

    fn configure(&self, more_about_ben: &str) {
        let text = format!("operator = \"Ada\"\n{}", gate(more_about_ben));
        std::fs::write(self.path("deklaro.toml"), text).unwrap();
    }

    fn run(&self, args: &[&str], exit: i32) -> std::process::Output {
        let config = self.path("deklaro.toml").display().to_string();
        run(&self.store(), &[&["--config", config.as_str()][..], args].concat(), exit)
    }

    fn ok(&self, args: &[&str]) -> String {
        String::from_utf8(self.run(args, 0).stdout).unwrap()
    }

    fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.ok(args)).unwrap()
    }

    fn approve(&self, name: &str, exit: i32) -> String {
        let key = self.path(&format!("{}.pem", name.to_lowercase())).display().to_string();
        stderr(&self.run(&["release", "approve", "--as", name, "--key", &key], exit))
    }

    fn waive(&self, rule: &str, until: &str, name: &str, exit: i32) -> String {
        let key = self.path(&format!("{}.pem", name.to_lowercase())).display().to_string();
        let words = [
            "release",
            "waive",
            rule,
            "--until",
            until,
            "--reason",
            "agreed",
            "--as",
            name,
            "--key",
            key.as_str(),
        ];
        stderr(&self.run(&words, exit))
    }

    /// The rules that do not hold.
    fn gate(&self, exit: i32) -> Vec<String> {
        let gated: Value =
            serde_json::from_slice(&self.run(&["release", "gate", "--json"], exit).stdout).unwrap();
        let rules = gated["decision"]["row"]["rules"].as_array().unwrap();
        let failed = rules.iter().filter(|rule| rule["verdict"] == "failed");
        failed.map(|rule| rule["rule"].as_str().unwrap().to_owned()).collect()
    }

    /// What was last decided: action, whether it was granted, and why.
    fn last_decision(&self) -> (String, bool, String) {
        let rows = self.json(&["registry", "list", "decisions", "--json"]);
        let row = rows.as_array().unwrap().last().unwrap()["row"].clone();
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        (text("action"), row["passed"].as_bool().unwrap(), text("reason"))
    }

    fn current(&self) -> String {
        self.json(&["show", "--json"])["snapshot"].as_str().unwrap().to_owned()
    }

    /// Refused with this reason, on record, and nothing published.
    fn refused(&self, action: &str, reason: &str, said: &str) {
        assert!(said.contains(reason), "{said}");
        let (last, passed, why) = self.last_decision();
        assert!(last == action && !passed && why.contains(reason), "{last} {passed} {why}");
        assert_eq!(self.current(), BEFORE);
    }

    /// Writes a row as somebody would who can write into the store.
    fn register<R: Registered>(&self, at: &str, row: R) {
        shared_runtime().block_on(async {
            let store = Store::open(&self.store()).await.unwrap();
            store.register(at, "somebody", None, row).await.unwrap();
        });
    }

    fn rows<R: Registered>(&self) -> Vec<R> {
        shared_runtime().block_on(async {
            let store = Store::open(&self.store()).await.unwrap();
            store.registered::<R>().await.unwrap().into_iter().map(|entry| entry.row).collect()
        })
    }
}

/// From a complete snapshot to a published one and back, with two approvers; the registry is printed as a table.
#[test]
#[expect(clippy::print_stdout, reason = "the registry is to be looked at")]
fn a_month_from_draft_to_publish_to_rollback() {
    let office = Office::open();
    assert_eq!(office.current(), BEFORE, "a snapshot that waits is not current");
    assert!(office.ok(&["show", HELD]).contains("complete, but not published"));
    office.run(&["rollback", HELD, "--reason", "around the gate"], 2);

    let drafted = office.ok(&["release", "draft"]);
    assert_eq!(office.ok(&["release", "draft", HELD]), drafted, "same input, same bytes");
    let manifest: Value = serde_json::from_str(&drafted).unwrap();
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas/docs/release.schema.json");
    let schema = serde_json::from_str(&std::fs::read_to_string(schema).unwrap()).unwrap();
    assert!(jsonschema::is_valid(&schema, &manifest), "{manifest:#}");
    assert_eq!((&manifest["snapshot"], &manifest["previous_release"]), (&HELD.into(), &BEFORE.into()));
    assert_eq!(manifest["rollback"]["last_rehearsal"]["is_ok"], true);
    assert!(manifest["trace_id"].is_string() && manifest["sbom"]["sha256"].is_string(), "{manifest:#}");
    assert!(manifest["data"]["hosts_common"].as_u64().unwrap() > 0);

    assert_eq!(office.gate(1), ["approvals"]);
    assert!(stderr(&office.run(&["release", "publish"], 1)).contains("the gate did not pass"));
    office.approve("Ada", 0);
    assert_eq!(office.gate(1), ["approvals"], "who ran it is not enough");
    office.approve("Ben", 0);
    assert_eq!(office.gate(0), [""; 0]);
    assert_eq!(office.current(), BEFORE, "the gate opens, and nothing has moved yet");
    office.ok(&["release", "publish"]);
    assert_eq!(office.current(), HELD);
    let again = stderr(&office.run(&["release", "publish", HELD], 1));
    assert!(again.contains("does not wait to be published"), "{again}");
    let log = office.json(&["log", "--json"]);
    let last = log.as_array().unwrap().last().unwrap();
    assert!(last["action"] == "publish" && last["reason"].as_str().unwrap().starts_with("release decision"));

    office.ok(&["rollback", BEFORE, "--reason", "a wrong list"]);
    assert_eq!(office.current(), BEFORE);
    let decisions: Vec<Decision> = office.rows();
    assert!(decisions.iter().all(|decision| decision.heads.len() > 2));
    let said: Vec<(&str, bool)> = decisions.iter().map(|row| (row.action.as_str(), row.passed)).collect();
    assert_eq!(
        said,
        [
            ("gate", false),
            ("publish", false),
            ("gate", false),
            ("gate", true),
            ("publish", true),
            ("publish", false)
        ]
    );
    let traces = office.json(&[
        "sql",
        "select count(*) as n, count(recorded_trace_id) as traced, count(scorecard) as scored from registry.decisions",
        "--json",
    ]);
    assert_eq!(traces[0], serde_json::json!({ "n": 6, "traced": 6, "scored": 4 }));
    let empty = office.json(&["sql", "select count(*) as n from registry.incidents", "--json"]);
    assert_eq!(empty[0]["n"], 0, "a table without rows is a view too");
    println!("{}", office.ok(&["registry", "list"]));
    println!("{}", office.ok(&["registry", "list", "decisions"]));
    println!("{}", office.ok(&["registry", "verify"]));
    println!("{}", office.ok(&["release", "show", HELD]));

    let out = office.path("report").display().to_string();
    office.ok(&["report", "--snapshot", HELD, "--out", &out]);
    let page = std::fs::read_to_string(office.path("report").join("release.html")).unwrap();
    // The template engine escapes slashes too.
    for part in [
        "Release 2026-11.0",
        "deklaro rollback 2026-10.0 --reason TEXT",
        "Ben",
        "✓ passed",
        "artifacts&#x2f;",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn a_waiver_opens_the_gate_until_its_day_and_shows_on_the_pages() {
    let office = Office::approved();
    let until = today();
    let events = office.store().join("registry/events");
    std::fs::remove_dir_all(&events).unwrap();
    // A draft of its own: the rehearsal is part of it.
    office.ok(&["release", "draft"]);
    office.approve("Ada", 0);
    office.approve("Ben", 0);
    assert_eq!(office.gate(1), ["rehearsal"]);
    office.refused("waive", "has passed", &office.waive("rehearsal", "2020-01-01", "Ben", 1));
    office.waive("rehearsal", &until, "Ben", 0);
    let gated = office.json(&["release", "gate", "--json"]);
    assert!(gated["waivers"][0].as_str().unwrap().contains("rehearsal until"), "{gated:#}");
    let out = office.path("report").display().to_string();
    office.ok(&["report", "--snapshot", HELD, "--out", &out]);
    for page in ["index.html", "checks.html", "release.html"] {
        let page = std::fs::read_to_string(office.path("report").join(page)).unwrap();
        assert!(page.contains("Rules of the gate that are waived"), "{page}");
    }
    let forged = ReleaseWaiver { reason: "forged".to_owned(), ..office.rows::<ReleaseWaiver>().remove(0) };
    let shown = office.json(&["release", "show", "--json"]);
    assert_eq!(shown["waivers"].as_array().unwrap().len(), 1);
    office.register(&now(), forged);
    let shown = office.json(&["release", "show", "--json"]);
    assert_eq!(shown["waivers"].as_array().unwrap().len(), 1, "its signature does not hold");
}

#[test]
fn a_threshold_that_changed_closes_the_gate_until_it_is_recorded() {
    let office = Office::approved();
    let mut change: ThresholdChange = office.rows().remove(0);
    change.thresholds.insert("readiness.p95_ms".to_owned(), "100".to_owned());
    office.register(&now(), change);
    assert_eq!(office.gate(1), ["thresholds"]);
    let shown: Value =
        serde_json::from_slice(&office.run(&["thresholds", "show", "--json"], 1).stdout).unwrap();
    assert_eq!(shown["unrecorded"][0]["name"], "readiness.p95_ms");
    office.ok(&["thresholds", "record", "--reason", "the service is slower", "--by", "Ben"]);
    assert_eq!(office.gate(0), [""; 0]);
}

#[test]
fn damage_closes_the_gate_and_nothing_is_published() {
    let office = Office::approved();
    assert_eq!(office.gate(0), [""; 0]);
    let artifacts = office.store().join(format!("snapshots/snapshot={HELD}/artifacts"));
    let file = std::fs::read_dir(artifacts).unwrap().next().unwrap().unwrap().path();
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, b"another").unwrap();
    office.run(&["release", "publish"], 1);
    assert_eq!(
        (office.current().as_str(), office.last_decision().1),
        (BEFORE, false),
        "it is judged once more"
    );
    std::fs::write(&file, whole).unwrap();
    office.ok(&["release", "gate"]);
    office.ok(&["release", "publish"]);
    assert_eq!(office.current(), HELD);
}

#[test]
fn a_clock_that_was_set_back_is_refused() {
    let office = Office::approved();
    let change: ThresholdChange = office.rows().remove(0);
    office.register("2099-01-01T00:00:00Z", change);
    assert_eq!(office.gate(1), ["clock"]);
    assert!(office.last_decision().2.contains("clock"), "on record");
    office.refused("approve", "it was set back", &office.approve("Ben", 1));
    office.refused("publish", "the gate did not pass", &stderr(&office.run(&["release", "publish"], 1)));
}

#[test]
fn an_expired_key_signs_nothing_and_its_signatures_count_no_more() {
    let office = Office::approved();
    office.configure("not_after = \"2026-01-31\"\n");
    office.refused("approve", "the key of `Ben` expired", &office.approve("Ben", 1));
    office.refused("waive", "the key of `Ben` expired", &office.waive("drills", &today(), "Ben", 1));
    assert_eq!(office.gate(1), ["approvals"]);
}

#[test]
fn an_unknown_approver_or_another_s_key_is_refused() {
    let office = Office::open();
    office.ok(&["release", "draft"]);
    office.refused("approve", "`Eve` is not among the approvers", &office.approve("Eve", 1));
    let eve = office.path("eve.pem").display().to_string();
    let said = stderr(&office.run(&["release", "approve", "--as", "Ben", "--key", &eve], 1));
    office.refused("approve", "is not the one the configuration has for `Ben`", &said);
    office.approve("Ada", 0);
    let stolen = Approval {
        approver: "Ben".to_owned(),
        role: "editor".to_owned(),
        ..office.rows::<Approval>().remove(0)
    };
    office.register(&now(), stolen);
    assert_eq!(office.gate(1), ["approvals"], "Ada's signature is not Ben's");
}

#[test]
fn of_two_gates_at_once_the_second_is_refused() {
    let office = Office::approved();
    let owner = Owner {
        token: "another".to_owned(),
        run_id: None,
        host: "elsewhere".to_owned(),
        process: 1,
        place: String::new(),
    };
    let at = Timestamp(now_us());
    shared_runtime().block_on(async {
        let store = Store::open(&office.store()).await.unwrap();
        store.acquire(&owner, &LeaseScope::Nothing, true, at, |_| false).await.unwrap();
    });
    for command in ["gate", "publish"] {
        let said = stderr(&office.run(&["release", command], 75));
        office.refused(command, "somebody else is at it", &said);
    }
}

#[test]
fn a_registry_with_a_broken_chain_is_refused() {
    let office = Office::approved();
    assert_eq!(office.gate(0), [""; 0]);
    let first = office.store().join("registry/approvals/00000000000000000001.json");
    let text = std::fs::read_to_string(&first).unwrap();
    std::fs::write(&first, text.replace("\"operations\"", "\"everything\"")).unwrap();
    let checks: Value =
        serde_json::from_slice(&office.run(&["registry", "verify", "--json"], 1).stdout).unwrap();
    let broken = checks.as_array().unwrap().iter().find(|table| table["table"] == "approvals").unwrap();
    assert!(broken["problems"][0].as_str().unwrap().contains("hash of the entry before"), "{broken:#}");
    office.refused("approve", "the registry is broken", &office.approve("Ben", 1));
    let failed = office.gate(1);
    assert!(failed.contains(&"registry".to_owned()), "{failed:?}");
    office.run(&["release", "publish"], 1);
    assert_eq!(office.current(), BEFORE);
}

#[test]
fn an_approval_of_another_manifest_does_not_count() {
    let office = Office::approved();
    assert_eq!(office.gate(0), [""; 0]);
    let other = "0".repeat(64);
    let ben = office.path("ben.pem").display().to_string();
    let words = ["release", "approve", "--manifest", other.as_str(), "--as", "Ben", "--key", ben.as_str()];
    office.refused("approve", "is not the last draft", &stderr(&office.run(&words, 1)));
    office.ok(&["release", "draft", "--until", "2098-01-01T00:00:00Z"]);
    let said = stderr(&office.run(&["release", "publish"], 1));
    office.refused("publish", "is about another manifest", &said);
    assert_eq!(office.gate(1), ["approvals"], "the signatures are under the draft before");
}

#[test]
fn a_rule_that_may_never_be_waived_is_not() {
    let office = Office::open();
    for rule in ["integrity", "coverage", "privacy", "approvals", "thresholds"] {
        office.refused("waive", "may never be waived", &office.waive(rule, &today(), "Ben", 1));
    }
    assert!(office.rows::<ReleaseWaiver>().is_empty());
    office.waive("nonsense", &today(), "Ben", 2);
}

/// What waits was compared with the snapshot that was current then: published on another one it would take rows back.
#[test]
fn a_snapshot_that_waits_is_not_published_on_another_one() {
    let office = Office::approved();
    assert_eq!(office.gate(0), [""; 0]);
    office.ok(&["rollback", "2026-09.0", "--reason", "a test"]);
    let said = stderr(&office.run(&["release", "publish"], 1));
    assert!(said.contains("was put together on `2026-10.0`"), "{said}");
    let (action, passed, why) = office.last_decision();
    assert!(action == "publish" && !passed && why.contains("was put together on `2026-10.0`"), "{why}");
    assert_eq!(office.current(), "2026-09.0");
}

fn now_us() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros() as i64
}

/// Now, RFC 3339.
fn now() -> String {
    Timestamp(now_us()).to_string()
}

/// Today.
fn today() -> String {
    now()[..10].to_owned()
}
