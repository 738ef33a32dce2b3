//! Whatever may not be released is refused with its reason, on record, and nothing is published.

use crate::support::office::{BEFORE, HELD, Office, now, now_us, today};
use crate::support::{run, shared_runtime, stderr};
use deklaro_schemas::stored::{Approval, ReleaseWaiver, ThresholdChange, WaitingSnapshot, WaiverRevocation};
use deklaro_schemas::{Sha256, Timestamp};
use deklaro_store::{LeaseScope, Owner, Store};
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
    assert_eq!(
        office.gate(1),
        ["manifest", "approvals", "thresholds"],
        "who may sign is under change control"
    );
    office.run(&RECORD, 0);
    office.ok(&["release", "draft"]);
    office.approve("Ada", 0);
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

/// Whoever comes without the configuration, or with one that switches the gate off, does not get around it.
#[test]
fn without_its_configuration_the_store_keeps_its_gate() {
    let office = Office::open();
    let off = office.path("off.toml");
    std::fs::write(&off, "[gate]\nrequired = false\n").unwrap();
    let off = ["--config", off.to_str().unwrap()];
    for config in [&[][..], &off] {
        let with = |words: &[&str], exit| stderr(&run(&office.store(), &[config, words].concat(), exit));
        office.refused("publish", "no manifest was drafted", &with(&["release", "publish"], 1));
        let demo = with(&["demo"], 2);
        assert!(demo.contains("wait for the gate") && office.current() == BEFORE, "{demo}");
    }
    office.run(&RECORD, 0);
    run(&office.store(), &[&off[..], &RECORD].concat(), 0);
    let published = stderr(&run(&office.store(), &[&off[..], &["release", "publish"]].concat(), 0));
    assert_eq!(office.current(), HELD, "{published}");
    let changes: Vec<ThresholdChange> = office.rows();
    let change =
        changes.last().unwrap().changes.iter().find(|change| change.name == "gate.required").unwrap();
    assert_eq!(
        (change.before.as_deref(), change.after.as_deref()),
        (Some("true"), Some("false")),
        "on record"
    );
}

#[test]
fn a_change_of_the_thresholds_needs_a_new_draft_and_approvals_of_it() {
    let office = Office::approved();
    assert_eq!(office.gate(0), [""; 0]);
    office.reconfigure("approvals = 2", "approvals = 1");
    office.run(&RECORD, 0);
    assert_eq!(office.gate(1), ["manifest"], "both signed that two must sign");
    let said = stderr(&office.run(&["release", "publish"], 1));
    office.refused("publish", "the gate did not pass", &said);
    office.ok(&["release", "draft"]);
    office.approve("Ben", 0);
    assert_eq!(office.gate(0), [""; 0]);
}

#[test]
fn the_name_of_who_ran_it_is_not_believed_unless_it_is_an_approver_s() {
    let office = Office::open();
    office.reconfigure("approvals = 2", "approvals = 1");
    office.run(&RECORD, 0);
    let held = office.store().join("registry/held/00000000000000000001.json");
    let text = std::fs::read_to_string(&held).unwrap();
    for (name, failed) in [("ada ", &["approvals"][..]), ("root", &["approvals"]), ("Ben", &[])] {
        std::fs::write(&held, text.replace("\"by\": \"Ada\"", &format!("\"by\": \"{name}\""))).unwrap();
        office.ok(&["release", "draft"]);
        office.approve("Ada", 0);
        assert_eq!(office.gate(i32::from(!failed.is_empty())), failed, "{name}");
        // A draft of its own for each, and no decision that saw the last one.
        for table in ["decisions", "approvals", "manifests"] {
            std::fs::remove_dir_all(office.store().join("registry").join(table)).unwrap();
        }
    }
}

#[test]
fn a_second_row_about_who_ran_it_breaks_the_registry() {
    let office = Office::approved();
    let held = office.rows::<WaitingSnapshot>().remove(0);
    office.register(&now(), held);
    assert_eq!(office.gate(1), ["registry"]);
}

/// The last decision is followed by no row that carries its hash: the entry that published the release does.
#[test]
fn the_decision_that_published_a_release_cannot_be_changed_or_taken_away() {
    let office = Office::approved();
    assert_eq!(office.gate(0), [""; 0]);
    office.ok(&["release", "publish"]);
    office.ok(&["registry", "verify"]);
    let decisions = office.store().join("registry/decisions");
    let last = decisions.join(format!("{:020}.json", 2));
    let text = std::fs::read_to_string(&last).unwrap();
    let verified = || String::from_utf8(office.run(&["registry", "verify"], 1).stdout).unwrap();
    std::fs::write(&last, text.replace("all 16 rules hold", "agreed on the phone")).unwrap();
    assert!(verified().contains("row 2 is not the one that entry 5 of the ref log saw"), "{}", verified());
    std::fs::remove_dir_all(&decisions).unwrap();
    assert!(verified().contains("row 2 is not the one that entry 5 of the ref log saw"), "{}", verified());
}

#[test]
fn a_snapshot_that_is_not_what_its_run_wrote_is_refused() {
    let office = Office::open();
    let manifest = office.store().join("snapshots/snapshot=2026-11.0/manifest.json");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, format!("{text}\n")).unwrap();
    office.ok(&["release", "draft"]);
    office.approve("Ada", 0);
    office.approve("Ben", 0);
    assert_eq!(office.gate(1), ["integrity"]);
}

#[test]
fn a_waiver_that_this_program_would_not_have_written_does_not_count() {
    let office = Office::unrehearsed();
    office.waive("rehearsal", &today(), "Ben", 0);
    assert_eq!(office.gate(0), [""; 0]);
    let signed = office.rows::<ReleaseWaiver>().remove(0);
    std::fs::remove_dir_all(office.store().join("registry/waivers")).unwrap();
    std::fs::remove_dir_all(office.store().join("registry/decisions")).unwrap();
    office.register("2020-01-01T00:00:00Z", signed);
    assert_eq!(office.gate(1), ["rehearsal"], "signed at another time than it was written");
}

#[test]
fn what_was_signed_for_another_store_does_not_count() {
    let (office, other) = (Office::unrehearsed(), Office::unrehearsed());
    other.waive("rehearsal", &today(), "Ben", 0);
    assert_eq!(other.gate(0), [""; 0]);
    let signed = other.rows::<ReleaseWaiver>().remove(0);
    office.register(&signed.signed_at.to_string(), signed.clone());
    let unbound = ReleaseWaiver { store_id: None, ..signed };
    office.register(&unbound.signed_at.to_string(), unbound);
    assert_eq!(office.gate(1), ["rehearsal"], "neither that of the other store, nor one of no store");
    std::fs::copy(office.store().join("store-id.json"), other.store().join("store-id.json")).unwrap();
    assert_eq!(other.gate(1), ["approvals", "rehearsal"]);
}

#[test]
fn a_revoked_waiver_does_not_count_and_only_an_approver_revokes_it() {
    let office = Office::unrehearsed();
    office.waive("rehearsal", &today(), "Ben", 0);
    let waiver = office.rows::<ReleaseWaiver>().remove(0);
    let listed = office.json(&["registry", "list", "waivers", "--json"]);
    let forged = WaiverRevocation {
        waiver: 1,
        waiver_sha256: Sha256::parse(listed[0]["sha256"].as_str().unwrap()).unwrap(),
        store_id: waiver.store_id.clone().unwrap(),
        reason: "forged".to_owned(),
        approver: "Ada".to_owned(),
        role: "operations".to_owned(),
        signed_at: waiver.signed_at,
        signature: waiver.signature,
    };
    office.register(&forged.signed_at.to_string(), forged);
    assert_eq!(office.gate(0), [""; 0], "Ada signed no revocation");
    let copied = office.rows::<ReleaseWaiver>().remove(0);
    office.refused("waive", "there is no waiver 9", &office.revoke("9", "Ada", 1));
    office.refused("waive", "`Eve` is not among the approvers", &office.revoke("1", "Eve", 1));
    office.revoke("1", "Ada", 0);
    assert_eq!(office.gate(1), ["rehearsal"]);
    office.register(&copied.signed_at.to_string(), copied);
    assert_eq!(office.gate(1), ["rehearsal"], "a copy of the row is revoked with it");
    office.waive("rehearsal", &today(), "Ada", 0);
    assert_eq!(office.gate(0), [""; 0], "a new waiver, with a text of its own, counts");
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
