//! Where somebody decides about a release: a store with a month that waits, two approvers and their keys.

use super::demo::copy_folder;
use super::{World, json, registered, run, shared_runtime, stderr};
use deklaro_schemas::Timestamp;
use deklaro_schemas::stored::Registered;
use deklaro_store::Store;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The month that waits.
pub(crate) const HELD: &str = "2026-11.0";
/// The month that is current.
pub(crate) const BEFORE: &str = "2026-10.0";

/// A store with two published months and a third that waits; keys, configuration and a scorecard's results beside it.
pub(crate) struct Office {
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

/// What suites, audit and bench print where all is well.
pub(crate) fn measured(folder: &Path) {
    let put = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    let printed = "     Running unittests src/lib.rs (target/x-1)\ntest a ... ok\n     Running promises.rs (target/y-1)\ntest b ... ok\n";
    put("tests-1.txt", printed);
    put("tests-2.txt", printed);
    put(
        "audit.json",
        r#"{"database":{"advisory-count":800},"vulnerabilities":{"found":false,"count":0,"list":[]}}"#,
    );
    put("bench.json", r#"{"figures":[{"name":"demo","value":20,"limit":60,"unit":"s"}],"p95_ms":12.5}"#);
}

/// The same with the whole way walked.
fn results(folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    measured(folder);
    let step = |name: &str| format!(r#"{{"name":"{name}","passed":true,"duration_ms":10,"detail":"seen"}}"#);
    let steps = ["workbook", "run", "artifact", "read_back", "report"].map(step).join(",");
    std::fs::write(
        folder.join("e2e.json"),
        format!(
            r#"{{"passed":true,"snapshot":null,"version":"0.1.0","generated_at":"2026-11-22T00:00:00Z","steps":[{steps}]}}"#
        ),
    )
    .unwrap();
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
            let for_one = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            std::fs::set_permissions(office.path(name), for_one).unwrap();
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
    pub(crate) fn open() -> Self {
        let office = Self { folder: tempfile::tempdir().unwrap() };
        copy_folder(prepared().folder.path(), office.folder.path());
        office
    }

    /// The same with a draft that both have approved.
    pub(crate) fn approved() -> Self {
        let office = Self::open();
        office.ok(&["release", "draft"]);
        office.approve("Ada", 0);
        office.approve("Ben", 0);
        office
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The store.
    pub(crate) fn store(&self) -> PathBuf {
        self.path("lake")
    }

    /// Writes the configuration; `more_about_ben` are further keys of his.
    pub(crate) fn configure(&self, more_about_ben: &str) {
        let text = format!("operator = \"Ada\"\n{}", gate(more_about_ben));
        std::fs::write(self.path("deklaro.toml"), text).unwrap();
    }

    /// Changes a line of the configuration.
    pub(crate) fn reconfigure(&self, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.path("deklaro.toml")).unwrap();
        assert!(text.contains(from), "{text}");
        std::fs::write(self.path("deklaro.toml"), text.replace(from, to)).unwrap();
    }

    /// The binary with its configuration.
    pub(crate) fn run(&self, args: &[&str], exit: i32) -> std::process::Output {
        let config = self.path("deklaro.toml").display().to_string();
        run(&self.store(), &[&["--config", config.as_str()][..], args].concat(), exit)
    }

    /// What it prints, where it ends well.
    pub(crate) fn ok(&self, args: &[&str]) -> String {
        String::from_utf8(self.run(args, 0).stdout).unwrap()
    }

    /// The one JSON document it prints.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.ok(args)).unwrap()
    }

    /// An approval with their own key; what it says for people.
    pub(crate) fn approve(&self, name: &str, exit: i32) -> String {
        let key = self.path(&format!("{}.pem", name.to_lowercase())).display().to_string();
        stderr(&self.run(&["release", "approve", "--as", name, "--key", &key], exit))
    }

    /// A waiver; what it says for people.
    pub(crate) fn waive(&self, rule: &str, until: &str, name: &str, exit: i32) -> String {
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

    /// A revocation of the waiver with this number; what it says for people.
    pub(crate) fn revoke(&self, number: &str, name: &str, exit: i32) -> String {
        let key = self.path(&format!("{}.pem", name.to_lowercase())).display().to_string();
        let words =
            ["release", "waive", "--revoke", number, "--reason", "it was wrong", "--as", name, "--key", &key];
        stderr(&self.run(&words, exit))
    }

    /// An approved draft that nothing but a waiver of `rehearsal` lets pass: no rollback was ever rehearsed.
    pub(crate) fn unrehearsed() -> Self {
        let office = Self::open();
        std::fs::remove_dir_all(office.store().join("registry/events")).unwrap();
        office.ok(&["release", "draft"]);
        office.approve("Ada", 0);
        office.approve("Ben", 0);
        office
    }

    /// The rules that do not hold.
    pub(crate) fn gate(&self, exit: i32) -> Vec<String> {
        let gated: Value =
            serde_json::from_slice(&self.run(&["release", "gate", "--json"], exit).stdout).unwrap();
        let rules = gated["decision"]["row"]["rules"].as_array().unwrap();
        let failed = rules.iter().filter(|rule| rule["verdict"] == "failed");
        failed.map(|rule| rule["rule"].as_str().unwrap().to_owned()).collect()
    }

    /// What was last decided: action, whether it was granted, and why.
    pub(crate) fn last_decision(&self) -> (String, bool, String) {
        let rows = self.json(&["registry", "list", "decisions", "--json"]);
        let row = rows.as_array().unwrap().last().unwrap()["row"].clone();
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        (text("action"), row["passed"].as_bool().unwrap(), text("reason"))
    }

    /// The current snapshot.
    pub(crate) fn current(&self) -> String {
        self.json(&["show", "--json"])["snapshot"].as_str().unwrap().to_owned()
    }

    /// Refused with this reason, on record, and nothing published.
    pub(crate) fn refused(&self, action: &str, reason: &str, said: &str) {
        assert!(said.contains(reason), "{said}");
        let (last, passed, why) = self.last_decision();
        assert!(last == action && !passed && why.contains(reason), "{last} {passed} {why}");
        assert_eq!(self.current(), BEFORE);
    }

    /// Writes a row as somebody would who can write into the store.
    pub(crate) fn register<R: Registered>(&self, at: &str, row: R) {
        shared_runtime().block_on(async {
            let store = Store::open(&self.store()).await.unwrap();
            store.register(at.parse().unwrap(), "somebody", None, row).await.unwrap();
        });
    }

    /// How many rows each table of the registry has that is not about what was decided.
    pub(crate) fn count_rows(&self) -> Vec<(String, u64)> {
        let tables = self.json(&["registry", "list", "--json"]);
        let named =
            |table: &Value| (table["table"].as_str().unwrap().to_owned(), table["rows"].as_u64().unwrap());
        tables.as_array().unwrap().iter().map(named).filter(|(name, _)| name != "decisions").collect()
    }

    /// The rows of a table of the registry.
    pub(crate) fn rows<R: Registered>(&self) -> Vec<R> {
        registered::<R>(&self.store()).into_iter().map(|entry| entry.row).collect()
    }
}

/// Now, in microseconds since 1970.
pub(crate) fn now_us() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros() as i64
}

/// Now, RFC 3339.
pub(crate) fn now() -> String {
    Timestamp(now_us()).to_string()
}

/// Today.
pub(crate) fn today() -> String {
    now()[..10].to_owned()
}
