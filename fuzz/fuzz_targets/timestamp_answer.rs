//! Any bytes as the answer of a time-stamp authority: it holds for one manifest alone, and the same each time.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| deklaro_fuzzed::timestamp_answer::check(bytes));
