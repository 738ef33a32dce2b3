//! Any text as a reference on any page: it leads where the URL Standard says, by way of the `url` crate.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| deklaro_fuzzed::relative_url::check(bytes));
