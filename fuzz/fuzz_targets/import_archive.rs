//! Any bytes as a zip file: what the zip crate opens by name, calamine's way, is in our listing, and unpacks to no more.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| deklaro_fuzzed::import_archive::check(bytes));
