//! Any objects as a PDF: read without a panic, the same every time, and what is read can be believed.
#![no_main]

#[path = "../quiet_panics.rs"]
mod quiet_panics;

use libfuzzer_sys::fuzz_target;
use quiet_panics::quiet_panics;

fuzz_target!(init: quiet_panics(), |bytes: &[u8]| deklaro_fuzzed::pdf_structure::check(bytes));
