//! A file of the current snapshot is damaged; consumers of the service get the snapshot before it.

use super::course::Course;
use super::europe::{Europe, MONTH};
use super::{loss, until};
use crate::loopback::{get, listening};
use crate::run::now;
use anyhow::{Context, ensure};
use deklaro_schemas::codes::RefAction;
use std::net::SocketAddr;

/// What a consumer asks for.
const LATEST: &str = "/v1/countries/AT/toon/latest";

pub(super) async fn drill(europe: &Europe<'_>, course: &mut Course) -> anyhow::Result<()> {
    let (folder, store) = europe.store("release-rollback").await?;
    let bad = europe.run(&store, &europe.crawl, MONTH, &[]).await?.snapshot;
    let file = folder.join(format!("snapshots/snapshot={bad}/artifacts/AT.json"));
    let mut bytes = std::fs::read(&file).with_context(|| format!("reading `{}`", file.display()))?;
    let service = europe.start("service", &folder, &["serve", "--no-worker", "--listen", "127.0.0.1:0"])?;
    let said = async || Ok(listening(&service.said()));
    let address: SocketAddr = until("the service listens", said).await?;

    // One bit: what was `t` may be `u` now.
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, &bytes).with_context(|| format!("writing `{}`", file.display()))?;
    course.broken(format!("a bit of AT.json in {bad} is flipped"));
    let (status, _) = get(address, LATEST).await?;
    ensure!(status >= 500, "the service answers {status} with a damaged file");
    course.detected(format!("the service answers {status} rather than with the damaged file"));
    let findings = store.verify(&bad).await?.findings;
    ensure!(findings.len() == 1, "verify has {} findings", findings.len());
    course.note(format!("verify names it: {}", findings[0].path));

    let at = now().to_string();
    store.append_ref(RefAction::Rollback, &europe.before, None, &at, Some("drill")).await?;
    let month = format!("\"runMonth\":\"{}\"", europe.before.month());
    let is_back = async || {
        let (status, body) = get(address, LATEST).await?;
        let body: String = body.chars().filter(|letter| !letter.is_whitespace()).collect();
        Ok((status == 200 && body.contains(&month)).then_some(()))
    };
    until("the service answers from the snapshot before", is_back).await?;
    course.recovered(format!("rolled back: the service answers from {}", europe.before));
    loss::check(europe, &store, &europe.before, course).await
}
