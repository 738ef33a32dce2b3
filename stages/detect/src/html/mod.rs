//! A page as one pass of the tokenizer sees it: blocks of visible text, links with their place, and a few markers.

mod attributes;
mod document;
mod element;
mod entities;
mod place;
mod scanner;
mod tokenizer;

pub(crate) use document::{Block, BlockKind, Document, MAX_TEXT, Mark, RawLink};

use crate::steps::Steps;
use deklaro_schemas::budget::Limits;
use scanner::Scanner;
use tokenizer::run;

/// What reading one page may cost: some hundred steps for each byte of the longest.
pub(crate) const LIMITS: Limits = Limits { steps: 512 * 1024 * 1024, ..Limits::NONE };

impl<'h> Document<'h> {
    /// Reads a page. Never fails: whatever the bytes were, some tokens come out.
    pub(crate) fn parse(html: &'h str, steps: &Steps<'_>) -> Self {
        let mut scanner = Scanner::of_size(html.len());
        run(html, &mut scanner, steps);
        // A noscript element holds markup for readers without scripts, as we are; inside it, nothing is
        // nested again.
        for inner in scanner.take_noscript() {
            run(inner, &mut scanner, steps);
        }
        scanner.finish()
    }
}

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod reference;

#[cfg(test)]
mod tests {
    use super::document::MAX_LINKS;
    use super::*;
    use deklaro_schemas::codes::Place;

    fn links(html: &str) -> Vec<(String, String, Place)> {
        let document = Document::parse(html, &Steps::free());
        let each = |link: &RawLink<'_>| {
            let href = link.href.as_deref().unwrap_or_default();
            let text = format!("{}|{}", document.link_text(link), link.labels);
            (text, href.to_owned(), link.place.unwrap())
        };
        document.links.iter().map(each).collect()
    }

    #[test]
    fn places_follow_elements_roles_and_class_names() {
        let html = "<header><a href=1>a</a></header><nav><a href=2>b</a></nav><main><article><header><a href=3>c</a>\
                    </header></article></main><div class='page-footer'><ul><li><a href=4>d</a></ul></div>\
                    <div role=contentinfo><nav><a href=5>e</a></nav></div><a href=6>f</a>";
        let places: Vec<Place> = links(html).into_iter().map(|(_, _, place)| place).collect();
        assert_eq!(
            places,
            [Place::Header, Place::Nav, Place::Body, Place::Footer, Place::Footer, Place::Body]
        );
    }

    #[test]
    fn labels_come_from_attributes_images_and_icons() {
        let html = "<a href=x title=T aria-label=A><img alt=I><svg><title>S</title><path/></svg> t </a>";
        assert_eq!(links(html), [("t|A\nT\nI\nS".to_owned(), "x".to_owned(), Place::Body)]);
    }

    #[test]
    fn handlers_with_an_address_are_links() {
        let html = "<a href='#' onclick=\"window.open('https://a.example/view/1','_blank')\">x</a>\
                    <a href=\"javascript:location.href='/y'\">y</a><span onclick='go()'>z</span>";
        let hrefs: Vec<String> = links(html).into_iter().map(|(_, href, _)| href).collect();
        assert_eq!(hrefs, ["https://a.example/view/1", "/y"]);
    }

    #[test]
    fn text_is_cut_into_blocks() {
        let document = Document::parse(
            "<title>T &amp; U</title><h1>Barriere&shy;freiheit</h1><p>one <b>t</b>wo<br>three<script>no</script><noscript>\
             <p>four</noscript>",
            &Steps::free(),
        );
        let blocks: Vec<&str> = document.blocks.iter().map(|block| document.block_text(block)).collect();
        assert_eq!(blocks, ["T & U", "Barriere\u{AD}freiheit", "one two", "three", "four"]);
        assert_eq!(document.blocks[1].kind, BlockKind::Heading(1));
        assert_eq!(document.title().as_deref(), Some("T & U"));
    }

    #[test]
    fn deep_nesting_and_many_links_end_soon() {
        let deep = "<div class=footer>".repeat(20_000) + "<a href=x>y</a>" + &"</div>".repeat(20_000);
        assert_eq!(links(&deep).len(), 1);
        assert_eq!(links(&"<a href=x>y".repeat(20_000)).len(), MAX_LINKS);
        assert!(links(&"<".repeat(200_000)).is_empty());
    }
}
