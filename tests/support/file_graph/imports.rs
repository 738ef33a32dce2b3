//! Which names does a `use` bring in, and for which paths do they stand?

use syn::{ItemUse, UseTree, Visibility};

/// A name that stands for a path.
pub(super) struct Import {
    pub(super) name: String,
    pub(super) path: Vec<String>,
    /// Seen from outside the module too: `pub use`, `pub(crate) use`.
    pub(super) is_exported: bool,
}

/// What one or several `use` items bring in.
#[derive(Default)]
pub(super) struct Imports {
    pub(super) named: Vec<Import>,
    /// Modules whose names are all imported: `use x::*`.
    pub(super) globs: Vec<Vec<String>>,
}

impl Imports {
    /// The imports of one `use`.
    pub(super) fn read(item: &ItemUse) -> Self {
        let mut imports = Self::default();
        imports.add(&item.tree, Vec::new());
        let is_exported = !matches!(item.vis, Visibility::Inherited);
        imports.named.iter_mut().for_each(|import| import.is_exported = is_exported);
        imports
    }

    /// Adds those of another.
    pub(super) fn extend(&mut self, other: Self) {
        self.named.extend(other.named);
        self.globs.extend(other.globs);
    }

    fn add(&mut self, tree: &UseTree, mut path: Vec<String>) {
        match tree {
            UseTree::Path(part) => {
                path.push(part.ident.to_string());
                self.add(&part.tree, path);
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add(tree, path.clone())),
            UseTree::Glob(_) => self.globs.push(path),
            UseTree::Name(name) => self.add_named(path, &name.ident.to_string(), None),
            UseTree::Rename(rename) => {
                self.add_named(path, &rename.ident.to_string(), Some(rename.rename.to_string()));
            }
        }
    }

    fn add_named(&mut self, mut path: Vec<String>, last: &str, rename: Option<String>) {
        if last != "self" {
            path.push(last.to_owned());
        }
        let name = rename.or_else(|| path.last().cloned()).unwrap_or_default();
        self.named.push(Import { name, path, is_exported: false });
    }
}
