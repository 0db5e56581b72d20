//! What a path means: the module that defines the item at its end, through re-exports and globs.

use std::collections::BTreeSet;

use super::{
    crate_source::{CrateSource, Module},
    paths::Path,
};

/// What a path leads to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    Module(usize),
    Item { module: usize, name: String },
    OtherCrate,
}

/// The names that are being looked up, so that a `use` that leads back to itself ends.
type Asked = BTreeSet<(usize, String)>;

impl CrateSource {
    /// What this path in this module leads to; several targets where a function and a module have one name.
    pub(super) fn resolve(&self, module: usize, path: &Path) -> BTreeSet<Target> {
        self.resolve_path(module, path, &mut Asked::new())
    }

    fn module(&self, index: usize) -> &Module {
        &self.modules[index]
    }

    fn resolve_path(&self, module: usize, path: &Path, asked: &mut Asked) -> BTreeSet<Target> {
        let mut targets = BTreeSet::from([Target::Module(module)]);
        for (index, name) in path.iter().enumerate() {
            let is_first = index == 0;
            let mut next = BTreeSet::new();
            for target in &targets {
                match target {
                    Target::Module(inner) => next.extend(self.step(*inner, name, is_first, asked)),
                    done => drop(next.insert(done.clone())),
                }
            }
            let has_module = next.iter().any(|target| matches!(target, Target::Module(_)));
            if has_module && index + 1 < path.len() {
                next.retain(|target| matches!(target, Target::Module(_)));
            }
            targets = next;
        }
        targets
    }

    fn step(&self, module: usize, name: &str, is_first: bool, asked: &mut Asked) -> BTreeSet<Target> {
        match name {
            "crate" => BTreeSet::from([Target::Module(0)]),
            "self" => BTreeSet::from([Target::Module(module)]),
            "super" => self.module(module).parent.map(Target::Module).into_iter().collect(),
            name => {
                let found = self.look_up(module, name, asked);
                // A name that a macro makes is the module's own.
                let is_made = found.is_empty() && !is_first && !asked.contains(&(module, name.to_owned()));
                if is_made { BTreeSet::from([Target::Item { module, name: name.to_owned() }]) } else { found }
            }
        }
    }

    /// What a name means in a module; nothing where it is not in scope.
    fn look_up(&self, module: usize, name: &str, asked: &mut Asked) -> BTreeSet<Target> {
        let mut found = BTreeSet::new();
        if !asked.insert((module, name.to_owned())) {
            return found;
        }
        let scope = self.module(module);
        if scope.items.contains(name) {
            found.insert(Target::Item { module, name: name.to_owned() });
        }
        found.extend(scope.children.get(name).copied().map(Target::Module));
        for import in scope.imports.iter().filter(|import| import.name.as_deref() == Some(name)) {
            let targets = self.resolve_path(module, &import.path, asked);
            if targets.is_empty() && found.is_empty() {
                found.insert(Target::OtherCrate);
            }
            found.extend(targets);
        }
        if found.is_empty() {
            for glob in scope.imports.iter().filter(|import| import.name.is_none()) {
                for target in self.resolve_path(module, &glob.path, asked) {
                    if let Target::Module(inner) = target {
                        found.extend(self.look_up(inner, name, asked));
                    }
                }
            }
        }
        asked.remove(&(module, name.to_owned()));
        found
    }
}
