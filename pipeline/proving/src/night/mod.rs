//! Readiness: the scorecard, the end-to-end walk, the nightly run.

mod asked;
mod e2e;
mod flakes;
mod record;
mod run;
mod scorecard;
mod speed;

pub use asked::{EndToEndArgs, ReadinessArgs, ReadinessRunArgs, ReadinessWhat};
pub use e2e::e2e;
pub use record::record;
pub use run::run;
pub use scorecard::{scorecard, text};
