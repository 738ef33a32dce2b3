//! With more slow readers than the service has places, `/healthz` answers within the second that a probe waits.

use crate::support::demo::demo;
use crate::support::serving::serving_with;
use crate::support::slow::SlowReaders;
use crate::support::wait::{SOON, until};
use deklaro_needs::Need;
use std::net::Ipv4Addr;
use std::time::Duration;

/// The service and the test each hold a descriptor for every reader.
pub(crate) const NEED: Need = Need::Descriptors(4_096);
/// What a probe of Kubernetes waits unless told otherwise.
const PROBE: Duration = Duration::from_secs(1);

/// Ten addresses with 210 readers each: more than the 2,048 places there are. What they ask for keeps a small machine busy at first;
/// then they hold their places, and cost nothing.
pub(crate) fn more_readers_than_places_leave_the_probes_alone() {
    let folder = tempfile::tempdir().unwrap();
    let service = serving_with(
        demo().store.path(),
        folder.path(),
        "max_in_flight = 100000",
        &["--probes", "127.0.0.1:0"],
    );
    let probed = [service.probes(), service.address].map(SlowReaders::new);
    let asker = SlowReaders::new(service.address);
    // From an address that holds no place: refused only where every place is taken.
    let is_full = || asker.get(Ipv4Addr::LOCALHOST, "/v1/countries", SOON).is_ok_and(|status| status == 503);
    let is_alive = |probed: &SlowReaders| {
        probed.get(Ipv4Addr::LOCALHOST, "/healthz", PROBE).is_ok_and(|status| status == 200)
    };
    until("probes are answered in time while every place is taken", || {
        let readers = SlowReaders::new(service.address);
        for number in 1..=10 {
            readers.open(Ipv4Addr::new(127, 0, 2, number), 210);
        }
        // The service closes readers after a while: then others take their places.
        while is_full() {
            if probed.iter().all(is_alive) && is_full() {
                return true;
            }
        }
        false
    });
}
