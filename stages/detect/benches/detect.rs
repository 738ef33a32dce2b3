//! Reading a page whole against html5ever's tree alone, on the same bytes and one core.
//!
//! The pages are the labelled ones beside the repository where they are, else generated ones.

use deklaro_detect::{Glossary, PageInput, inspect};
use deklaro_schemas::{CountryCode, HostKey, PageUrl};
use divan::Bencher;
use divan::counter::BytesCount;
use html5ever::tendril::TendrilSink;
use std::hint::black_box;
use std::path::Path;

fn main() {
    divan::main();
}

/// The pages' bytes.
fn pages() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/eval/pages");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    let html = files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "html"));
    let pages: Vec<Vec<u8>> = html.filter_map(|file| std::fs::read(file).ok()).collect();
    if pages.is_empty() { (0..40).map(generated).collect() } else { pages }
}

fn generated(number: usize) -> Vec<u8> {
    let item = "<li class='nav-item'><a href='/seite/thema?id=1' title='Thema der Gemeinde'>Thema der Gemeinde</a></li>";
    let text = "<div class='row'><p>Die Gemeinde informiert über <b>Neuigkeiten</b> aus Verwaltung und Rat.</p></div>";
    let (items, texts) = (item.repeat(60 + number), text.repeat(150 + number));
    let footer = "<footer><a href=/barrierefreiheit>Erkl&auml;rung zur Barrierefreiheit</a></footer>";
    format!("<!doctype html><html lang=de><title>Gemeinde {number}</title><nav><ul>{items}</ul></nav><main>{texts}</main>{footer}").into_bytes()
}

fn bytes(pages: &[Vec<u8>]) -> BytesCount {
    BytesCount::new(pages.iter().map(Vec::len).sum::<usize>())
}

#[divan::bench]
fn deklaro_inspect(bencher: Bencher<'_, '_>) {
    let (pages, glossary) = (pages(), Glossary::builtin());
    let url = PageUrl::parse("https://www.gemeinde.example/").expect("a URL");
    let host = HostKey::parse("www.gemeinde.example").expect("a host");
    let country = CountryCode::parse("DE").expect("a country");
    bencher.counter(bytes(&pages)).bench_local(|| {
        for bytes in &pages {
            let page = PageInput {
                url: &url,
                bytes,
                content_type: None,
                charset: None,
                host: &host,
                aliases: &[],
                country,
            };
            black_box(inspect(&page, glossary));
        }
    });
}

#[divan::bench]
fn html5ever_tree(bencher: Bencher<'_, '_>) {
    let pages = pages();
    bencher.counter(bytes(&pages)).bench_local(|| {
        for bytes in &pages {
            let sink = markup5ever_rcdom::RcDom::default();
            let tree = html5ever::parse_document(sink, html5ever::ParseOpts::default())
                .from_utf8()
                .one(bytes.as_slice());
            black_box(tree.document);
        }
    });
}
