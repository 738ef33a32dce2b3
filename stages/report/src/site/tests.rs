//! Do the pages say what the tables hold, and nothing that strangers could slip in?

use super::*;
use crate::Database;
use crate::testing::{empty, world};
use deklaro_judge::Thresholds;
use deklaro_schemas::{SnapshotId, Timestamp};
use std::collections::BTreeMap;

fn site(database: &Database) -> BTreeMap<String, String> {
    site_of(database, &[], None)
}

fn site_of(
    database: &Database,
    waivers: &[serde_json::Value],
    release: Option<&serde_json::Value>,
) -> BTreeMap<String, String> {
    let checks = database.checks(&Thresholds::shipped()).unwrap();
    let summary = database.summary().unwrap();
    let snapshot = SnapshotId::parse("2026-11.0").unwrap();
    let country_names = BTreeMap::from([("AT".to_owned(), "Austria".to_owned())]);
    let detector = Detector::parse(include_str!("../../../../data/detector.toml")).unwrap();
    let input = SiteInput {
        snapshot: &snapshot,
        created_at: Timestamp(0),
        version: "0.1.0",
        summary: &summary,
        history: &[],
        checks: &checks,
        health: None,
        scorecard: None,
        country_names: &country_names,
        detector: &detector,
        publication: &Publication::default(),
        files: "../",
        waivers,
        release,
    };
    let mut pages = BTreeMap::new();
    let mut sink = |page: SitePage| {
        assert!(pages.insert(page.name.clone(), page.text).is_none(), "{} twice", page.name);
        Ok(())
    };
    database.site(&input, &mut sink).unwrap();
    pages
}

/// The pages without scripts.
fn html(pages: &BTreeMap<String, String>) -> impl Iterator<Item = (&String, &String)> {
    pages.iter().filter(|(name, _)| !name.starts_with("search-"))
}

#[test]
fn there_is_an_overview_a_page_per_country_its_list_and_what_stands_around() {
    let pages = site(&world());
    let names: Vec<&str> = pages.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "AT-websites-1.html",
            "AT.html",
            "accessibility.html",
            "checks.html",
            "find-a-1.html",
            "find-b-1.html",
            "find-c-1.html",
            "find.html",
            "index.html",
            "method.html",
            "search-1.js"
        ]
    );
    let overview = &pages["index.html"];
    for part in ["November 2026", "1 of 2", "50.0\u{a0}%", "Austria", "href=\"AT.html\"", "GROUPING SETS"] {
        assert!(overview.contains(part), "{part}");
    }
    let list = &pages["AT-websites-1.html"];
    for part in
        ["b.example.at", "No statement", "austria.xlsx", "row 3", "Publish an accessibility statement"]
    {
        assert!(list.contains(part), "{part}");
    }
    assert!(list.find("b.example.at") < list.find("a.example.at"), "worst first");
    assert!(pages["search-1.js"].contains("a.example.at AT f 1"));
}

/// A release as `deklaro release show --json` prints it, with what somebody else wrote into every text.
fn release(hostile: &str) -> serde_json::Value {
    let rule = |verdict: &str| {
        serde_json::json!({
            "rule": "drills", "verdict": verdict, "value": hostile, "limit": hostile,
            "satisfied_by": (verdict != "passed").then_some(hostile),
        })
    };
    let delta = serde_json::json!([{ "name": hostile, "before": null, "after": hostile }]);
    serde_json::json!({
        "is_held": true, "sha256": "aa", "drafted_at": "2026-11-22T00:00:00Z", "drafted_by": hostile,
        "manifest": {
            "snapshot": "2026-11.0", "run_id": "2026-11-0a1b2c3d", "previous_release": "2026-10.0",
            "snapshot_manifest_sha256": "bb", "trace_id": null,
            "artifacts": [{ "path": hostile, "sha256": "cc", "size_bytes": 7 }],
            "configuration": delta, "threshold_changes": null,
            "data": {
                "hosts_common": 2, "hosts_added": 1, "hosts_removed": 0, "found_before": 1, "found_after": 2,
                "changes": { "host_added": 1 },
            },
            "rollout": { "from": "2026-11-22T00:00:00Z", "until": "2026-11-29T00:00:00Z" },
            "rollback": { "command": hostile, "last_rehearsal": null },
            "scorecard": null, "sbom": null,
        },
        "signatures": [{ "approver": hostile, "role": hostile, "problem": hostile }],
        "decisions": [{
            "sequence": 1, "at": "2026-11-22T00:00:00Z", "by": hostile,
            "row": {
                "passed": false, "manifest_sha256": "aa", "reason": hostile,
                "rules": [rule("passed"), rule("waived"), rule("failed")],
            },
        }],
    })
}

#[test]
fn a_release_has_its_page_and_waivers_show_where_they_matter() {
    let hostile = "<script>alert(1)</script>";
    let waiver =
        serde_json::json!({ "rule": "drills", "until": "2026-12-01", "approver": "Ben", "reason": hostile });
    let pages = site_of(&world(), &[waiver], Some(&release(hostile)));
    for kind in ["index", "AT", "AT-websites-1", "find", "find-", "method", "checks", "release"] {
        assert!(html(&pages).any(|(name, _)| name.starts_with(kind)), "{kind}");
    }
    for (name, page) in html(&pages) {
        // What the pages say of their own accessibility is no figure of the release.
        let is_touched = name != "accessibility.html";
        assert_eq!(page.contains("until 2026-12-01, by Ben: &lt;script&gt;"), is_touched, "{name}");
        assert!(page.contains("href=\"release.html\""), "{name}");
    }
    assert!(html(&pages).all(|(_, text)| !text.contains(hostile)));
    let page = &pages["release.html"];
    for part in ["waits for the gate", "may not go out", "Host added", "there is no earlier release", "✗ no:"]
    {
        assert!(page.contains(part), "{part}");
    }
    let first = serde_json::json!({ "data": null, "configuration": null, "threshold_changes": [] });
    let mut other = release("x");
    for (name, value) in first.as_object().unwrap() {
        other["manifest"][name] = value.clone();
    }
    other["decisions"] = serde_json::json!([]);
    let pages = site_of(&world(), &[], Some(&other));
    assert!(pages["release.html"].contains("The gate was not asked"));
    assert!(!pages["index.html"].contains("waived:"));
    assert!(!site(&world()).contains_key("release.html"));
}

#[test]
fn every_link_within_the_site_leads_somewhere() {
    let pages = site(&world());
    for (name, text) in html(&pages) {
        for link in text.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            if link.starts_with("http") || link.starts_with("mailto:") || link.starts_with("../") {
                continue;
            }
            let (page, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if page.is_empty() {
                text
            } else {
                pages.get(page).unwrap_or_else(|| panic!("{name}: {link}"))
            };
            assert!(anchor.is_empty() || target.contains(&format!("id=\"{anchor}\"")), "{name}: {link}");
        }
    }
}

#[test]
fn pages_are_whole_and_load_nothing_from_elsewhere() {
    for (name, text) in html(&site(&world())) {
        for part in [" src=", "@import", "url(", "<link", " style=", "<form", "<iframe"] {
            assert!(!text.contains(part), "{name}: {part}");
        }
        assert_eq!(text.matches("<h1").count(), 1, "{name}");
        assert_eq!(text.matches("<table").count(), text.matches("<caption").count(), "{name}");
        for part in ["<main", "<header", "<footer", "<nav", "href=\"#main\"", "lang=\"en\"", "<title>"] {
            assert!(text.contains(part), "{name}: {part}");
        }
        // A chart follows the table it repeats, and says in words what it shows.
        for (before, chart) in text.match_indices("<svg").map(|(at, _)| text.split_at(at)) {
            assert!(before.contains("</table>"), "{name}");
            assert!(chart.starts_with("<svg class=\"chart\" role=\"img\" aria-labelledby="), "{name}");
            assert!(chart.contains("<title id=") && chart.contains("<desc id="), "{name}");
        }
        assert!(text.len() < 1_000_000, "{name}");
    }
}

#[test]
fn texts_from_the_web_are_escaped_wherever_they_stand() {
    let database = world();
    let hostile = "<script>alert(\"1\")</script>'&\u{202e}";
    let quoted = hostile.replace('\'', "''");
    let sql = format!(
        "UPDATE changes SET before = '{quoted}'; UPDATE sources SET file_name = '{quoted}', sheet = '{quoted}';
         UPDATE hosts SET canonical_hostname = '{quoted}' WHERE host_id = 'host2'; UPDATE targets SET sources = [{{'source_id': 'src1', 'seed_id': 'seed1', 'sheet': '{quoted}', 'row_number': 1}}];
         UPDATE statements SET statement_url = 'javascript:{quoted}', detected_language = '{quoted}' WHERE host_id = 'host1';
         UPDATE meta_runs SET value = '{quoted}'; UPDATE fetches SET reason_code = '{quoted}', body_sha256 = '{quoted}' WHERE fetch_id = 'proof1';"
    );
    database.connection.execute_batch(&sql).unwrap();
    let pages = site(&database);
    let mut seen = 0;
    for (name, text) in &pages {
        assert!(!text.contains("<script>alert"), "{name}");
        assert!(!text.contains("href=\"javascript:"), "{name}");
        seen += usize::from(text.contains("&lt;script&gt;alert"));
    }
    assert!(seen >= 5, "{seen} pages show the text");
    assert!(!pages["search-1.js"].contains('<'));
}

#[test]
fn a_snapshot_without_rows_is_said_in_words() {
    let pages = site(&empty());
    assert!(pages["index.html"].contains("There is no website on record"));
    assert!(pages["index.html"].contains("There is no country in this snapshot."));
    assert!(pages["find.html"].contains("No website is known this month."));
    for (name, text) in &pages {
        for part in [">NaN", " NaN", "<svg", "id=\"query\""] {
            assert!(!text.contains(part), "{name}: {part}");
        }
    }
}

#[test]
fn without_a_month_before_there_is_nothing_to_compare_with() {
    let database = world();
    database.connection.execute_batch("DELETE FROM previous.hosts; DELETE FROM previous.statements").unwrap();
    let pages = site(&database);
    assert!(pages["index.html"].contains("There is no snapshot before this one"));
    assert!(!pages["index.html"].contains("Month by month"));
}

#[test]
fn a_country_of_which_nothing_could_be_read_has_no_share() {
    let database = world();
    let sql = "UPDATE statements SET is_read = false, is_reachable = false, detection_status = 'uncertain', reason_codes = ['host_unreachable'], statement_url = NULL";
    database.connection.execute_batch(sql).unwrap();
    let pages = site(&database);
    assert!(pages["AT.html"].contains("None of the 3 websites known could be judged"));
    assert!(pages["AT.html"].contains("no statement was found, so there is nothing to count"));
}

#[test]
fn long_lists_are_paged_and_every_website_is_found_by_name() {
    let database = world();
    let sql = "INSERT INTO hosts BY NAME SELECT h.* REPLACE ('more' || n AS host_id, 'www.x' || n || '.example.at' AS canonical_hostname) FROM hosts h, range(1000) t(n) WHERE host_id = 'host1'";
    database.connection.execute_batch(sql).unwrap();
    let pages = site(&database);
    assert!(pages.contains_key("AT-websites-3.html") && !pages.contains_key("AT-websites-4.html"));
    assert!(pages.contains_key("find-x-2.html"));
    for number in 0..1_000 {
        let name = format!("id=\"www.x{number}.example.at\"");
        let on: Vec<&String> = pages
            .iter()
            .filter(|(page, text)| page.starts_with("AT-websites") && text.contains(&name))
            .map(|(page, _)| page)
            .collect();
        assert_eq!(on.len(), 1, "{name}");
        let found = format!("{}#www.x{number}.example.at\"", on[0]);
        assert!(
            pages.iter().any(|(page, text)| page.starts_with("find-x") && text.contains(&found)),
            "{found}"
        );
    }
}
