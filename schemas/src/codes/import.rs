//! The codes of the import: kinds of lists, and repairs made in a row.

use super::declare::codes;
use super::reason::KeyError;

codes! {
    /// What kind of list a workbook is.
    SourceType, "official, curated, archive or other" {
        /// A register kept by a public authority.
        Official = "official",
        /// A list put together by others from public sources.
        Curated = "curated",
        /// A dated copy of a list that is no longer kept.
        Archive = "archive",
        /// Any other list.
        Other = "other",
    }
}

codes! {
    /// What was mended in a row before it was accepted; the raw text is kept beside it.
    RepairCode, "a repair code" {
        /// A missing scheme was added.
        SchemeAdded = "scheme_added",
        /// A mistyped scheme (`htpp:`, `http//`, `https:`) was put right.
        SchemeMended = "scheme_mended",
        /// White space or control characters were removed.
        WhitespaceRemoved = "whitespace_removed",
        /// Punctuation after the host or URL was removed.
        PunctuationRemoved = "punctuation_removed",
        /// The host was lower-cased, or its full-width letters made usual ones.
        CaseFolded = "case_folded",
        /// A Unicode host was turned into punycode.
        PunycodeEncoded = "punycode_encoded",
        /// A port was removed from the host.
        PortRemoved = "port_removed",
        /// A user or password was removed.
        UserInfoRemoved = "user_info_removed",
        /// A trailing dot was removed.
        TrailingDotRemoved = "trailing_dot_removed",
        /// A path was removed from the host column.
        PathRemoved = "path_removed",
        /// The host was taken from the URL, as its own column was empty.
        HostFromUrl = "host_from_url",
        /// The URL was made from the host, as its own column was empty.
        UrlFromHost = "url_from_host",
        /// The URL came from the cell's hyperlink.
        HyperlinkTaken = "hyperlink_taken",
        /// The cell held several URLs, of which this is one.
        CellSplit = "cell_split",
        /// A comma for a dot, a doubled dot or one before the host was put right.
        DotsMended = "dots_mended",
        /// A percent-encoded host was decoded.
        PercentDecoded = "percent_decoded",
        /// Words behind the host were removed.
        RemarkRemoved = "remark_removed",
    }
}
