use crate::support::office::{BEFORE, HELD, Office, now, now_us, today};
use crate::support::{shared_runtime, stderr};
use deklaro_schemas::Timestamp;
use deklaro_schemas::store::{Approval, LeaseScope, Owner, ReleaseWaiver, Store, ThresholdChange};
use serde_json::Value;

const RECORD: [&str; 6] = ["thresholds", "record", "--reason", "as shipped", "--by", "Ben"];

#[test]
fn a_clock_that_was_set_back_is_refused() {
    let office = Office::approved();
    let change: ThresholdChange = office.rows().remove(0);
    office.register("2099-01-01T00:00:00Z", change);
    assert_eq!(office.gate(1), ["clock"]);
    assert!(office.last_decision().2.contains("clock"), "on record");
    let rows = office.count_rows();
    office.refused("approve", "it was set back", &office.approve("Ben", 1));
    office.refused("draft", "it was set back", &stderr(&office.run(&["release", "draft"], 1)));
    office.refused("waive", "it was set back", &office.waive("drills", &today(), "Ben", 1));
    office.refused("thresholds", "it was set back", &stderr(&office.run(&RECORD, 1)));
    office.refused("publish", "the gate did not pass", &stderr(&office.run(&["release", "publish"], 1)));
    assert_eq!(office.count_rows(), rows, "only refusals were written");
    let by = &office.json(&["registry", "list", "decisions", "--json"])[4]["by"];
    assert_eq!(by, "Ben", "a change of thresholds is refused to who asked for it");
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
    let rows = office.count_rows();
    office.refused("approve", "the registry is broken", &office.approve("Ben", 1));
    office.refused("draft", "the registry is broken", &stderr(&office.run(&["release", "draft"], 1)));
    office.refused("waive", "the registry is broken", &office.waive("drills", &today(), "Ben", 1));
    office.refused("thresholds", "the registry is broken", &stderr(&office.run(&RECORD, 1)));
    let failed = office.gate(1);
    assert!(failed.contains(&"registry".to_owned()), "{failed:?}");
    office.refused("publish", "the gate did not pass", &stderr(&office.run(&["release", "publish"], 1)));
    assert_eq!(office.count_rows(), rows, "only refusals were written");
}

/// The table that says what waits is read before anything is judged.
#[test]
fn a_table_that_cannot_be_read_is_refused_at_every_step() {
    let office = Office::approved();
    assert_eq!(office.gate(0), [""; 0]);
    let held = office.store().join("registry/held/00000000000000000001.json");
    std::fs::write(held, "{").unwrap();
    for step in ["draft", "gate", "publish"] {
        office.refused(step, "the log is broken", &stderr(&office.run(&["release", step], 1)));
    }
    office.refused("approve", "the log is broken", &office.approve("Ben", 1));
}

#[test]
fn a_broken_ref_log_is_refused_at_every_step() {
    let office = Office::approved();
    assert_eq!(office.gate(0), [""; 0]);
    let log = office.store().join("refs/log");
    let count = || std::fs::read_dir(&log).unwrap().count();
    let before = count();
    let first = log.join("00000000000000000001.json");
    let text = std::fs::read_to_string(&first).unwrap();
    std::fs::write(&first, text.replace("2026-09.0", "2026-08.0")).unwrap();
    for (step, command) in [
        ("draft", &["release", "draft"][..]),
        ("gate", &["release", "gate"]),
        ("publish", &["release", "publish", HELD]),
        ("thresholds", &RECORD),
    ] {
        let said = stderr(&office.run(command, 1));
        let (last, passed, why) = office.last_decision();
        assert!(last == step && !passed && why.contains("the log is broken"), "{step}: {last} {why}\n{said}");
    }
    assert_eq!(count(), before, "nothing was published");
}

/// A chain that does not hold cannot be added to. What is refused then is said and logged, and nothing is written.
#[test]
fn with_a_broken_table_of_decisions_everything_is_refused_and_nothing_written() {
    let office = Office::approved();
    assert_eq!(office.gate(0), [""; 0]);
    assert_eq!(office.gate(0), [""; 0]);
    let folder = office.store().join("registry/decisions");
    let first = folder.join("00000000000000000001.json");
    let text = std::fs::read_to_string(&first).unwrap();
    std::fs::write(&first, text.replace("all 16 rules", "no rule")).unwrap();
    let rows = office.count_rows();
    let said = [
        office.approve("Ben", 1),
        office.waive("drills", &today(), "Ben", 1),
        stderr(&office.run(&["release", "draft", "--until", "2098-01-01T00:00:00Z"], 1)),
        stderr(&office.run(&["release", "gate"], 1)),
        stderr(&office.run(&["release", "publish"], 1)),
        stderr(&office.run(&RECORD, 1)),
    ];
    for said in said {
        assert!(said.contains("refused: ") && said.contains("cannot be put on record"), "{said}");
    }
    assert_eq!((office.current().as_str(), office.count_rows()), (BEFORE, rows));
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 2);
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
