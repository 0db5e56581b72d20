//! The comparisons of a file.

use std::collections::BTreeSet;

use syn::{
    BinOp, Expr, ExprBinary, ExprClosure, ExprMethodCall, FnArg, ImplItemFn, Item, ItemFn, Lit, Local, Pat,
    Signature, UnOp, spanned::Spanned, visit::Visit,
};

use super::declared::{Declared, is_number};

/// Methods that make such a number of another.
const ARITHMETIC: &[&str] = &[
    "abs",
    "ceil",
    "clamp",
    "copysign",
    "exp",
    "floor",
    "ln",
    "log10",
    "log2",
    "max",
    "min",
    "powf",
    "powi",
    "recip",
    "round",
    "signum",
    "sqrt",
    "trunc",
    "unwrap_or",
    "unwrap_or_default",
    "copied",
    "ok",
];
/// Methods that compare such numbers, on any receiver.
const ORDERINGS: &[&str] = &["total_cmp", "partial_cmp"];

/// Each comparison of a file, with its line, but for those in its tests.
pub(crate) fn findings(file: &syn::File, declared: &Declared) -> Vec<(usize, String)> {
    let mut finder = Finder { declared, variables: BTreeSet::new(), found: Vec::new() };
    finder.visit_file(file);
    finder.found
}

struct Finder<'a> {
    declared: &'a Declared,
    variables: BTreeSet<String>,
    found: Vec<(usize, String)>,
}

impl Finder<'_> {
    fn find(&mut self, at: &impl Spanned, what: &str) {
        self.found.push((at.span().start().line, what.to_owned()));
    }

    fn enter(&mut self, signature: &Signature) -> BTreeSet<String> {
        let before = std::mem::take(&mut self.variables);
        for input in &signature.inputs {
            if let FnArg::Typed(typed) = input
                && is_number(&typed.ty)
            {
                self.declare(&typed.pat);
            }
        }
        before
    }

    fn declare(&mut self, pattern: &Pat) {
        if let Pat::Ident(name) = pattern {
            self.variables.insert(name.ident.to_string());
        }
    }

    fn is_number(&self, expression: &Expr) -> bool {
        match expression {
            Expr::Lit(literal) => matches!(literal.lit, Lit::Float(_)),
            Expr::Path(path) => {
                path.path.get_ident().is_some_and(|name| self.variables.contains(&name.to_string()))
            }
            Expr::Field(field) => match &field.member {
                syn::Member::Named(name) => self.declared.fields.contains(&name.to_string()),
                syn::Member::Unnamed(_) => false,
            },
            Expr::MethodCall(call) => {
                let name = call.method.to_string();
                self.declared.functions.contains(&name)
                    || ARITHMETIC.contains(&name.as_str()) && self.is_number(&call.receiver)
            }
            Expr::Call(call) => match call.func.as_ref() {
                Expr::Path(path) => {
                    let names: Vec<_> =
                        path.path.segments.iter().map(|part| part.ident.to_string()).collect();
                    let of = |place: usize| names.get(place).map(String::as_str);
                    of(0) == Some("f64")
                        || of(0) == Some("Ok") && call.args.iter().any(|inner| self.is_number(inner))
                        || names.last().is_some_and(|name| self.declared.functions.contains(name))
                }
                _ => false,
            },
            Expr::Cast(cast) => is_number(&cast.ty),
            Expr::Binary(binary) => {
                let adds = matches!(
                    binary.op,
                    BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_) | BinOp::Rem(_)
                );
                adds && (self.is_number(&binary.left) || self.is_number(&binary.right))
            }
            Expr::Unary(unary) => !matches!(unary.op, UnOp::Not(_)) && self.is_number(&unary.expr),
            Expr::Paren(inner) => self.is_number(&inner.expr),
            Expr::Reference(inner) => self.is_number(&inner.expr),
            Expr::Try(inner) => self.is_number(&inner.expr),
            _ => false,
        }
    }
}

/// Whether the operand is a literal, or one of the ends of all numbers.
fn is_written(expression: &Expr) -> bool {
    match expression {
        Expr::Lit(_) => true,
        Expr::Unary(unary) => is_written(&unary.expr),
        Expr::Paren(inner) => is_written(&inner.expr),
        Expr::Reference(inner) => is_written(&inner.expr),
        // A variant or a constant of a type; a constant of a module is a threshold.
        Expr::Path(path) => path.path.segments.len() > 1,
        Expr::Call(call) => {
            is_variant(&call.func) || !call.args.is_empty() && call.args.iter().all(is_written)
        }
        _ => false,
    }
}

/// Whether a function is a variant of a type, as `Value::Flag`.
fn is_variant(function: &Expr) -> bool {
    matches!(function, Expr::Path(path) if path.path.segments.len() > 1
        && path.path.segments.last().is_some_and(|last| last.ident.to_string().starts_with(char::is_uppercase)))
}

fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        _ => attribute.path().is_ident("test"),
    })
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Mod(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            _ => return syn::visit::visit_item(self, item),
        };
        if !is_for_tests(attributes) {
            syn::visit::visit_item(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        let before = self.enter(&item.sig);
        syn::visit::visit_item_fn(self, item);
        self.variables = before;
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        let before = self.enter(&item.sig);
        syn::visit::visit_impl_item_fn(self, item);
        self.variables = before;
    }

    fn visit_expr_closure(&mut self, closure: &'ast ExprClosure) {
        for input in &closure.inputs {
            if let Pat::Type(typed) = input
                && is_number(&typed.ty)
            {
                self.declare(&typed.pat);
            }
        }
        syn::visit::visit_expr_closure(self, closure);
    }

    fn visit_local(&mut self, local: &'ast Local) {
        syn::visit::visit_local(self, local);
        let (pattern, is_declared) = match &local.pat {
            Pat::Type(typed) => (typed.pat.as_ref(), is_number(&typed.ty)),
            pattern => (pattern, false),
        };
        let is_made = local.init.as_ref().is_some_and(|made| self.is_number(&made.expr));
        if is_declared || is_made {
            self.declare(pattern);
        }
    }

    fn visit_expr_binary(&mut self, binary: &'ast ExprBinary) {
        syn::visit::visit_expr_binary(self, binary);
        let compares = matches!(
            binary.op,
            BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) | BinOp::Eq(_) | BinOp::Ne(_)
        );
        let is_any = self.is_number(&binary.left) || self.is_number(&binary.right);
        if compares && is_any && !is_written(&binary.left) && !is_written(&binary.right) {
            self.find(binary, "compares two numbers");
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        syn::visit::visit_expr_method_call(self, call);
        let name = call.method.to_string();
        if ORDERINGS.contains(&name.as_str()) {
            self.find(call, &format!("calls {name}"));
        }
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        if let Some(last) = path.path.segments.last()
            && ORDERINGS.contains(&last.ident.to_string().as_str())
        {
            self.find(path, &format!("names {}", last.ident));
        }
    }
}
