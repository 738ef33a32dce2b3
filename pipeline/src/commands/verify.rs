//! `deklaro verify` compares a snapshot's files with its manifest, and the manifest with the ref log.

use crate::cli::VerifyArgs;
use crate::context::Context;
use deklaro_console::{Exit, output};
use deklaro_record::timestamp;
use deklaro_run::{VerifyRequest, verified};

/// `deklaro verify`: exit 1 when something is not what was published.
pub(crate) async fn verify(context: &Context, verify: &VerifyArgs) -> anyhow::Result<Exit> {
    let Context { store, config, .. } = context;
    let trusted = timestamp::trusted(&config.timestamp, verify.trust.tsa_ca.as_deref())?;
    let snapshot = match (verify.all, &verify.snapshot) {
        (true, _) => None,
        (false, Some(snapshot)) => Some(snapshot.clone()),
        (false, None) => Some(store.current().await?),
    };
    let (is_deep, head) = (verify.deep, verify.head.as_ref());
    let asked = VerifyRequest { snapshot: snapshot.as_ref(), is_deep, trusted: trusted.as_ref(), head };
    let all = verified(store, asked).await?;
    match (verify.output.json, verify.all) {
        (true, true) => output::json(&all)?,
        (true, false) => output::json(&all[0])?,
        (false, _) => {
            let entries = store.refs().await?.len();
            output::text(&all.iter().map(|one| one.shown(entries)).collect::<String>())?;
        }
    }
    let is_intact = all.iter().all(|checked| checked.verified.findings.is_empty());
    Ok(if is_intact { Exit::Done } else { Exit::CheckFailed })
}
