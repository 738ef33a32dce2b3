//! Is a lease in the way of a process that is gone, and how long is it waited for?
//!
//! A process of another machine or container cannot be looked up. One that lives renews its lease once a minute; the lease of one
//! that is gone runs out.

use crate::run_file;
use crate::tools::Tools;
use deklaro_console::now;
use deklaro_record::is_gone;
use deklaro_schemas::{CountryCode, RunId, Timestamp};
use deklaro_store::{Lease, LeaseScope};
use futures::future::BoxFuture;
use std::collections::BTreeMap;
use std::time::Duration;

/// Looked at so often.
const LOOKED_EVERY: Duration = Duration::from_secs(2);

/// Waits until no lease stands in the way of a run over these countries, all where none is named, or of the run to resume. It ends
/// at once where a lease is renewed (its process is alive, and the run is told so) or this process is told to stop. Leases run out,
/// so it ends within 20 minutes.
pub fn wait_for_lease<'a>(
    tools: Tools<'a>,
    resumed: Option<&'a RunId>,
    countries: &'a [CountryCode],
) -> BoxFuture<'a, anyhow::Result<()>> {
    Box::pin(async move {
        let countries = match resumed {
            Some(run) => run_file::load(tools.store, run).await?.countries,
            None => countries.to_vec(),
        };
        let (wanted, mut seen) = (LeaseScope::of(&countries), Seen::default());
        loop {
            let mut leases = tools.store.leases(now()).await?;
            leases.retain(|lease| lease.scope.overlaps(&wanted) && !is_gone(&lease.owner));
            match seen.look(&leases) {
                Holder::Nobody | Holder::Alive => return Ok(()),
                Holder::Silent { is_new: true, lease } => {
                    tools.progress.say(&format!("waiting for a lease that may be left over: {lease}"));
                }
                Holder::Silent { .. } => {}
            }
            tokio::select! {
                () = tokio::time::sleep(LOOKED_EVERY) => {}
                () = tools.shutdown.token.cancelled() => return Ok(()),
            }
        }
    })
}

/// Who stands in the way.
#[derive(Debug, PartialEq)]
enum Holder<'a> {
    Nobody,
    /// Somebody who has renewed the lease since it was first seen.
    Alive,
    /// Somebody who has not; `is_new` when seen for the first time.
    Silent {
        lease: &'a Lease,
        is_new: bool,
    },
}

/// When each lease was to end when it was first seen, by its token.
#[derive(Default)]
struct Seen(BTreeMap<String, Timestamp>);

impl Seen {
    fn look<'a>(&mut self, leases: &'a [Lease]) -> Holder<'a> {
        let mut silent = Holder::Nobody;
        for lease in leases {
            match self.0.insert(lease.owner.token.clone(), lease.expires_at) {
                Some(before) if before != lease.expires_at => return Holder::Alive,
                before => silent = Holder::Silent { lease, is_new: before.is_none() },
            }
        }
        silent
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_store::Owner;

    fn lease(token: &str, expires: i64) -> Lease {
        let owner = Owner {
            token: token.to_owned(),
            run_id: None,
            host: "a-host".to_owned(),
            process: 1,
            place: String::new(),
        };
        let (since_at, expires_at) = (Timestamp(0), Timestamp(expires));
        Lease { owner, scope: LeaseScope::All, is_moving: false, since_at, expires_at }
    }

    #[test]
    fn a_lease_that_is_renewed_is_told_from_one_that_runs_out() {
        let mut seen = Seen::default();
        let (dead, other) = (lease("dead", 300), lease("other", 310));
        let silent = |lease, is_new| Holder::Silent { lease, is_new };
        assert_eq!(seen.look(std::slice::from_ref(&dead)), silent(&dead, true));
        assert_eq!(seen.look(std::slice::from_ref(&dead)), silent(&dead, false));
        assert_eq!(seen.look(std::slice::from_ref(&other)), silent(&other, true), "taken by the next one");
        assert_eq!(seen.look(&[lease("other", 370)]), Holder::Alive);
        assert_eq!(seen.look(&[]), Holder::Nobody);
    }
}
