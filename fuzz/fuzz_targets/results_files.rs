//! Any text as a file with results, its name on the first line: read the same each time, and nothing unread counts as passed.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| deklaro_fuzzed::results_files::check(bytes));
