//! The modules of one crate as they are written: what each defines, imports and mentions.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Attribute, ImplItem, Item, ItemMod, UseTree, Visibility, visit::Visit};

use super::paths::{Mentions, Path, is_for_tests, is_test_module, path_of, plain};

/// A crate: its files, and its modules, of which the first is the root.
pub(crate) struct CrateSource {
    pub(super) files: Vec<String>,
    pub(super) modules: Vec<Module>,
}

/// One module: a file, or a part of a file.
#[derive(Default)]
pub(super) struct Module {
    pub(super) file: usize,
    pub(super) parent: Option<usize>,
    pub(super) children: BTreeMap<String, usize>,
    pub(super) items: BTreeSet<String>,
    pub(super) imports: Vec<Import>,
    pub(super) methods: Vec<Method>,
    pub(super) mentions: Mentions,
}

/// One name that a `use` brings into scope, or all of a module's names.
pub(super) struct Import {
    pub(super) path: Path,
    /// `None` for a glob.
    pub(super) name: Option<String>,
    pub(super) is_reexport: bool,
}

/// A function of an `impl` without a trait.
pub(super) struct Method {
    pub(super) of: Path,
    pub(super) name: String,
}

impl CrateSource {
    /// Reads a crate from its files by their paths below `src`; the root is `lib.rs`, or else `main.rs`.
    pub(crate) fn read(texts: &BTreeMap<String, String>) -> Self {
        let root = ["lib.rs", "main.rs"].into_iter().find(|root| texts.contains_key(*root));
        let root = root.expect("a crate has a lib.rs or a main.rs");
        let mut source = Self { files: Vec::new(), modules: Vec::new() };
        source.add_file(texts, root, "", None);
        source
    }

    /// Adds the module in this file, whose child modules lie in `folder`.
    fn add_file(
        &mut self,
        texts: &BTreeMap<String, String>,
        file: &str,
        folder: &str,
        parent: Option<usize>,
    ) -> usize {
        let parsed = syn::parse_file(&texts[file]).unwrap_or_else(|error| panic!("{file}: {error}"));
        self.files.push(file.to_owned());
        self.add_module(
            texts,
            &parsed.items,
            folder,
            Module { file: self.files.len() - 1, parent, ..Module::default() },
        )
    }

    fn add_module(
        &mut self,
        texts: &BTreeMap<String, String>,
        items: &[Item],
        folder: &str,
        module: Module,
    ) -> usize {
        let index = self.modules.len();
        self.modules.push(module);
        for item in items.iter().filter(|item| !is_for_tests(attributes(item))) {
            match item {
                Item::Mod(child) => self.add_child(texts, child, folder, index),
                Item::Use(item) => {
                    let is_reexport = !matches!(item.vis, Visibility::Inherited);
                    let imports = &mut self.modules[index].imports;
                    flatten(&item.tree, &mut Vec::new(), is_reexport, imports);
                }
                item => self.add_item(item, index),
            }
        }
        index
    }

    fn add_child(&mut self, texts: &BTreeMap<String, String>, child: &ItemMod, folder: &str, parent: usize) {
        let name = plain(&child.ident);
        if is_test_module(&name) {
            return;
        }
        let below = format!("{folder}{name}/");
        let module = if let Some((_, items)) = &child.content {
            let module =
                Module { file: self.modules[parent].file, parent: Some(parent), ..Module::default() };
            self.add_module(texts, items, &below, module)
        } else {
            let file = [format!("{folder}{name}.rs"), format!("{below}mod.rs")]
                .into_iter()
                .find(|file| texts.contains_key(file))
                .unwrap_or_else(|| panic!("there is no file for the module {name} in src/{folder}"));
            self.add_file(texts, &file, &below, Some(parent))
        };
        self.modules[parent].children.insert(name, module);
    }

    fn add_item(&mut self, item: &Item, index: usize) {
        let module = &mut self.modules[index];
        module.items.extend(name_of(item));
        if let Item::Impl(block) = item
            && block.trait_.is_none()
            && let syn::Type::Path(of) = &*block.self_ty
        {
            let names = block.items.iter().filter_map(|item| match item {
                ImplItem::Fn(method) => Some(plain(&method.sig.ident)),
                _ => None,
            });
            let of = path_of(&of.path);
            module.methods.extend(names.map(|name| Method { of: of.clone(), name }));
        }
        let mut mentions = std::mem::take(&mut module.mentions);
        mentions.visit_item(item);
        for tree in mentions.uses_in_functions.drain(..) {
            flatten(&tree, &mut Vec::new(), false, &mut module.imports);
        }
        module.mentions = mentions;
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn name_of(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(plain(name))
}

/// Takes a `use` apart into one import a name.
fn flatten(tree: &UseTree, before: &mut Path, is_reexport: bool, imports: &mut Vec<Import>) {
    let mut add = |last: Option<String>, name: Option<String>| {
        let path = before.iter().cloned().chain(last).collect();
        imports.push(Import { path, name, is_reexport });
    };
    match tree {
        UseTree::Path(step) => {
            before.push(plain(&step.ident));
            flatten(&step.tree, before, is_reexport, imports);
            before.pop();
        }
        UseTree::Name(last) if last.ident == "self" => add(None, before.last().cloned()),
        UseTree::Name(last) => add(Some(plain(&last.ident)), Some(plain(&last.ident))),
        UseTree::Rename(last) if last.ident == "self" => add(None, Some(plain(&last.rename))),
        UseTree::Rename(last) => add(Some(plain(&last.ident)), Some(plain(&last.rename))),
        UseTree::Glob(_) => add(None, None),
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, before, is_reexport, imports);
            }
        }
    }
}
