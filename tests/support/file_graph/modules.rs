//! Which modules is a crate made of, and in which file does each stand?

use super::attributes::{is_for_tests, named_file};
use super::content::Content;
use super::sources::Sources;
use std::collections::BTreeMap;
use syn::{Item, ItemMod};

/// A module: a whole file, or a block in one.
pub(super) struct Module {
    pub(super) file: String,
    pub(super) parent: Option<usize>,
    pub(super) children: BTreeMap<String, usize>,
    pub(super) content: Content,
}

/// Where a module's text stands, and where the files of its children are looked for.
struct Place {
    file: String,
    folder: String,
    parent: Option<usize>,
}

/// All modules below a root file; the root's is the first.
pub(super) fn modules(sources: &Sources, root: &str) -> Vec<Module> {
    let mut found = Vec::new();
    let folder = parent_folder(root).to_owned();
    let text = sources.text(root).unwrap_or_default();
    add(&mut found, sources, &parsed(root, text), Place { file: root.to_owned(), folder, parent: None });
    found
}

fn add(found: &mut Vec<Module>, sources: &Sources, items: &[Item], place: Place) -> usize {
    let index = found.len();
    let Place { file, folder, parent } = place;
    let content = Content::read(items);
    found.push(Module { file: file.clone(), parent, children: BTreeMap::new(), content });
    for item in items {
        let Item::Mod(item) = item else { continue };
        if is_for_tests(&item.attrs) {
            continue;
        }
        let place = Place { file: file.clone(), folder: folder.clone(), parent: Some(index) };
        if let Some(child) = add_child(found, sources, item, place) {
            found[index].children.insert(item.ident.to_string(), child);
        }
    }
    index
}

/// A block `mod x { … }`, or the file that `mod x;` stands for.
fn add_child(found: &mut Vec<Module>, sources: &Sources, item: &ItemMod, place: Place) -> Option<usize> {
    let below = format!("{}/{}", place.folder, item.ident);
    if let Some((_, items)) = &item.content {
        return Some(add(found, sources, items, Place { folder: below, ..place }));
    }
    let (file, folder) = match named_file(&item.attrs) {
        Some(name) => {
            let file = format!("{}/{name}", parent_folder(&place.file));
            let folder = parent_folder(&file).to_owned();
            (file, folder)
        }
        None if sources.text(&format!("{below}.rs")).is_some() => (format!("{below}.rs"), below),
        None => (format!("{below}/mod.rs"), below),
    };
    let items = parsed(&file, sources.text(&file)?);
    Some(add(found, sources, &items, Place { file, folder, parent: place.parent }))
}

fn parsed(file: &str, text: &str) -> Vec<Item> {
    syn::parse_file(text).unwrap_or_else(|error| panic!("{file} is not Rust: {error}")).items
}

fn parent_folder(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}
