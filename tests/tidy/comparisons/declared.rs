//! What is declared as a number with a fraction, by name.

use std::collections::BTreeSet;

use syn::{
    Field, GenericArgument, ImplItemFn, ItemFn, PathArguments, ReturnType, Signature, Type, visit::Visit,
};

/// The names of fields and functions of such a type.
#[derive(Default, Clone)]
pub(crate) struct Declared {
    pub(super) fields: BTreeSet<String>,
    pub(super) functions: BTreeSet<String>,
    /// The names that are declared with another type.
    others: BTreeSet<String>,
}

impl Declared {
    /// Adds what a file declares.
    pub(crate) fn add(&mut self, file: &syn::File) {
        self.visit_file(file);
    }

    /// Without the functions that are declared with another type as well.
    pub(crate) fn without_doubt(mut self) -> Self {
        self.functions.retain(|name| !self.others.contains(name));
        self
    }

    /// What this and another declare, but for what `other` declares with another type as well.
    pub(crate) fn with(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.fields.extend(other.fields.iter().cloned());
        both.functions.extend(other.functions.iter().cloned());
        both.fields.retain(|name| !other.others.contains(name));
        both.functions.retain(|name| !self.others.contains(name) && !other.others.contains(name));
        both
    }

    fn add_function(&mut self, signature: &Signature) {
        let ReturnType::Type(_, of) = &signature.output else { return };
        let names = if is_number(of) { &mut self.functions } else { &mut self.others };
        names.insert(signature.ident.to_string());
    }
}

impl<'ast> Visit<'ast> for Declared {
    fn visit_field(&mut self, field: &'ast Field) {
        if let Some(name) = &field.ident {
            let names = if is_number(&field.ty) { &mut self.fields } else { &mut self.others };
            names.insert(name.to_string());
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.add_function(&item.sig);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.add_function(&item.sig);
    }
}

/// Whether a type is `f64` or `f32`, through references or inside `Option`, `Result` and `Outcome`.
pub(super) fn is_number(of: &Type) -> bool {
    match of {
        Type::Reference(reference) => is_number(&reference.elem),
        Type::Paren(inner) => is_number(&inner.elem),
        Type::Path(path) => {
            path.path.segments.last().is_some_and(|last| match last.ident.to_string().as_str() {
                "f64" | "f32" | "Outcome" => true,
                "Option" | "Result" => match &last.arguments {
                    PathArguments::AngleBracketed(list) => {
                        matches!(list.args.first(), Some(GenericArgument::Type(inner)) if is_number(inner))
                    }
                    _ => false,
                },
                _ => false,
            })
        }
        _ => false,
    }
}
