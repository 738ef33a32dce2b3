//! Any text inside a statement, behind the words that dates, status and contacts are looked for by, in every language.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| deklaro_fuzzed::detect_words::check(bytes));
