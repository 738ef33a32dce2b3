//! What the programs that test us print, as results of the suites of a release.

mod advisories;
mod end_to_end;
mod junit;
mod libtest;
mod performance;
mod result_file;
mod results;
mod runner;
mod runs;

pub use end_to_end::{EndToEnd, WalkStep};
pub use libtest::CARGO_ENDED;
pub use performance::{Bench, Figure};
pub use result_file::ResultFile;
pub use results::suite_results;
