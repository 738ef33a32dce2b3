//! Any bytes as a page's head and as a `Refresh` header: what they ask for comes back within its bounds, the same each time.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| deklaro_fuzzed::crawl_refresh::check(bytes));
