//! Any text as a host cell and as a URL cell: what comes out is clean, and cleaning it again changes nothing.
#![no_main]

#[path = "../quiet_panics.rs"]
mod quiet_panics;

use libfuzzer_sys::fuzz_target;
use quiet_panics::quiet_panics;

fuzz_target!(init: quiet_panics(), |bytes: &[u8]| deklaro_fuzzed::import_url::check(bytes));
