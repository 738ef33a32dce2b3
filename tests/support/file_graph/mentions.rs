//! Which paths does the code of a module name?

use super::attributes::{attributes, is_for_tests};
use super::imports::Imports;
use super::tokens;
use std::collections::BTreeSet;
use syn::buffer::TokenBuffer;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ExprCall, ImplItem, Item, ItemUse, Macro, Meta, PatIdent, Visibility};

/// A path, and how it is said.
pub(super) struct Mention {
    pub(super) path: Vec<String>,
    pub(super) text: String,
    pub(super) is_macro: bool,
}

/// All paths named so far.
#[derive(Default)]
pub(super) struct Mentions {
    pub(super) imports: Imports,
    all: Vec<Mention>,
    /// Single names that may also be a variable's.
    loose: Vec<Vec<String>>,
    variables: BTreeSet<String>,
}

impl Mentions {
    /// The mentions, those left out that may be a variable's, and the imports.
    pub(super) fn settled(mut self) -> (Vec<Mention>, Imports) {
        for path in std::mem::take(&mut self.loose) {
            if !self.variables.contains(&path[0]) {
                self.mention(path);
            }
        }
        (self.all, self.imports)
    }

    fn mention(&mut self, path: Vec<String>) {
        self.all.push(Mention { text: path.join("::"), path, is_macro: false });
    }

    fn mention_tokens(&mut self, tokens: &TokenBuffer) {
        for path in tokens::paths(tokens) {
            self.mention(path);
        }
    }
}

impl Visit<'_> for Mentions {
    fn visit_item(&mut self, item: &Item) {
        // Modules are read on their own.
        if !matches!(item, Item::Mod(_)) && !is_for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &ImplItem) {
        let attributes = match item {
            ImplItem::Const(item) => &item.attrs,
            ImplItem::Fn(item) => &item.attrs,
            ImplItem::Type(item) => &item.attrs,
            _ => return,
        };
        if !is_for_tests(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    /// A re-export names nothing by itself.
    fn visit_item_use(&mut self, item: &ItemUse) {
        let imports = Imports::read(item);
        if matches!(item.vis, Visibility::Inherited) {
            let mention = |path: &Vec<String>| Mention {
                path: path.clone(),
                text: format!("use {}", path.join("::")),
                is_macro: false,
            };
            self.all.extend(imports.named.iter().map(|import| mention(&import.path)));
        }
        self.imports.extend(imports);
    }

    fn visit_visibility(&mut self, _: &Visibility) {}

    fn visit_path(&mut self, path: &syn::Path) {
        let names = names(path);
        match names.as_slice() {
            [name] if name.starts_with(char::is_lowercase) => self.loose.push(names),
            _ => self.mention(names),
        }
        visit::visit_path(self, path);
    }

    fn visit_expr_call(&mut self, call: &ExprCall) {
        if let Expr::Path(function) = &*call.func {
            self.mention(names(&function.path));
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_pat_ident(&mut self, variable: &PatIdent) {
        self.variables.insert(variable.ident.to_string());
        visit::visit_pat_ident(self, variable);
    }

    fn visit_macro(&mut self, called: &Macro) {
        let path = names(&called.path);
        self.all.push(Mention { text: format!("{}!", path.join("::")), path, is_macro: true });
        self.mention_tokens(&TokenBuffer::new2(called.tokens.clone()));
    }

    fn visit_attribute(&mut self, attribute: &Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.mention_tokens(&TokenBuffer::new2(list.tokens.clone()));
        }
    }
}

fn names(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}
