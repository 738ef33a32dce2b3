//! What does a module declare, import and name?

use super::attributes::{attributes, is_for_tests};
use super::imports::Imports;
use super::mentions::{Mention, Mentions};
use super::tokens;
use std::collections::BTreeSet;
use syn::Item;
use syn::buffer::TokenBuffer;
use syn::visit::Visit;

/// What one module holds, its children left out.
#[derive(Default)]
pub(super) struct Content {
    pub(super) items: BTreeSet<String>,
    /// Names of `macro_rules!`.
    pub(super) macros: BTreeSet<String>,
    pub(super) imports: Imports,
    pub(super) mentions: Vec<Mention>,
}

impl Content {
    pub(super) fn read(items: &[Item]) -> Self {
        let mut content = Self::default();
        // Imports first: an arrow is told by its `use`, where there is one.
        let (uses, others): (Vec<&Item>, Vec<&Item>) = items
            .iter()
            .filter(|item| !is_for_tests(attributes(item)))
            .partition(|item| matches!(item, Item::Use(_)));
        let mut mentions = Mentions::default();
        for item in uses.into_iter().chain(others) {
            content.declare(item);
            mentions.visit_item(item);
        }
        (content.mentions, content.imports) = mentions.settled();
        content
    }

    /// All paths that are named or imported.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Vec<String>> {
        let mentions = self.mentions.iter().map(|mention| &mention.path);
        mentions.chain(self.imports.named.iter().map(|import| &import.path)).chain(&self.imports.globs)
    }

    fn declare(&mut self, item: &Item) {
        let name = match item {
            Item::Const(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            Item::Fn(item) => &item.sig.ident,
            Item::Static(item) => &item.ident,
            Item::Struct(item) => &item.ident,
            Item::Trait(item) => &item.ident,
            Item::TraitAlias(item) => &item.ident,
            Item::Type(item) => &item.ident,
            Item::Union(item) => &item.ident,
            Item::Macro(item) => {
                self.items.extend(tokens::declared(&TokenBuffer::new2(item.mac.tokens.clone())));
                let Some(name) = &item.ident else { return };
                self.macros.insert(name.to_string());
                name
            }
            _ => return,
        };
        self.items.insert(name.to_string());
    }
}
