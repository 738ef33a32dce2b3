//! Which host comes next: the batches of the round in order, and a few at a time of those that crowd one server.

use crate::work::{HostWork, plan};
use deklaro_schemas::HostKey;
use deklaro_schemas::tables::FrontierUrl;
use futures::stream::{BoxStream, Stream, StreamExt};
use std::collections::{HashMap, VecDeque};
use tokio_util::sync::CancellationToken;

/// Works of one crowd under way at once. Their requests go one by one anyway; more would only take places from others.
const MAX_OF_A_CROWD: usize = 4;

/// Works that may wait behind their crowds. Thousands of bodies keep their statements on one national host; more than
/// these, and no further batch is taken until some are done.
const MAX_WAITING: usize = 16_384;

/// The works of a round, batch by batch, so that no more than a batch is in memory.
pub(crate) struct Feed {
    batches: BoxStream<'static, Vec<FrontierUrl>>,
    stop: CancellationToken,
    ready: VecDeque<HostWork>,
    crowds: HashMap<HostKey, Crowd>,
    /// Crowds that have a free place and somebody who waits for it.
    free: VecDeque<HostKey>,
    waiting: usize,
}

/// Those who ask for pages of one host that is not their own.
#[derive(Debug, Default)]
struct Crowd {
    under_way: usize,
    waiting: VecDeque<HostWork>,
}

impl Feed {
    pub(crate) fn new(
        batches: impl Stream<Item = Vec<FrontierUrl>> + Send + 'static,
        stop: CancellationToken,
    ) -> Self {
        let (ready, crowds, free) = (VecDeque::new(), HashMap::new(), VecDeque::new());
        Self { batches: batches.boxed(), stop, ready, crowds, free, waiting: 0 }
    }

    /// The next work and the crowd it is of; none when all are done, or all that are left wait for some to end.
    /// After a stop no further batch is taken.
    pub(crate) async fn next(&mut self) -> Option<(HostWork, Option<HostKey>)> {
        loop {
            if let Some(next) = self.next_waiting() {
                return Some(next);
            }
            if let Some(work) = self.ready.pop_front() {
                let Some(host) = foreign_host(&work) else { return Some((work, None)) };
                let crowd = self.crowds.entry(host.clone()).or_default();
                if crowd.under_way < MAX_OF_A_CROWD {
                    crowd.under_way += 1;
                    return Some((work, Some(host)));
                }
                crowd.waiting.push_back(work);
                self.waiting += 1;
            } else if self.waiting >= MAX_WAITING || self.stop.is_cancelled() {
                return None;
            } else {
                self.ready = plan(self.batches.next().await?).into();
            }
        }
    }

    fn next_waiting(&mut self) -> Option<(HostWork, Option<HostKey>)> {
        let host = self.free.pop_front()?;
        let crowd = self.crowds.get_mut(&host)?;
        let work = crowd.waiting.pop_front()?;
        crowd.under_way += 1;
        self.waiting -= 1;
        Some((work, Some(host)))
    }

    /// A work of this crowd is done: the next of it may go.
    pub(crate) fn ended(&mut self, host: HostKey) {
        let Some(crowd) = self.crowds.get_mut(&host) else { return };
        crowd.under_way = crowd.under_way.saturating_sub(1);
        if !crowd.waiting.is_empty() {
            self.free.push_back(host);
        } else if crowd.under_way == 0 {
            self.crowds.remove(&host);
        }
    }
}

/// The first host this work asks for that is neither its own nor its own with or without `www.`.
fn foreign_host(work: &HostWork) -> Option<HostKey> {
    let own = work.first().canonical_hostname.without_www();
    work.urls().iter().map(|item| item.url.host()).find(|host| host.without_www() != own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::tables::testing::frontier_url;
    use futures::FutureExt;

    fn crowded(n: usize) -> FrontierUrl {
        frontier_url(&format!("c{n}.dk"), &format!("https://central.example.dk/{n}"), 0)
    }

    fn feed(batches: Vec<Vec<FrontierUrl>>, stop: &CancellationToken) -> Feed {
        Feed::new(futures::stream::iter(batches), stop.clone())
    }

    fn owner(next: Option<(HostWork, Option<HostKey>)>) -> Option<String> {
        next.map(|(work, _)| work.first().canonical_hostname.to_string())
    }

    #[test]
    fn a_crowd_leaves_places_to_others_and_nobody_is_forgotten() {
        let mut batch: Vec<FrontierUrl> = (0..50).map(crowded).collect();
        batch.extend((0..50).map(|n| frontier_url(&format!("o{n}.dk"), &format!("https://www.o{n}.dk/"), 0)));
        let mut feed = feed(vec![batch], &CancellationToken::new());
        let (mut under_way, mut seen) = (Vec::new(), 0);
        while let Some((_, crowd)) = feed.next().now_or_never().unwrap() {
            seen += 1;
            under_way.extend(crowd);
        }
        assert_eq!((seen, under_way.len()), (50 + MAX_OF_A_CROWD, MAX_OF_A_CROWD));
        while let Some(host) = under_way.pop() {
            feed.ended(host);
            while let Some((_, crowd)) = feed.next().now_or_never().unwrap() {
                seen += 1;
                under_way.extend(crowd);
            }
            assert!(under_way.len() <= MAX_OF_A_CROWD);
        }
        assert_eq!((seen, feed.waiting, feed.crowds.len()), (100, 0, 0));
    }

    #[test]
    fn no_batch_is_taken_before_it_is_needed_nor_after_a_stop() {
        let stop = CancellationToken::new();
        let batches =
            (0..3).map(|n| vec![frontier_url(&format!("o{n}.dk"), &format!("https://o{n}.dk/"), 0)]);
        let mut feed = feed(batches.collect(), &stop);
        let mut next = || owner(feed.next().now_or_never().unwrap());
        assert_eq!(next().as_deref(), Some("o0.dk"));
        assert_eq!(next().as_deref(), Some("o1.dk"));
        stop.cancel();
        assert_eq!(next(), None);
    }

    #[test]
    fn a_crowd_without_end_holds_up_the_batches() {
        let batches = (0..9).map(|batch| (batch * 2_048..(batch + 1) * 2_048).map(crowded).collect());
        let mut feed = feed(batches.collect(), &CancellationToken::new());
        while feed.next().now_or_never().unwrap().is_some() {}
        assert!((MAX_WAITING..MAX_WAITING + 2_048).contains(&feed.waiting), "{}", feed.waiting);
    }
}
