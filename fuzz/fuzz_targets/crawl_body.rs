//! Any bytes as a body under any coding: however they are split the same comes out, and never more than the cap.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| deklaro_fuzzed::crawl_body::check(bytes));
