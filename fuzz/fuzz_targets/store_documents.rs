//! Any bytes as what lies in a store: a manifest stays below its folder, and every record that is read is written as it was read.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| deklaro_fuzzed::store_documents::check(bytes));
