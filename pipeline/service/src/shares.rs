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
/// One client holds this part of all places at most, and this part of the spare ones.
const PARTS: usize = 8;

/// The places for connections: so many in all, so many for each client, and a few spare ones.
#[derive(Debug)]
pub(crate) struct Shares {
    usual: Places,
    spare: Places,
    /// All clients come through them.
    proxies: Vec<IpNet>,
}

/// Places of one kind, and who holds them.
#[derive(Debug)]
struct Places {
    free: Arc<Semaphore>,
    most: usize,
    held: Arc<Mutex<HashMap<Origin, usize>>>,
}

/// Where a connection is answered; the place is free again when this is dropped.
#[derive(Debug)]
pub(crate) enum Place {
    /// It is answered like every other.
    Usual { _held: Held },
    /// It is told that there is no place; a probe is answered.
    Spare { _held: Held },
}

/// One place, and whose it is; a proxy's places are nobody's.
#[derive(Debug)]
pub(crate) struct Held {
    _place: OwnedSemaphorePermit,
    _share: Option<Share>,
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
        Self { usual: Places::new(connections), spare: Places::new(SPARE), proxies: proxies.to_vec() }
    }

    /// A place for a connection from this address; nothing where it has its part of the spare ones too, or all are taken.
    pub(crate) fn take(&self, address: IpAddr) -> Option<Place> {
        let origin = (!is_trusted(address, &self.proxies)).then(|| Origin::of(address));
        let usual = self.usual.take(origin).map(|held| Place::Usual { _held: held });
        usual.or_else(|| Some(Place::Spare { _held: self.spare.take(origin)? }))
    }
}

impl Places {
    fn new(count: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(count)), most: (count / PARTS).max(1), held: Arc::default() }
    }

    fn take(&self, origin: Option<Origin>) -> Option<Held> {
        let share = match origin {
            Some(origin) => Some(self.share(origin)?),
            None => None,
        };
        let place = self.free.clone().try_acquire_owned().ok()?;
        Some(Held { _place: place, _share: share })
    }

    fn share(&self, origin: Origin) -> Option<Share> {
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
        assert!(
            shares.usual.held.lock().unwrap().is_empty() && shares.spare.held.lock().unwrap().is_empty(),
            "who left is forgotten"
        );
    }

    #[test]
    fn all_of_them_are_as_many_as_was_said_and_a_proxy_may_have_them() {
        let shares = Shares::new(16, &["10.0.0.0/8".parse().unwrap()]);
        let held: Vec<_> = (0..16).map(|_| shares.take(address("10.0.0.1"))).collect();
        assert!(held.iter().all(|place| usual(place.as_ref())));
        let spares: Vec<_> = (0..SPARE).map(|_| shares.take(address("10.0.0.1"))).collect();
        assert!(spares.iter().all(|place| matches!(place, Some(Place::Spare { .. }))));
        assert!(shares.take(address("192.0.2.2")).is_none());
        drop(held);
        assert!(usual(shares.take(address("192.0.2.2")).as_ref()), "a part that found no place is not held");
    }

    #[test]
    fn one_client_holds_an_eighth_of_the_spare_places_too() {
        let shares = Shares::new(16, &[]);
        let held: Vec<_> = (0..2 + SPARE / PARTS).map(|_| shares.take(address("192.0.2.1"))).collect();
        assert!(held.iter().all(Option::is_some));
        assert!(shares.take(address("192.0.2.1")).is_none(), "it has its part of both");
        assert!(usual(shares.take(address("192.0.2.2")).as_ref()), "another is answered");
    }
}
