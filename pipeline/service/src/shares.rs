//! Who holds a place among the connections, and how many of them?

use super::client::is_trusted;
use super::origin::Origin;
use ipnet::IpNet;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Spare places. Who finds every other place taken is told so there, and a probe is answered.
const SPARE: usize = 64;
/// One client holds this part of all places at most.
const PARTS: usize = 8;

/// The places for connections: so many in all, so many for each client, and a few spare ones.
#[derive(Debug)]
pub(crate) struct Shares {
    all: Arc<Semaphore>,
    spare: Arc<Semaphore>,
    most: usize,
    held: Arc<Mutex<HashMap<Origin, usize>>>,
    /// All clients come through them.
    proxies: Vec<IpNet>,
}

/// Where a connection is answered; the place is free again when this is dropped.
#[derive(Debug)]
pub(crate) enum Place {
    /// It is answered like every other.
    Usual { _all: OwnedSemaphorePermit, _share: Option<Share> },
    /// It is told that there is no place; a probe is answered.
    Spare { _spare: OwnedSemaphorePermit },
}

/// One place of a client.
#[derive(Debug)]
pub(crate) struct Share {
    origin: Origin,
    held: Arc<Mutex<HashMap<Origin, usize>>>,
}

impl Shares {
    /// So many connections at once; these proxies may hold all of them.
    pub(crate) fn new(connections: usize, proxies: &[IpNet]) -> Self {
        Self {
            all: Arc::new(Semaphore::new(connections)),
            spare: Arc::new(Semaphore::new(SPARE)),
            most: (connections / PARTS).max(1),
            held: Arc::default(),
            proxies: proxies.to_vec(),
        }
    }

    /// A place for a connection from this address; nothing where even the spare ones are taken.
    pub(crate) fn take(&self, address: IpAddr) -> Option<Place> {
        self.usual(address).or_else(|| {
            let spare = self.spare.clone().try_acquire_owned().ok()?;
            Some(Place::Spare { _spare: spare })
        })
    }

    fn usual(&self, address: IpAddr) -> Option<Place> {
        let share = if is_trusted(address, &self.proxies) { None } else { Some(self.share(address)?) };
        let all = self.all.clone().try_acquire_owned().ok()?;
        Some(Place::Usual { _all: all, _share: share })
    }

    fn share(&self, address: IpAddr) -> Option<Share> {
        let origin = Origin::of(address);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(origin).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Share { origin, held: self.held.clone() })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(count) = held.get_mut(&self.origin) else { return };
        *count -= 1;
        if *count == 0 {
            held.remove(&self.origin);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn usual(place: Option<&Place>) -> bool {
        matches!(place, Some(Place::Usual { .. }))
    }

    #[test]
    fn one_client_holds_an_eighth_and_a_place_that_is_left_is_free() {
        let shares = Shares::new(16, &[]);
        let mut held = vec![shares.take(address("2001:db8::1")), shares.take(address("2001:db8::2"))];
        assert!(held.iter().all(|place| usual(place.as_ref())));
        assert!(!usual(shares.take(address("2001:db8::3")).as_ref()), "its network has its part");
        assert!(usual(shares.take(address("192.0.2.1")).as_ref()));
        held.pop();
        assert!(usual(shares.take(address("2001:db8::3")).as_ref()));
        held.clear();
        assert!(shares.held.lock().unwrap().is_empty(), "who left is forgotten");
    }

    #[test]
    fn all_of_them_are_as_many_as_was_said_and_a_proxy_may_have_them() {
        let shares = Shares::new(16, &["10.0.0.0/8".parse().unwrap()]);
        let held: Vec<_> = (0..16).map(|_| shares.take(address("10.0.0.1"))).collect();
        assert!(held.iter().all(|place| usual(place.as_ref())));
        let spares: Vec<_> = (0..SPARE).map(|_| shares.take(address("192.0.2.1"))).collect();
        assert!(spares.iter().all(|place| matches!(place, Some(Place::Spare { .. }))));
        assert!(shares.take(address("192.0.2.2")).is_none());
        drop(held);
        assert!(usual(shares.take(address("192.0.2.1")).as_ref()), "a part that found no place is not held");
    }
}
