//! Any bytes as a robots.txt, with the agent and the URL in front: a decision comes back, the same each time.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| deklaro_fuzzed::crawl_robots::check(bytes));
