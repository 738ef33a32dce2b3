//! Do the files of deployment name what they run by its hash, and does each process get the secrets of its role alone?

use crate::workspace::{packages, root};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Images whose hash nobody could look up on the machine without a network that pinned the others, 2026-11-30. Pin them with
/// `docker buildx imagetools inspect IMAGE` where there is one, and take the line out.
const NOT_PINNED: [&str; 2] =
    ["docker.elastic.co/beats/filebeat:8.15.3", "docker.elastic.co/kibana/kibana:8.15.3"];

/// Every file below a folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
}

/// What a line has somebody else's program fetched by: an image or an action.
fn fetched(line: &str) -> Option<&str> {
    let line = line.trim_start().trim_start_matches("- ");
    let rest = ["image:", "uses:", "FROM "].iter().find_map(|key| line.strip_prefix(key))?;
    rest.split_whitespace().find(|word| !word.starts_with("--"))
}

fn is_pinned(name: &str) -> bool {
    let is_hash =
        |text: &str, digits| text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let by_digest = name.rsplit_once("@sha256:").is_some_and(|(_, digest)| is_hash(digest, 64));
    by_digest || name.rsplit_once('@').is_some_and(|(_, commit)| is_hash(commit, 40))
}

/// Our own image has no hash before it is built.
fn is_ours(name: &str) -> bool {
    name == "deklaro" || name.starts_with("deklaro:")
}

#[test]
fn images_and_actions_are_named_by_their_hash() {
    let (mut seen, mut not_pinned) = (0, BTreeSet::new());
    for folder in ["pipeline/deploy", ".github"] {
        for path in below(&root().join(folder)) {
            let text = std::fs::read_to_string(&path).unwrap();
            for name in text.lines().filter_map(fetched).filter(|name| !is_ours(name)) {
                seen += 1;
                if !is_pinned(name) {
                    not_pinned.insert(name.to_owned());
                }
            }
        }
    }
    assert!(seen > 10, "{seen}");
    assert_eq!(
        not_pinned,
        NOT_PINNED.map(str::to_owned).into(),
        "pin it by its hash, the version in a comment or before it"
    );
}

#[test]
fn what_is_pinned_is_told_from_what_is_not() {
    let digest = "ab".repeat(32);
    for line in [
        format!("  - image: a/b:1@sha256:{digest}"),
        format!("FROM a@sha256:{digest} AS b"),
        format!("- uses: a/b@{} # v1", &digest[..40]),
    ] {
        assert!(is_pinned(fetched(&line).unwrap()), "{line}");
    }
    for line in [
        "image: a/b:1",
        "image: a/b:latest",
        "- uses: a/b@v4",
        "FROM --platform=linux/amd64 a:1",
        "uses: a/b@main",
    ] {
        assert!(!is_pinned(fetched(line).unwrap()), "{line}");
    }
}

/// The documents of Kubernetes: name and text.
fn documents() -> Vec<(String, String)> {
    let mut files = below(&root().join("pipeline/deploy/kubernetes"));
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    let texts = files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect::<Vec<_>>();
    let documents = texts.iter().flat_map(|text| text.split("\n---")).map(|document| {
        let name = document.split_once("name: ").map_or("", |(_, rest)| rest);
        let name = name.split(|letter: char| !letter.is_alphanumeric() && letter != '-').next().unwrap_or("");
        (name.to_owned(), document.to_owned())
    });
    documents.collect()
}

/// The names behind `secretRef: { name: …` in a document.
fn secrets(document: &str) -> BTreeSet<String> {
    let parts = document.split("secretRef: { name: ").skip(1);
    parts.map(|rest| rest.split([' ', '}']).next().unwrap().to_owned()).collect()
}

#[test]
fn a_process_has_the_secret_of_its_role_and_no_other() {
    let mut users = BTreeMap::<String, BTreeSet<String>>::new();
    for (name, document) in documents() {
        let given = secrets(&document);
        assert!(given.len() <= 1, "`{name}` has {given:?}");
        for secret in given {
            users.entry(secret).or_default().insert(name.clone());
        }
    }
    let runs = ["deklaro-commit", "deklaro-month", "deklaro-plan", "deklaro-round", "deklaro-worker"];
    let expected =
        [("deklaro-run", runs.map(str::to_owned).into()), ("deklaro-serve", ["deklaro".to_owned()].into())];
    assert_eq!(users, expected.map(|(secret, users)| (secret.to_owned(), users)).into());
    let with_token: Vec<String> = documents()
        .into_iter()
        .filter(|(_, text)| text.contains("DEKLARO_API_TOKEN: "))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(with_token, ["deklaro-serve"], "nobody else may know the token");
}

/// Strangers come through the ingress alone: untrusted, it would be one client with one limit for all of them.
#[test]
fn the_service_believes_its_ingress() {
    let documents = documents();
    let (_, text) = documents.iter().find(|(name, _)| name == "deklaro-config").expect("the configuration");
    let (_, file) = text.split_once("deklaro.toml: |\n").expect("its file");
    let file: toml::Table = toml::from_str(file).unwrap();
    let proxies = file["serve"]["trusted_proxies"].as_array().expect("a list");
    assert!(!proxies.is_empty(), "the ingress is no proxy that is believed");
}

/// What is not let in by name stays out of the image's build: keys, stores, the history.
#[test]
fn the_image_is_built_from_the_workspace_alone() {
    let text = std::fs::read_to_string(root().join(".dockerignore")).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(lines.first(), Some(&"*"));
    let root = root().canonicalize().unwrap();
    for package in packages() {
        let folder = package.folder.strip_prefix(&root).unwrap().components().next().unwrap();
        let folder = folder.as_os_str().to_string_lossy().into_owned();
        assert!(lines.contains(&format!("!{folder}").as_str()), "`{folder}` is not let in");
    }
}
