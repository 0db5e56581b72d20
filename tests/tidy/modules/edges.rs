//! Which file uses which, and by which item.

use std::collections::{BTreeMap, BTreeSet};

use super::{crate_source::CrateSource, names::Target, paths::Path};

/// For each file the files of which it uses an item, each with the first such item.
pub(crate) struct Edges {
    pub(super) files: Vec<String>,
    pub(super) to: Vec<BTreeMap<usize, String>>,
}

/// The methods of a type that are defined in another file than the type: by the type's module, its name and their own.
type SplitMethods = BTreeMap<(usize, String, String), usize>;

impl Edges {
    /// The edges of a crate. A name that is re-exported and not mentioned otherwise makes none.
    pub(crate) fn of(source: &CrateSource) -> Self {
        let mut edges = Self { files: source.files.clone(), to: vec![BTreeMap::new(); source.files.len()] };
        let split = split_methods(source);
        let unique = unique_functions(source);
        for (index, module) in source.modules.iter().enumerate() {
            let mut mentioned: BTreeSet<(usize, String)> =
                module.items.iter().map(|item| (index, item.clone())).collect();
            let imported =
                module.imports.iter().filter(|import| !import.is_reexport && import.name.is_some());
            for path in imported.map(|import| &import.path).chain(&module.mentions.paths) {
                for target in source.resolve(index, path) {
                    let Target::Item { module: owner, name } = target else { continue };
                    if let Some(method) = method_of(&split, owner, &name, path) {
                        edges.add(source, index, method, path.last());
                    }
                    edges.add(source, index, owner, Some(&name));
                    mentioned.insert((owner, name));
                }
            }
            for ((owner, of, method), home) in &split {
                let is_called = module.mentions.methods.contains(method) && unique.contains(method.as_str());
                if is_called && mentioned.contains(&(*owner, of.clone())) {
                    edges.add(source, index, *home, Some(method));
                }
            }
        }
        edges
    }

    fn add(&mut self, source: &CrateSource, from: usize, to: usize, name: Option<&String>) {
        let (from, to) = (source.modules[from].file, source.modules[to].file);
        if from != to {
            self.to[from].entry(to).or_insert_with(|| name.cloned().unwrap_or_default());
        }
    }
}

fn split_methods(source: &CrateSource) -> SplitMethods {
    let mut found = SplitMethods::new();
    for (index, module) in source.modules.iter().enumerate() {
        for method in &module.methods {
            for target in source.resolve(index, &method.of) {
                if let Target::Item { module: owner, name } = target
                    && source.modules[owner].file != module.file
                {
                    found.insert((owner, name, method.name.clone()), index);
                }
            }
        }
    }
    found
}

fn method_of(split: &SplitMethods, owner: usize, name: &str, path: &Path) -> Option<usize> {
    split.get(&(owner, name.to_owned(), path.last()?.clone())).copied()
}

/// The functions and methods that share their name with no other of the crate.
fn unique_functions(source: &CrateSource) -> BTreeSet<&str> {
    let mut counts = BTreeMap::<&str, usize>::new();
    for name in source.modules.iter().flat_map(|module| &module.mentions.functions) {
        *counts.entry(name).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| *count == 1).map(|(name, _)| name).collect()
}
