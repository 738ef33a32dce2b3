//! How long a lease holds, and so how far the clocks of machines that share a store may differ.

/// A lease that was not renewed for so long is free. Clocks of the machines that share a store may differ by less than that.
pub const LEASE_SECONDS: i64 = 300;
