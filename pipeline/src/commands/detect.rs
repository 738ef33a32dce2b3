use crate::cli::Detect;
use crate::config::Config;
use crate::exit::Exit;
use crate::output;
use crate::progress::Progress;
use crate::run::{Tools, redetect, rehearsal};
use crate::shutdown::Shutdown;
use crate::timestamp::{self, Authority};
use deklaro_schemas::store::Store;

/// `deklaro detect`
pub(crate) async fn detect(
    store: &Store,
    config: &Config,
    detect: &Detect,
    progress: &Progress,
    shutdown: &Shutdown,
) -> anyhow::Result<Exit> {
    rehearsal::settle(store, progress).await?;
    let from = super::chosen(store, detect.snapshot.as_ref()).await?;
    let tools = Tools {
        store,
        crawl: &config.crawl,
        progress,
        shutdown,
        publication: &config.publication,
        held_by: config.held_by(),
    };
    let authority = Authority::of(&config.timestamp, &detect.tsa)?;
    let mut outcome = redetect::start(tools, &from, detect.terms.path()?).await?;
    outcome.timestamp = timestamp::after(store, authority.as_ref(), &outcome.snapshot, progress).await;
    if detect.output.json {
        output::json(&outcome)?;
    } else {
        output::text(&super::run::shown(&outcome))?;
    }
    Ok(Exit::Done)
}
