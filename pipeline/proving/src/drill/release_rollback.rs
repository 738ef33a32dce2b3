//! A file of the current snapshot is damaged; consumers of the service get the snapshot before it.

use super::course::Course;
use super::europe::{DrillGround, MONTH};
use super::loss;
use super::waiting::until;
use crate::loopback::{get, listening};
use anyhow::{Context, ensure};
use deklaro_console::now;
use deklaro_schemas::codes::RefAction;
use deklaro_schemas::stored::{Manifest, ManifestFile};
use deklaro_schemas::{CountryCode, Sha256};
use std::net::SocketAddr;

/// The country whose artifact is damaged.
const COUNTRY: &str = "AT";

pub(super) async fn drill(europe: &DrillGround<'_>, course: &mut Course) -> anyhow::Result<()> {
    let (folder, store) = europe.store("release-rollback").await?;
    let bad = europe.run(&store, &europe.crawl, MONTH, &[]).await?.snapshot;
    let file = folder.join(Manifest::artifacts_folder(&bad)).join(format!("{COUNTRY}.json"));
    let mut bytes = std::fs::read(&file).with_context(|| format!("reading `{}`", file.display()))?;
    let service = europe.start("service", &folder, &["serve", "--no-worker", "--listen", "127.0.0.1:0"])?;
    let said = async || Ok(listening(&service.said()));
    let address: SocketAddr = until("the service listens", said).await?;

    // One bit: what was `t` may be `u` now.
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, &bytes).with_context(|| format!("writing `{}`", file.display()))?;
    course.broken(format!("a bit of {COUNTRY}.json in {bad} is flipped"));
    let (status, _) = get(address, &latest(COUNTRY)).await?;
    ensure!(status >= 500, "the service answers {status} with a damaged file");
    course.detected(format!("the service answers {status} rather than with the damaged file"));
    let findings = store.verify(&bad).await?.findings;
    ensure!(findings.len() == 1, "verify has {} findings", findings.len());
    course.note(format!("verify names it: {}", findings[0].path));

    store.append_ref(RefAction::Rollback, &europe.before, None, now(), Some("drill")).await?;
    let manifest = store.manifest(&europe.before).await?;
    let artifacts = artifacts(&manifest);
    let (_, damaged) =
        artifacts.iter().find(|(country, _)| country.as_str() == COUNTRY).context("no artifact")?;
    let is_back = async || Ok(is_as_published(&get(address, &latest(COUNTRY)).await?, damaged).then_some(()));
    until("the service answers with the file of the snapshot before", is_back).await?;
    course.recovered(format!("rolled back: the service answers from {}", europe.before));
    let mut others = 0;
    for (country, file) in &artifacts {
        others += u64::from(!is_as_published(&get(address, &latest(country.as_str())).await?, file));
    }
    let count = artifacts.len();
    course.lost(
        others,
        format!("of {count} artifacts, as served and as the manifest of {} has them", europe.before),
    );
    // Its rows are those that are compared with; its files and the log are looked at.
    loss::check(europe, &store, &europe.before, course).await
}

/// What a consumer of a country asks for.
fn latest(country: &str) -> String {
    format!("/v1/countries/{country}/toon/latest")
}

/// The countries of a snapshot, and their artifacts as JSON.
fn artifacts<'a>(manifest: &'a Manifest) -> Vec<(CountryCode, &'a ManifestFile)> {
    let of_country = |file: &'a ManifestFile| Some((file.artifact_of("json")?, file));
    manifest.files.iter().filter_map(of_country).collect()
}

/// True for an answer with this very file.
fn is_as_published((status, body): &(u16, String), file: &ManifestFile) -> bool {
    *status == 200 && Sha256::of(body.as_bytes()) == file.sha256
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::codes::FileKind;

    #[test]
    fn an_answer_with_another_file_or_with_none_is_not_as_published() {
        let published = "{ \"runMonth\": \"2026-10\" }";
        let file = ManifestFile {
            path: "artifacts/AT.json".parse().unwrap(),
            kind: FileKind::Artifact,
            table: None,
            sha256: Sha256::of(published.as_bytes()),
            size_bytes: published.len() as u64,
            row_count: None,
        };
        let is_it = |status, body: &str| is_as_published(&(status, body.to_owned()), &file);
        assert!(is_it(200, published));
        assert!(!is_it(200, &published.replace("10", "11")) && !is_it(200, &format!("{published}\n")));
        assert!(!is_it(500, published) && !is_it(200, ""));
    }
}
