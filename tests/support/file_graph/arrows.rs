//! Which file of a crate names an item of which other file?

use super::modules::{Module, modules};
use super::names::{Named, Names};
use super::sources::Sources;
use std::collections::BTreeMap;

/// For each file, the files it names and the words it does so with.
pub(crate) type Arrows = BTreeMap<String, BTreeMap<String, String>>;

/// All arrows between the files of a crate.
pub(crate) fn arrows(sources: &Sources) -> Arrows {
    let mut arrows = Arrows::new();
    for root in sources.roots() {
        let modules = modules(sources, root);
        for (at, module) in modules.iter().enumerate() {
            add(&mut arrows, &modules, at, module);
        }
    }
    arrows
}

/// The paths into other crates that each file names, in full: what a `use` shortens is written out.
pub(crate) fn foreign(sources: &Sources) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    for root in sources.roots() {
        let modules = modules(sources, root);
        for (at, module) in modules.iter().enumerate() {
            let paths = module.content.paths().filter_map(|path| Names(&modules).foreign(at, path));
            found.extend(paths.map(|path| (module.file.clone(), path)));
        }
    }
    found
}

fn add(arrows: &mut Arrows, modules: &[Module], at: usize, module: &Module) {
    let targets = arrows.entry(module.file.clone()).or_default();
    let names = Names(modules);
    for mention in &module.content.mentions {
        let target = match names.named(at, &mention.path) {
            Some(Named::Item(file)) => Some(file),
            _ if mention.is_macro => names.macro_file(&mention.path),
            _ => None,
        };
        if let Some(file) = target.filter(|file| *file != module.file) {
            targets.entry(file.to_owned()).or_insert_with(|| mention.text.clone());
        }
    }
}
