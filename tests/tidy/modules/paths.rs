//! The paths that a piece of source mentions, in code, in macro calls and in attributes.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, ExprMethodCall, Ident, ImplItem, ItemUse, Macro, Meta, UseTree,
    ext::IdentExt,
    visit::{self, Visit},
};

/// The names of a path, in order, the first of them `crate`, `self`, `super` or a name in scope.
pub(super) type Path = Vec<String>;

/// Everything that a module mentions.
#[derive(Default)]
pub(super) struct Mentions {
    pub(super) paths: BTreeSet<Path>,
    /// The methods that are called on a value.
    pub(super) methods: BTreeSet<String>,
    /// All functions that are defined, of types and traits too.
    pub(super) functions: Vec<String>,
    pub(super) uses_in_functions: Vec<UseTree>,
}

/// The name without `r#`.
pub(super) fn plain(name: &Ident) -> String {
    name.unraw().to_string()
}

pub(super) fn path_of(path: &syn::Path) -> Path {
    path.segments.iter().map(|segment| plain(&segment.ident)).collect()
}

/// Whether a module of this name is left out, with any attributes.
pub(super) fn is_test_module(name: &str) -> bool {
    name == "tests" || name.ends_with("_tests")
}

pub(super) fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        _ => attribute.path().is_ident("test"),
    })
}

impl Mentions {
    fn add(&mut self, path: &mut Path) {
        if !path.is_empty() {
            self.paths.insert(std::mem::take(path));
        }
    }

    /// Adds the paths among tokens that are not parsed. What follows a dot is a field or a method, what follows `$` or `'` is no
    /// name of an item, and what follows a `::` without a name belongs to another crate.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let (mut path, mut before) = (Path::new(), Before::Other);
        for token in tokens {
            before = match token {
                TokenTree::Ident(name) => {
                    let continues = before == Before::Separator && !path.is_empty();
                    if !continues {
                        self.add(&mut path);
                    }
                    if continues || matches!(before, Before::Colon | Before::Other) || name == "crate" {
                        path.push(plain(&name));
                    } else if before == Before::Dot {
                        self.methods.insert(plain(&name));
                    }
                    Before::Other
                }
                TokenTree::Punct(sign) => match sign.as_char() {
                    ':' if before == Before::Colon => Before::Separator,
                    ':' => Before::Colon,
                    '.' => Before::Dot,
                    '\'' | '$' => Before::Marker,
                    _ => Before::Other,
                },
                TokenTree::Group(group) => {
                    self.add(&mut path);
                    self.add_tokens(group.stream());
                    Before::Other
                }
                TokenTree::Literal(_) => Before::Other,
            };
        }
        self.add(&mut path);
    }
}

/// What a token follows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// `.`
    Dot,
    /// `$` or `'`
    Marker,
    /// `:`
    Colon,
    /// `::`
    Separator,
    Other,
}

impl<'ast> Visit<'ast> for Mentions {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            self.paths.insert(path_of(path));
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.add_tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta
            && !["cfg", "derive", "expect", "allow"].iter().any(|name| list.path.is_ident(name))
        {
            self.add_tokens(list.tokens.clone());
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        self.methods.insert(plain(&call.method));
        visit::visit_expr_method_call(self, call);
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        self.functions.push(plain(&signature.ident));
        visit::visit_signature(self, signature);
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.uses_in_functions.push(item.tree.clone());
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let attributes: &[Attribute] = match item {
            ImplItem::Const(item) => &item.attrs,
            ImplItem::Fn(item) => &item.attrs,
            ImplItem::Type(item) => &item.attrs,
            _ => &[],
        };
        if !is_for_tests(attributes) {
            visit::visit_impl_item(self, item);
        }
    }
}
