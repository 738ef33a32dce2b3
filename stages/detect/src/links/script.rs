//! A link without an address may open one from its script handler.

use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// Calls and properties that send a reader to an address.
static OPENERS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let openers = ["open(", "location", "href", "navigate", "redirect"];
    AhoCorasick::new(openers).expect("a few short constant words")
});

/// The address that a script handler opens: the first quoted text after such a call that looks like one.
///
/// Real statements hide behind `window.open('https://form.agid.gov.it/view/…')` on links without an address.
pub(crate) fn address_in_script(script: &str) -> Option<String> {
    let start = OPENERS.find(script)?.start();
    let mut rest = &script[start..];
    for _ in 0..4 {
        let open = rest.find(['\'', '"', '`'])?;
        let quote = rest[open..].chars().next()?;
        let inner = &rest[open + 1..];
        let close = inner.find(quote)?;
        if is_address(&inner[..close]) {
            return Some(inner[..close].to_owned());
        }
        rest = &inner[close + 1..];
    }
    None
}

fn is_address(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let is_page = [".html", ".htm", ".php", ".aspx", ".jsp", ".pdf"].iter().any(|end| lower.contains(end));
    let starts = ["http://", "https://", "/", "./", "../"].iter().any(|start| lower.starts_with(start));
    text.len() > 1 && !text.contains(char::is_whitespace) && (starts || is_page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_handlers() {
        for (script, address) in [
            ("window.open('https://a.example/x','_blank');return false", Some("https://a.example/x")),
            ("javascript:location.href=\"/barrierefreiheit\"", Some("/barrierefreiheit")),
            ("window.open( '', 'w'); w.location='page.html'", Some("page.html")),
            ("openModal('Declarația de Accesibilitate')", None),
            ("toggle()", None),
            ("location.reload()", None),
            ("open('", None),
        ] {
            assert_eq!(address_in_script(script).as_deref(), address, "{script}");
        }
    }
}
