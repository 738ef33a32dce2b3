//! The book of leases says who is at work: one scan at a time per country, and one change of the current
//! snapshot.
//!
//! Each edition of the book is a numbered object that is created once and never changed. To take, renew or
//! give back a lease, a process writes the next number. Where another process was faster, it reads again. So
//! a lease over several countries is taken whole or not at all. Of two that want the same lease exactly one
//! gets it, on a disk as in a bucket. The newest number counts.

use super::error::StoreError;
use super::lease::{Lease, LeaseScope, Owner};
use super::objects::Store;
use bytes::Bytes;
use deklaro_schemas::Timestamp;
use deklaro_schemas::stored::{CLOCK_SKEW_SECONDS, LEASE_SECONDS, entry_path};
use serde::{Deserialize, Serialize};

const FOLDER: &str = "leases";
/// A lease ends at the latest so long after its edition of the book was written: as long as one holds, and what clocks may differ by.
const LONGEST: i64 = (LEASE_SECONDS + CLOCK_SKEW_SECONDS) * 1_000_000;
/// Older books are deleted; so many stay, for readers that are in the middle of a listing.
const KEPT_BOOKS: u64 = 16;

/// One edition of the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    sequence: u64,
    /// The writer, so that two editions are never the same bytes by chance.
    written_by: String,
    leases: Vec<Lease>,
}

impl Book {
    /// The leases as they hold: one that a machine with a fast clock took does not hold for as much longer as that clock is ahead.
    /// The store's clock, which wrote the edition at `written_at`, bounds them all.
    fn bounded(mut self, written_at: Timestamp) -> Self {
        for lease in &mut self.leases {
            lease.expires_at = lease.expires_at.min(Timestamp(written_at.0 + LONGEST));
        }
        self
    }
}

impl Store {
    /// Takes a lease, or says who has it. One that expired is taken over, and so is one whose owner `is_gone`.
    pub async fn acquire(
        &self,
        owner: &Owner,
        scope: &LeaseScope,
        is_moving: bool,
        now: Timestamp,
        is_gone: impl Fn(&Owner) -> bool,
    ) -> Result<Lease, StoreError> {
        let wanted = Lease {
            owner: owner.clone(),
            scope: scope.clone(),
            is_moving,
            since_at: now,
            expires_at: expiry(now),
        };
        self.turn(owner, |leases| {
            let is_other = |lease: &Lease| lease.owner.token != owner.token;
            leases.retain(|lease| is_other(lease) && is_held(lease, now) && !is_gone(&lease.owner));
            free(&wanted, leases)?;
            leases.push(wanted.clone());
            Ok(())
        })
        .await?;
        Ok(wanted)
    }

    /// Renews a lease, with or without the right to move the current snapshot. An error says who took it over, or moves it now.
    pub async fn renew(&self, lease: &Lease, is_moving: bool, now: Timestamp) -> Result<Lease, StoreError> {
        let renewed = Lease { is_moving, expires_at: expiry(now), ..lease.clone() };
        self.turn(&lease.owner, |leases| {
            let Some(place) = leases.iter().position(|held| held.owner.token == lease.owner.token) else {
                return Err(lost(lease, leases));
            };
            leases.remove(place);
            leases.retain(|other| is_held(other, now));
            free(&renewed, leases)?;
            leases.push(renewed.clone());
            Ok(())
        })
        .await?;
        Ok(renewed)
    }

    /// Gives a lease back. One that was taken over is not this process's to give.
    pub async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        self.turn(&lease.owner, |leases| {
            leases.retain(|held| held.owner.token != lease.owner.token);
            Ok(())
        })
        .await
    }

    /// Takes these leases from their owners, as `breaker`; one that was renewed since is taken too, one that is over or was given back is
    /// not there to take. A process that lives learns of it at its next renewal and ends; until then it cannot publish.
    pub async fn break_leases(&self, breaker: &Owner, broken: &[Lease]) -> Result<(), StoreError> {
        self.turn(breaker, |leases| {
            leases.retain(|held| broken.iter().all(|lease| lease.owner.token != held.owner.token));
            Ok(())
        })
        .await
    }

    /// Who is at work.
    pub async fn leases(&self, now: Timestamp) -> Result<Vec<Lease>, StoreError> {
        let mut leases = self.book().await?.leases;
        leases.retain(|lease| is_held(lease, now));
        Ok(leases)
    }

    /// Writes the next edition, changed by `change`; again where another process was faster.
    async fn turn(
        &self,
        owner: &Owner,
        change: impl Fn(&mut Vec<Lease>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        loop {
            let Book { sequence, mut leases, .. } = self.book().await?;
            change(&mut leases)?;
            let next = Book { sequence: sequence + 1, written_by: owner.token.clone(), leases };
            let json = Bytes::from(serde_json::to_vec(&next).expect("a book has only texts and numbers"));
            match self.create(&path_of(next.sequence), json.clone()).await {
                // A number far behind the newest was free again: what was written there counts for nothing.
                Ok(()) if self.newest().await? > next.sequence + KEPT_BOOKS / 2 => {}
                // Two got the number, because the bucket checks and writes in two steps: what stands there counts.
                Ok(()) if !self.is_written(next.sequence, &json).await? => {}
                Ok(()) => return self.prune(next.sequence).await,
                Err(StoreError::Exists { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// True where the edition holds these bytes. A file of a folder is created by one alone.
    async fn is_written(&self, sequence: u64, json: &Bytes) -> Result<bool, StoreError> {
        if self.location.is_local() {
            return Ok(true);
        }
        match self.read_record(&path_of(sequence)).await {
            Ok(found) => Ok(found == *json),
            Err(StoreError::Missing { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn book(&self) -> Result<Book, StoreError> {
        loop {
            let sequence = self.newest().await?;
            if sequence == 0 {
                return Ok(Book { sequence, written_by: String::new(), leases: Vec::new() });
            }
            let path = path_of(sequence);
            match self.read_dated_record(&path).await {
                Ok((bytes, written_at)) => {
                    let corrupt =
                        |error: serde_json::Error| StoreError::Corrupt { path, why: error.to_string() };
                    let book: Book = serde_json::from_slice(&bytes).map_err(corrupt)?;
                    return Ok(book.bounded(written_at));
                }
                // Deleted in between: there are newer ones.
                Err(StoreError::Missing { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The newest number; 0 where there is none.
    async fn newest(&self) -> Result<u64, StoreError> {
        Ok(self.list(FOLDER).await?.iter().filter_map(|(path, _)| sequence_of(path)).max().unwrap_or(0))
    }

    async fn prune(&self, newest: u64) -> Result<(), StoreError> {
        for (path, _) in self.list(FOLDER).await? {
            if sequence_of(&path).is_some_and(|sequence| sequence + KEPT_BOOKS <= newest) {
                match self.delete(&path).await {
                    Ok(()) | Err(StoreError::Missing { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }
}

fn path_of(sequence: u64) -> String {
    entry_path(FOLDER, sequence)
}

fn sequence_of(path: &str) -> Option<u64> {
    path.rsplit('/').next()?.strip_suffix(".json")?.parse().ok()
}

fn expiry(now: Timestamp) -> Timestamp {
    Timestamp(now.0 + LEASE_SECONDS * 1_000_000)
}

fn is_held(lease: &Lease, now: Timestamp) -> bool {
    now < lease.expires_at
}

fn free(wanted: &Lease, others: &[Lease]) -> Result<(), StoreError> {
    match others.iter().find(|other| other.clashes(wanted)) {
        Some(other) => Err(StoreError::Busy(Box::new(other.clone()))),
        None => Ok(()),
    }
}

fn lost(lease: &Lease, leases: &[Lease]) -> StoreError {
    let run = lease.owner.run_id.as_ref().map_or_else(|| "rehearsal".to_owned(), ToString::to_string);
    let by = leases.iter().find(|other| other.scope.overlaps(&lease.scope));
    let why = by.map_or_else(|| "its lease expired and was taken away".to_owned(), ToString::to_string);
    StoreError::LeaseLost { run, why }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::location::StoreLocation;
    use deklaro_schemas::RunMonth;
    use deklaro_schemas::{CountryCode, RunId};
    use object_store::{ObjectStore, memory::InMemory};
    use std::path::PathBuf;
    use std::sync::Arc;

    fn owner(name: &str) -> Owner {
        let run_id = Some(RunId::new(RunMonth::parse("2026-11").unwrap(), 7));
        let (token, host) = (name.to_owned(), "a-host".to_owned());
        Owner { token, run_id, host, process: 42, place: String::new() }
    }

    fn scope(countries: &[&str]) -> LeaseScope {
        let codes: Vec<_> = countries.iter().map(|code| CountryCode::parse(code).unwrap()).collect();
        LeaseScope::of(&codes)
    }

    fn at(second: i64) -> Timestamp {
        Timestamp((1_795_305_600 + second) * 1_000_000)
    }

    async fn take(store: &Store, name: &str, countries: &[&str], second: i64) -> Result<Lease, StoreError> {
        store.acquire(&owner(name), &scope(countries), false, at(second), |_| false).await
    }

    #[tokio::test]
    async fn a_country_is_scanned_by_one_at_a_time_and_all_clash_with_each() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        take(&store, "first", &["AT", "DE"], 0).await.unwrap();
        let busy = take(&store, "second", &["DE"], 10).await.unwrap_err();
        insta::assert_snapshot!(busy, @"run `2026-11-00000007` is at work on AT, DE: process 42 on `a-host`, since 2026-11-22T00:00:00Z; the lease expires 2026-11-22T00:05:00Z unless renewed");
        assert!(busy.is_temporary() && busy.hint().is_some());
        assert!(matches!(take(&store, "third", &[], 10).await, Err(StoreError::Busy(_))));
        let other = take(&store, "fourth", &["FR"], 10).await.unwrap();
        store.release(&other).await.unwrap();
        assert_eq!(store.leases(at(20)).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_lease_is_free_when_it_was_not_renewed_and_its_owner_learns_that() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let slow = take(&store, "slow", &["AT"], 0).await.unwrap();
        let slow = store.renew(&slow, false, at(100)).await.unwrap();
        assert!(take(&store, "quick", &["AT"], 399).await.is_err(), "renewed until 400");
        take(&store, "quick", &["AT"], 400).await.unwrap();
        let lost = store.renew(&slow, false, at(401)).await.unwrap_err();
        assert!(lost.to_string().contains("is not this process's any more: run"), "{lost}");
        store.release(&slow).await.unwrap();
        assert_eq!(
            store.leases(at(402)).await.unwrap()[0].owner.token,
            "quick",
            "not the slow one's to give"
        );
    }

    #[test]
    fn a_lease_of_a_fast_clock_ends_by_the_clock_of_the_store() {
        let lease = |name: &str, expires: i64| Lease {
            owner: owner(name),
            scope: LeaseScope::All,
            is_moving: false,
            since_at: at(expires - LEASE_SECONDS),
            expires_at: at(expires),
        };
        let leases = vec![lease("fast", 3_900), lease("usual", 300), lease("slow", -3_300)];
        let book = Book { sequence: 1, written_by: String::new(), leases }.bounded(at(0));
        let ends: Vec<Timestamp> = book.leases.iter().map(|lease| lease.expires_at).collect();
        assert_eq!(ends, [at(LEASE_SECONDS + CLOCK_SKEW_SECONDS), at(300), at(-3_300)]);
    }

    #[tokio::test]
    async fn a_lease_that_a_fast_clock_left_behind_is_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        // Written today, by a clock that is ten years ahead.
        take(&store, "fast", &["AT"], 315_360_000).await.unwrap();
        let (_, written_at) = store.read_dated_record(&path_of(1)).await.unwrap();
        let second = written_at.0 / 1_000_000 - at(0).0 / 1_000_000;
        assert!(take(&store, "early", &["AT"], second + LEASE_SECONDS).await.is_err());
        take(&store, "late", &["AT"], second + LEASE_SECONDS + CLOCK_SKEW_SECONDS + 1).await.unwrap();
    }

    #[tokio::test]
    async fn in_a_bucket_what_stands_there_says_who_got_the_number() {
        let objects: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let location = StoreLocation::S3 { bucket: "b".to_owned(), prefix: String::new() };
        let store = Store::over((objects.clone(), objects), PathBuf::new(), location);
        let (mine, theirs) = (Bytes::from("mine"), Bytes::from("theirs"));
        assert!(!store.is_written(1, &mine).await.unwrap(), "pruned since");
        store.create(&path_of(1), theirs.clone()).await.unwrap();
        assert!(store.is_written(1, &theirs).await.unwrap() && !store.is_written(1, &mine).await.unwrap());
    }

    #[tokio::test]
    async fn a_lease_late_but_not_taken_is_renewed() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let late = take(&store, "late", &["AT"], 0).await.unwrap();
        let renewed = store.renew(&late, false, at(9_000)).await.unwrap();
        assert_eq!((renewed.since_at, renewed.expires_at), (at(0), at(9_300)));
    }

    #[tokio::test]
    async fn one_whose_process_is_gone_need_not_expire() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        take(&store, "killed", &[], 0).await.unwrap();
        let is_gone = |owner: &Owner| owner.token == "killed";
        store.acquire(&owner("next"), &scope(&["AT"]), false, at(1), is_gone).await.unwrap();
        assert_eq!(store.leases(at(2)).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn one_that_is_broken_is_free_at_once_and_cannot_publish() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let theirs = take(&store, "theirs", &["AT"], 0).await.unwrap();
        // Of the same run, taken after somebody looked at what is to be broken.
        let later = take(&store, "later", &["DE"], 1).await.unwrap();
        store.break_leases(&owner("operator"), std::slice::from_ref(&theirs)).await.unwrap();
        assert_eq!(
            store.leases(at(2)).await.unwrap(),
            std::slice::from_ref(&later),
            "what nobody named stays"
        );
        take(&store, "next", &["AT"], 2).await.unwrap();
        assert!(matches!(store.renew(&theirs, true, at(3)).await, Err(StoreError::LeaseLost { .. })));
        store.break_leases(&owner("operator"), &[theirs]).await.unwrap();
        assert_eq!(store.leases(at(5)).await.unwrap().len(), 2, "the next one's stays");
    }

    #[tokio::test]
    async fn the_current_snapshot_is_moved_by_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let (one, two) =
            (take(&store, "one", &["AT"], 0).await.unwrap(), take(&store, "two", &["DE"], 0).await.unwrap());
        let one = store.renew(&one, true, at(1)).await.unwrap();
        assert!(matches!(store.renew(&two, true, at(2)).await, Err(StoreError::Busy(_))));
        store.renew(&two, false, at(2)).await.unwrap();
        store.renew(&one, false, at(3)).await.unwrap();
        store.renew(&two, true, at(4)).await.unwrap();
    }

    #[tokio::test]
    async fn of_many_at_once_one_gets_it_and_old_books_go() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        for round in 0..4 {
            let names: Vec<String> = (0..8).map(|number| format!("{round}-{number}")).collect();
            let all =
                futures::future::join_all(names.iter().map(|name| take(&store, name, &[], round))).await;
            let won: Vec<Lease> = all.into_iter().flatten().collect();
            assert_eq!(won.len(), 1);
            for second in 0..4 {
                store.renew(&won[0], false, at(second)).await.unwrap();
            }
            store.release(&won[0]).await.unwrap();
        }
        let kept = store.list(FOLDER).await.unwrap().len() as u64;
        assert!(kept <= KEPT_BOOKS, "{kept}");
    }
}
