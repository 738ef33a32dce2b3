//! Any header lines of an answer: what they say comes back within its bounds, the same each time.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| deklaro_fuzzed::crawl_headers::check(bytes));
