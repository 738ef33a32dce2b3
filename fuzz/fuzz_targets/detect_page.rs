//! Any bytes as a page: read without a panic, the same every time, and within the limits of what is kept.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| deklaro_fuzzed::detect_page::check(bytes));
