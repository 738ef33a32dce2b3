//! Drills cause faults on purpose, in a store and a simulated Europe of their own (mission C2, C7). Each
//! measures how soon the fault is noticed and mended, and whether anything is lost.

mod course;
mod dropped_commit;
mod europe;
mod loss;
mod name;
mod perform;
mod process;
mod release_rollback;
mod store_outage;
mod table_migration;
mod timeout_burst;
mod upstream_failure;
mod waiting;
mod worker_crash;

pub use europe::DrillGround;
pub use name::DrillName;
pub use perform::drill;
