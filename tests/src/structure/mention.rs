//! Every path that code mentions.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItemFn, ItemFn, ItemMod, LitStr, Macro, Meta};

use super::module::{Path, is_for_tests};

/// Collects the paths of types, expressions, patterns, bounds, attributes and macro calls.
#[derive(Default)]
pub(super) struct Mentions {
    pub(super) paths: BTreeSet<Path>,
}

impl<'ast> Visit<'ast> for Mentions {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments = path.segments.iter();
        self.paths
            .insert(segments.map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.visit_path(&call.path);
        self.tokens(call.tokens.clone());
    }

    // Why: `#[serde(with = "crate::words")]` names a module as well.
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone());
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        if !is_for_tests(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        if !is_for_tests(&function.attrs) {
            visit::visit_item_fn(self, function);
        }
    }

    fn visit_item_mod(&mut self, _: &'ast ItemMod) {}
}

impl Mentions {
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path = Path::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.finish(&mut path);
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.finish(&mut path);
                    self.tokens(group.stream());
                }
                TokenTree::Literal(literal) => {
                    self.finish(&mut path);
                    self.text(&literal.to_string());
                }
                TokenTree::Punct(_) => self.finish(&mut path),
            }
        }
        self.finish(&mut path);
    }

    fn finish(&mut self, path: &mut Path) {
        if !path.is_empty() {
            self.paths.insert(std::mem::take(path));
        }
    }

    fn text(&mut self, literal: &str) {
        let Ok(text) = syn::parse_str::<LitStr>(literal) else {
            return;
        };
        let Ok(path) = text.parse::<syn::Path>() else {
            return;
        };
        self.visit_path(&path);
    }
}
