//! Any text as a reference on any page: it leads where the URL Standard says, by way of the `url` crate.

use crate::text;
use deklaro_schemas::PageUrl;

/// Pages that a reference stands on, where the input names none.
const PAGES: [&str; 2] = ["https://town.example/a/b?c=/d", "http://town.example:81/"];

/// Checks one input: a page on the first line, a reference behind it.
pub fn check(bytes: &[u8]) {
    let (page, reference) = text(bytes).split_once('\n').unwrap_or(("", text(bytes)));
    for page in PAGES.into_iter().chain([page]) {
        let Ok(page) = PageUrl::parse(page) else { continue };
        let ours = page.join(reference).ok();
        let theirs =
            page.to_url().join(reference.trim()).ok().and_then(|url| PageUrl::parse(url.as_str()).ok());
        // A reference, or what becomes of it with user info and fragment, may be longer than a URL that is kept.
        if reference.len() < 1_000 && page.as_str().len() < 1_000 {
            assert_eq!(ours, theirs, "`{reference}` on `{page}`");
        }
        if let Some(url) = ours {
            assert_eq!(PageUrl::parse(url.as_str()), Ok(url.clone()), "`{url}` is not spelled as it is read");
            assert_eq!(url.join(url.as_str()), Ok(url));
        }
    }
}
