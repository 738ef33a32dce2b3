//! What was read of each snapshot, and is not read again: a published snapshot never changes.

use deklaro_schemas::SnapshotId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// A value of a snapshot, or its place while it is read.
type Cell<V> = Arc<OnceCell<Arc<V>>>;

/// One value of each snapshot, so many at most; the longest unused go first.
#[derive(Debug)]
pub(crate) struct PerSnapshot<V> {
    most: usize,
    cells: Mutex<Cells<V>>,
}

#[derive(Debug)]
struct Cells<V> {
    by_snapshot: HashMap<SnapshotId, (u64, Cell<V>)>,
    clock: u64,
}

impl<V> PerSnapshot<V> {
    /// So many values at most.
    pub(crate) fn new(most: usize) -> Self {
        Self { most, cells: Mutex::new(Cells { by_snapshot: HashMap::new(), clock: 0 }) }
    }

    /// The value of a snapshot. Many that ask at once read it once; what cannot be read is read again.
    pub(crate) async fn get<E>(
        &self,
        snapshot: &SnapshotId,
        read: impl AsyncFnOnce() -> Result<V, E>,
    ) -> Result<Arc<V>, E> {
        let cell = self.cell(snapshot);
        let value = cell.get_or_try_init(|| async { read().await.map(Arc::new) }).await.cloned();
        self.settle(snapshot, value.is_ok());
        value
    }

    fn cell(&self, snapshot: &SnapshotId) -> Cell<V> {
        let mut cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
        cells.clock += 1;
        let clock = cells.clock;
        let (used, cell) = cells.by_snapshot.entry(snapshot.clone()).or_default();
        *used = clock;
        cell.clone()
    }

    fn settle(&self, asked: &SnapshotId, is_read: bool) {
        let mut cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_read {
            cells.by_snapshot.remove(asked);
        }
        while cells.by_snapshot.len() > self.most {
            let oldest = cells.by_snapshot.iter().min_by_key(|(_, (used, _))| *used);
            let Some(oldest) = oldest.map(|(snapshot, _)| snapshot.clone()) else { return };
            cells.by_snapshot.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::RunMonth;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn snapshot(counter: u32) -> SnapshotId {
        SnapshotId::new(RunMonth::parse("2026-11").unwrap(), counter)
    }

    /// Asks for the values of these snapshots; how many were read.
    async fn reads(values: &PerSnapshot<u32>, asked: impl IntoIterator<Item = u32>) -> usize {
        let count = AtomicUsize::new(0);
        for counter in asked {
            let read = async || {
                count.fetch_add(1, Ordering::Relaxed);
                Ok::<_, ()>(counter)
            };
            assert_eq!(*values.get(&snapshot(counter), read).await.unwrap(), counter);
        }
        count.into_inner()
    }

    #[tokio::test]
    async fn each_is_read_once_and_the_longest_unused_goes_first() {
        let all = PerSnapshot::new(usize::MAX);
        assert_eq!(reads(&all, (0..100).flat_map(|_| (0..60).rev())).await, 60);
        let few = PerSnapshot::new(2);
        assert_eq!(reads(&few, [1, 0, 0, 1, 0]).await, 2, "an old one is not thrown out for being old");
        assert_eq!(reads(&few, [0, 2, 0, 2]).await, 1);
        assert_eq!(reads(&few, [1]).await, 1);
    }

    #[tokio::test]
    async fn many_that_ask_at_once_read_it_once_and_a_failure_is_not_remembered() {
        let (values, count, one) = (PerSnapshot::new(9), AtomicUsize::new(0), snapshot(1));
        let ask = || {
            values.get(&one, async || {
                tokio::task::yield_now().await;
                let is_first = count.fetch_add(1, Ordering::Relaxed) == 0;
                if is_first { Err(()) } else { Ok(7) }
            })
        };
        assert_eq!(ask().await, Err(()));
        let all = futures::future::join_all((0..20).map(|_| ask())).await;
        assert!(all.iter().all(|one| one.as_deref() == Ok(&7)));
        assert_eq!(count.load(Ordering::Relaxed), 2);
    }
}
