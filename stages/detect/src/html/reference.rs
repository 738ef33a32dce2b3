//! The same links and places, found in html5ever's tree: what the tokenizer's shortcuts are held against.

use super::Document;
use crate::steps::Steps;
use deklaro_schemas::codes::Place;
use html5ever::tendril::TendrilSink;
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use proptest::prelude::*;

/// Address and place of each anchor, in page order.
fn by_tree(html: &str) -> Vec<(String, Place)> {
    let options = html5ever::ParseOpts {
        tree_builder: html5ever::tree_builder::TreeBuilderOpts {
            scripting_enabled: false,
            ..Default::default()
        },
        ..Default::default()
    };
    let dom = html5ever::parse_document(RcDom::default(), options).one(html);
    let mut found = Vec::new();
    // A stack of its own: deep trees must not overflow the thread's.
    let mut open: Vec<(Handle, Place, bool)> = vec![(dom.document.clone(), Place::Body, false)];
    while let Some((node, outer, in_content)) = open.pop() {
        let (mut place, mut inner_content) = (outer, in_content);
        if let NodeData::Element { name, attrs, .. } = &node.data {
            let own = match &*name.local {
                "footer" => Some(Place::Footer),
                "header" if !in_content => Some(Place::Header),
                "nav" => Some(Place::Nav),
                "main" => Some(Place::Body),
                _ => None,
            };
            inner_content |= matches!(&*name.local, "main" | "article");
            place = if outer == Place::Footer { outer } else { own.unwrap_or(outer) };
            let href = attrs
                .borrow()
                .iter()
                .find(|attribute| &*attribute.name.local == "href")
                .map(|a| a.value.to_string());
            if let ("a", Some(href)) = (&*name.local, href) {
                found.push((href, place));
            }
        }
        for child in node.children.borrow().iter().rev() {
            open.push((child.clone(), place, inner_content));
        }
    }
    found
}

fn by_tokens(html: &str) -> Vec<(String, Place)> {
    let links = Document::parse(html, &Steps::free()).links.into_iter();
    links.filter_map(|link| Some((link.href?.into_owned(), link.place?))).collect()
}

#[test]
fn well_formed_pages_agree() {
    let html = "<!doctype html><title>t</title><header><a href=/1>a</a></header><nav><ul><li><a href='/2?a=1&amp;b=2'>b</a></ul></nav>\
                <main><article><header><a href=\"/3\">c</a></header><p>x <a href=/4 title=&quot;>d</a></p></article></main>\
                <footer><nav><a href=/5>e</a></nav></footer><script>'<a href=/6>'</script><!-- <a href=/7> --><a href=/8>f</a>";
    assert_eq!(by_tokens(html), by_tree(html));
    assert_eq!(by_tokens(html).len(), 6);
}

/// Pieces that nest properly whatever stands inside them.
fn piece() -> impl Strategy<Value = String> {
    let link = (0..1000u32, prop_oneof![Just("\""), Just("'")])
        .prop_map(|(number, quote)| format!("<a href={quote}/p?x=1&amp;n={number}{quote}>word &auml;</a>"));
    let text = prop_oneof![
        Just("a < b"),
        Just("<!-- <a href=/no> -->"),
        Just("<script>'<a href=/no>'</script>"),
        Just("<br>"),
        Just("&lt;a&gt;")
    ];
    let leaf = prop_oneof![link, text.prop_map(str::to_owned)];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let element = prop_oneof![
            Just("div"),
            Just("section"),
            Just("nav"),
            Just("footer"),
            Just("ul"),
            Just("article"),
            Just("header")
        ];
        (element, proptest::collection::vec(inner, 0..6))
            .prop_map(|(element, inside)| format!("<{element}>{}</{element}>", inside.concat()))
    })
}

proptest! {
    #[test]
    fn generated_pages_agree(pieces in proptest::collection::vec(piece(), 0..6)) {
        let html = format!("<!doctype html><title>t</title><body>{}", pieces.concat());
        prop_assert_eq!(by_tokens(&html), by_tree(&html));
    }
}
