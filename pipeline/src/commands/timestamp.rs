//! `deklaro timestamp` gets a time stamp for a snapshot or the end of the ref log, or shows the one it has.

use crate::cli::TimestampArgs;
use crate::context::Context;
use deklaro_console::{Exit, UsageError, output};
use deklaro_record::chosen;
use deklaro_record::timestamp::{TimeAuthority, stamp, stamp_head};

/// `deklaro timestamp`: a snapshot or an entry gets one time stamp; asked again, the command shows it.
pub(crate) async fn timestamp(context: &Context, what: &TimestampArgs) -> anyhow::Result<Exit> {
    let Context { store, config, .. } = context;
    let Some(authority) = TimeAuthority::of(&config.timestamp, &(&what.tsa).into())? else {
        let hint = "`--tsa URL`, or `tsa = \"URL\"` under `[timestamp]` in deklaro.toml";
        return Err(UsageError::new("no time-stamp authority given", hint).into());
    };
    let (stamped, subject) = if what.head {
        (stamp_head(store, &authority).await?, "the last entry of the ref log".to_owned())
    } else {
        let snapshot = chosen(store, what.snapshot.as_ref()).await?;
        (stamp(store, &snapshot, &authority).await?, format!("snapshot {snapshot}"))
    };
    if what.output.json {
        output::json(&stamped)?;
    } else {
        let had = if stamped.is_new { "has" } else { "had already" };
        output::text(&format!("{subject} {had} the time stamp {}\n", stamped.stamp))?;
    }
    Ok(Exit::Done)
}
