//! `deklaro readiness`: the scorecard, the end-to-end walk, the nightly run.

use crate::cli::{ReadinessArgs, ReadinessWhat};
use crate::config::Config;
use crate::context::Context;
use deklaro_console::{Exit, Progress, Shutdown};
use deklaro_proving::night::{self, scorecard, text};
use deklaro_record::release::waivers_in_force;

/// `deklaro readiness`: exit 1 unless every suite passed or is waived.
pub(crate) async fn judge(context: &Context, asked: &ReadinessArgs) -> anyhow::Result<Exit> {
    let Context { store, config, .. } = context;
    let card = scorecard(store, asked).await?;
    if asked.record {
        night::record(store, &config.operator, &card).await?;
    }
    super::health::print(
        &card,
        &waivers_in_force(store, &config.gate, card.generated_at).await?,
        asked.output.json,
        text,
    )?;
    Ok(if card.overall_passed { Exit::Done } else { Exit::CheckFailed })
}

/// What readiness does beside the scorecard; `e2e` needs no store, `run` makes one where none is.
pub(crate) async fn walk(
    config: &Config,
    asked: &ReadinessArgs,
    progress: &Progress,
    shutdown: &Shutdown,
) -> anyhow::Result<Exit> {
    let setup = config.setup();
    match &asked.what {
        Some(ReadinessWhat::E2e(e2e)) => night::e2e(&setup, e2e, progress, shutdown).await,
        Some(ReadinessWhat::Run(asked)) => night::run(&setup, asked, progress).await,
        None => Ok(Exit::Usage),
    }
}
