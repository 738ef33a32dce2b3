//! Any text as a host cell and as a URL cell: what comes out is clean, and cleaning it again changes nothing.

use crate::imported::{lists, read};

/// Host, page and repairs of each seed that one cell under `header` gives.
fn cell(header: &str, text: &str) -> Vec<(String, Option<String>, Vec<&'static str>)> {
    // The mark keeps a zero byte in the cell from looking like a binary file.
    let table = format!("\u{feff}{header},country\n\"{}\",AT\n", text.replace('"', "\"\""));
    let Ok(imported) = read(table.as_bytes(), lists()) else { return Vec::new() };
    let seeds = imported.seeds.rows().map(|seed| {
        let page = seed.page_url.map(|url| url.as_str().to_owned());
        let repairs = seed.repairs.iter().map(|code| code.as_str()).collect();
        (seed.canonical_hostname.as_str().to_owned(), page, repairs)
    });
    seeds.collect()
}

/// Checks one input.
pub fn check(bytes: &[u8]) {
    let text = crate::text(bytes);
    for (host, ..) in cell("host", text) {
        let [(again, _, repairs)] = &cell("host", &host)[..] else { panic!("`{host}` is refused") };
        assert_eq!((again, repairs.len()), (&host, 0), "{repairs:?}");
    }
    for (host, page, _) in cell("url", text) {
        let Some(page) = page else { continue };
        let [(again, Some(same), repairs)] = &cell("url", &page)[..] else { panic!("`{page}` is refused") };
        assert_eq!((again, same), (&host, &page));
        // A host cannot keep the port that its page keeps.
        assert!(
            repairs.iter().all(|code| ["host_from_url", "port_removed"].contains(code)),
            "`{page}` {repairs:?}"
        );
    }
}
