//! What must hold whatever bytes a stranger sends?
//!
//! Each module is a fuzz target: `check` takes any bytes and panics where something does not hold. `fuzz/` hands it
//! made bytes, `tests/corpus.rs` the files of `fuzz/corpus`.

pub mod crawl_body;
pub mod crawl_headers;
pub mod crawl_refresh;
pub mod crawl_robots;
pub mod detect_page;
pub mod detect_words;
pub mod import_archive;
pub mod import_reader;
pub mod import_url;
mod imported;
pub mod pdf_structure;
pub mod relative_url;
pub mod results_files;
pub mod store_documents;
pub mod timestamp_answer;

/// A fuzz target.
#[derive(Debug, Clone, Copy)]
pub struct FuzzTarget {
    /// Its name: that of its module, of its file in `fuzz/fuzz_targets` and of its folder in `fuzz/corpus`.
    pub name: &'static str,
    /// Panics where something does not hold.
    pub check: fn(&[u8]),
}

/// A row for each module.
macro_rules! fuzz_targets {
    ($($name:ident),* $(,)?) => {
        /// Every fuzz target.
        pub const FUZZ_TARGETS: &[FuzzTarget] =
            &[$(FuzzTarget { name: stringify!($name), check: $name::check }),*];
    };
}

fuzz_targets![
    crawl_body,
    crawl_headers,
    crawl_refresh,
    crawl_robots,
    detect_page,
    detect_words,
    import_archive,
    import_reader,
    import_url,
    pdf_structure,
    relative_url,
    results_files,
    store_documents,
    timestamp_answer,
];

/// The bytes as text, up to the first that is no UTF-8.
pub(crate) fn text(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    }
}
