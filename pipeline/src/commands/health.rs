//! `deklaro health` judges whether a snapshot is healthy.

use crate::cli::HealthArgs;
use crate::context::Context;
use anyhow::Context as _;
use deklaro_console::{Exit, now, output};
use deklaro_judge::{HealthState, HealthVerdict, metrics};
use deklaro_record::chosen;
use deklaro_record::health::{Judgement, judgement};
use deklaro_record::release::{WaiverInForce, waivers_in_force};
use deklaro_run::DuckTables;
use deklaro_schemas::Timestamp;
use deklaro_store::Store;
use serde::Serialize;
use std::path::Path;

/// A judgement and the gate rules that are waived at that moment. The waivers are no part of the judgement,
/// nor of its hash.
#[derive(Debug, Serialize)]
struct Judged<'a, T> {
    #[serde(flatten)]
    judged: &'a T,
    gate_waivers: &'a [WaiverInForce],
}

/// Prints what was judged, and the waivers beside it: as one document, or as lines below the text.
pub(super) fn print<T: Serialize>(
    judged: &T,
    gate_waivers: &[WaiverInForce],
    is_json: bool,
    text: fn(&T) -> String,
) -> anyhow::Result<()> {
    if is_json {
        return output::json(&Judged { judged, gate_waivers });
    }
    let lines = gate_waivers.iter().map(|waived| format!("{:>12}  {waived}\n", "gate waiver"));
    output::text(&(text(judged) + &lines.collect::<String>()))
}

/// `deklaro health`: exit 1 when the state is not healthy.
pub(crate) async fn judge(context: &Context, asked: &HealthArgs) -> anyhow::Result<Exit> {
    let Context { store, config, .. } = context;
    let at = asked
        .at
        .as_deref()
        .map(|text| deklaro_record::moment_of("--at", text))
        .transpose()?
        .unwrap_or_else(now);
    let health = judged(store, asked, at).await?;
    print(&health, &waivers_in_force(store, &config.gate, at).await?, asked.output.json, text)?;
    Ok(if health.state == HealthState::Healthy { Exit::Done } else { Exit::CheckFailed })
}

async fn judged(store: &Store, asked: &HealthArgs, at: Timestamp) -> anyhow::Result<deklaro_judge::Health> {
    let snapshot = chosen(store, asked.snapshot.as_ref()).await?;
    let ask = Judgement { at, window: asked.window, without_machine: asked.without_machine };
    let (judged, current) = judgement(store, &DuckTables, &snapshot, ask).await?;
    if let Some(file) = &asked.prom {
        replace(file, &metrics(&judged, &current))?;
    }
    Ok(judged)
}

/// Prometheus' textfile collector may read at any time: it must find the old file or the new one, whole.
fn replace(file: &Path, text: &str) -> anyhow::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = || -> std::io::Result<()> {
        let new = tempfile::Builder::new().suffix(".tmp").tempfile_in(folder)?;
        std::fs::write(new.path(), text)?;
        // The collector runs as another user.
        std::fs::set_permissions(new.path(), std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
        new.persist(file)?;
        Ok(())
    };
    written().with_context(|| format!("writing `{}`", file.display()))
}

fn text(judged: &deklaro_judge::Health) -> String {
    let month = judged.run_month.map_or("no month".to_owned(), |month| month.to_string());
    let mut text = format!(
        "{} for {month}, compared with {} of {} earlier months\n",
        judged.state.as_str(),
        judged.history.min(judged.window),
        judged.history
    );
    for cause in &judged.causes {
        text.push_str(&format!("  {cause}\n"));
    }
    for check in &judged.checks {
        let verdict = match check.verdict {
            HealthVerdict::Pass => "pass",
            HealthVerdict::Fail => check.state.as_str(),
            HealthVerdict::NotChecked => "not checked",
        };
        let value = check.value.map_or("–".to_owned(), |value| value.to_string());
        text.push_str(&format!("{verdict:>12}  {:24} {value:>10}  up to {}\n", check.name, check.threshold));
    }
    text
}
