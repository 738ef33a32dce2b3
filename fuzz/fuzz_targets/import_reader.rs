//! Any bytes through the importer: no panic gets out, no row is lost, no row is counted twice.
#![no_main]

#[path = "../quiet_panics.rs"]
mod quiet_panics;

use libfuzzer_sys::fuzz_target;
use quiet_panics::quiet_panics;

fuzz_target!(init: quiet_panics(), |bytes: &[u8]| deklaro_fuzzed::import_reader::check(bytes));
