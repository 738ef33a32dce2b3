//! In which file is the item declared that a path names?

use super::imports::Import;
use super::modules::Module;

/// Longer ways of imports from one name to another than this are circles.
const LONGEST_WAY: usize = 16;

/// What a path names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Named<'a> {
    /// A module of this crate.
    Module(usize),
    /// An item that this file declares.
    Item(&'a str),
    /// Something of another crate.
    Outside,
}

/// Looks names up as the compiler does, as far as it takes to find a file.
pub(super) struct Names<'a>(pub(super) &'a [Module]);

impl<'a> Names<'a> {
    /// What a path means that stands in the module `at`; `None` for a name that no module knows, such as a variable's.
    pub(super) fn named(&self, at: usize, path: &[String]) -> Option<Named<'a>> {
        self.meaning(at, path, LONGEST_WAY)
    }

    /// The path into another crate that a path stands for, imports written out; `None` for one that stays in this crate.
    pub(super) fn foreign(&self, at: usize, path: &[String]) -> Option<Vec<String>> {
        if self.is_foreign(at, path) {
            return Some(path.to_vec());
        }
        let mut imports = self.0[at].content.imports.named.iter();
        let import = imports.find(|import| import.name == path[0] && import.path.len() > 1)?;
        self.is_foreign(at, &import.path).then(|| [&import.path, &path[1..]].concat())
    }

    /// True for a path that begins with the name of another crate: no module, no item and no import is called so.
    fn is_foreign(&self, at: usize, path: &[String]) -> bool {
        let is_rooted = matches!(path[0].as_str(), "crate" | "self" | "super" | "Self");
        let is_own = || matches!(self.named(at, &path[..1]), Some(Named::Module(_) | Named::Item(_)));
        let mut imports = self.0[at].content.imports.named.iter();
        !is_rooted && !is_own() && !imports.any(|import| import.name == path[0] && import.path.len() > 1)
    }

    /// The file with the `macro_rules!` of this name: such a name is known below the macro, or in the whole crate.
    pub(super) fn macro_file(&self, path: &[String]) -> Option<&'a str> {
        let (name, before) = path.split_last()?;
        if !before.iter().all(|part| part == "crate") {
            return None;
        }
        self.0.iter().find(|module| module.content.macros.contains(name)).map(|module| module.file.as_str())
    }

    fn meaning(&self, at: usize, path: &[String], steps: usize) -> Option<Named<'a>> {
        let (first, rest) = path.split_first()?;
        let steps = steps.checked_sub(1)?;
        match first.as_str() {
            "crate" => self.surely_below(0, rest, steps),
            "self" => self.surely_below(at, rest, steps),
            "super" => {
                let parent = self.0[at].parent?;
                let ups = rest.iter().take_while(|name| *name == "super").count();
                let module = (0..ups).try_fold(parent, |module, _| self.0[module].parent)?;
                self.surely_below(module, &rest[ups..], steps)
            }
            _ => self.below(at, path, steps),
        }
    }

    /// As `below`; a name that is not found must have been made by a macro in that module's file.
    fn surely_below(&self, module: usize, path: &[String], steps: usize) -> Option<Named<'a>> {
        self.below(module, path, steps).or(Some(Named::Item(&self.0[module].file)))
    }

    fn below(&self, module: usize, path: &[String], steps: usize) -> Option<Named<'a>> {
        self.seen(module, path, steps, true)
    }

    /// As `below`, with or without what the module imports for itself alone.
    fn seen(&self, module: usize, path: &[String], steps: usize, is_inside: bool) -> Option<Named<'a>> {
        let steps = steps.checked_sub(1)?;
        let Some((name, rest)) = path.split_first() else { return Some(Named::Module(module)) };
        let found = &self.0[module];
        let child = found.children.get(name).copied();
        if let (Some(child), false) = (child, rest.is_empty()) {
            return self.surely_below(child, rest, steps);
        }
        if found.content.items.contains(name) {
            return Some(Named::Item(&found.file));
        }
        let is_seen = |import: &&Import| import.name == *name && (is_inside || import.is_exported);
        let imports = found.content.imports.named.iter().filter(is_seen);
        self.imported(module, imports, rest, steps)
            .or(child.map(Named::Module))
            .or_else(|| self.in_globs(module, path, steps))
    }

    fn imported<'b>(
        &self,
        module: usize,
        imports: impl Iterator<Item = &'b Import>,
        rest: &[String],
        steps: usize,
    ) -> Option<Named<'a>> {
        let meanings: Vec<Named<'a>> = imports
            .map(|import| self.meaning(module, &import.path, steps).unwrap_or(Named::Outside))
            .map(|meaning| match meaning {
                Named::Module(module) => self.surely_below(module, rest, steps).unwrap_or(Named::Outside),
                other => other,
            })
            .collect();
        meanings.iter().find(|meaning| matches!(meaning, Named::Item(_))).or(meanings.first()).copied()
    }

    fn in_globs(&self, module: usize, path: &[String], steps: usize) -> Option<Named<'a>> {
        self.0[module].content.imports.globs.iter().find_map(|glob| {
            match self.meaning(module, glob, steps)? {
                Named::Module(source) if source != module => {
                    self.seen(source, path, steps, self.is_within(module, source))
                }
                _ => None,
            }
        })
    }

    /// True for a module and those below it: they see what it keeps to itself.
    fn is_within(&self, module: usize, other: usize) -> bool {
        std::iter::successors(Some(module), |module| self.0[*module].parent).any(|module| module == other)
    }
}
