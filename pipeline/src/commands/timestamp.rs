//! `deklaro timestamp` gets a time stamp for a snapshot, or shows the one it has.

use crate::cli::TimestampArgs;
use crate::context::Context;
use deklaro_console::{Exit, UsageError, output};
use deklaro_record::chosen;
use deklaro_record::timestamp::{TimeAuthority, stamp};

/// `deklaro timestamp`: a snapshot gets one time stamp; asked again, the command shows it.
pub(crate) async fn timestamp(context: &Context, what: &TimestampArgs) -> anyhow::Result<Exit> {
    let Context { store, config, .. } = context;
    let Some(authority) = TimeAuthority::of(&config.timestamp, &(&what.tsa).into())? else {
        let hint = "`--tsa URL`, or `tsa = \"URL\"` under `[timestamp]` in deklaro.toml";
        return Err(UsageError::new("no time-stamp authority given", hint).into());
    };
    let snapshot = chosen(store, what.snapshot.as_ref()).await?;
    let stamped = stamp(store, &snapshot, &authority).await?;
    if what.output.json {
        output::json(&stamped)?;
    } else {
        let had = if stamped.is_new { "has" } else { "had already" };
        output::text(&format!("snapshot {snapshot} {had} the time stamp {}\n", stamped.stamp))?;
    }
    Ok(Exit::Done)
}
