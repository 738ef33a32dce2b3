//! `deklaro release`: from a complete snapshot to a published one.

mod approve;
mod draft;
mod gate;
mod publish;
mod show;
mod waive;

use crate::cli::{ReleaseArgs, ReleaseWhat};
use crate::context::Context;
use deklaro_console::Exit;
use deklaro_record::release::Desk;
use deklaro_record::timestamp::after_entry;
use deklaro_run::DuckTables;
use deklaro_schemas::codes::DecisionAction;
use tracing::Instrument;
use tracing::field::Empty;

/// `deklaro release`: every decision is made, and traced, in the span `deployment.gate`.
pub(crate) async fn release(context: &Context, asked: &ReleaseArgs) -> anyhow::Result<Exit> {
    let Context { store, config, progress, .. } = context;
    let action = match &asked.what {
        ReleaseWhat::Draft(_) => Some(DecisionAction::Draft),
        ReleaseWhat::Show(_) => None,
        ReleaseWhat::Approve(_) => Some(DecisionAction::Approve),
        ReleaseWhat::Waive(_) => Some(DecisionAction::Waive),
        ReleaseWhat::Gate(_) => Some(DecisionAction::Gate),
        ReleaseWhat::Publish(_) => Some(DecisionAction::Publish),
    };
    let step = action.map_or("show", DecisionAction::as_str);
    let span = tracing::info_span!(
        "deployment.gate",
        step,
        snapshot = Empty,
        manifest_sha256 = Empty,
        decision = Empty,
        outcome = Empty,
        otel.status_code = Empty,
        otel.status_description = Empty
    );
    let done = async {
        let desk = Desk::open(store, &config.gate, &config.operator, &DuckTables);
        let done = match &asked.what {
            ReleaseWhat::Draft(asked) => draft::draft(&desk, asked, progress).await,
            ReleaseWhat::Show(asked) => show::show(&desk, asked).await,
            ReleaseWhat::Approve(asked) => approve::approve(&desk, asked).await,
            ReleaseWhat::Waive(asked) => waive::waive(&desk, asked).await,
            ReleaseWhat::Gate(asked) => gate::gate(&desk, asked).await,
            ReleaseWhat::Publish(asked) => {
                let done = Box::pin(publish::publish(&desk, asked)).await;
                if matches!(done, Ok(Exit::Done)) {
                    after_entry(store, &config.timestamp, progress).await;
                }
                done
            }
        };
        match action {
            Some(action) => desk.or_refused(action, done).await,
            None => done,
        }
    };
    let result = Box::pin(done).instrument(span.clone()).await;
    let outcome = match &result {
        Ok(Exit::Done) => "passed",
        Ok(_) => "refused",
        Err(_) => "failed",
    };
    deklaro_watch::ended(&span, outcome, result.as_ref().err());
    result
}
