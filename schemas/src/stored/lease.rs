//! How long does a lease hold, and how far may the clocks of machines that share a store differ?

/// A lease that was not renewed for so long is free. Clocks of the machines that share a store may differ by less than that.
pub const LEASE_SECONDS: i64 = 300;

/// A bucket refuses requests of a clock that differs more from its own. So a lease ends at the latest so long after
/// [`LEASE_SECONDS`] by the store's clock, however fast its writer's clock is.
pub const CLOCK_SKEW_SECONDS: i64 = 900;
