//! Differences between two frameworks, key by key.
//!
//! *Invariant:* two frameworks without a difference are equal, but for how their texts are laid out, and the order of
//! the differences depends on the two alone: the head, then each kind of part; within a kind the order of the later
//! framework, what only the earlier has last; within a part the order of its keys.

use std::collections::HashMap;

use super::{
    Framework,
    flatten::{FlatFramework, Keys, Part, flatten},
};

/// The kinds of differences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// Only the later framework has it.
    Added,
    /// Only the earlier framework has it.
    Removed,
    /// Both have it, with different texts.
    Changed,
    /// Both have the same parts, in another order.
    Reordered,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Of which kind.
    pub kind: ChangeKind,
    /// Where, as `version`, `indicators[deaths]`, `nodes[crisis].weight`.
    pub path: String,
    /// The text in the earlier framework; for a whole part, its name; empty if absent.
    pub before: String,
    /// The text in the later framework.
    pub after: String,
}

impl Framework {
    /// The differences of a later framework from this one.
    pub fn changes_to(&self, later: &Self) -> Vec<Change> {
        let (FlatFramework { head: old_head, sections: old }, FlatFramework { head, sections }) =
            (flatten(self), flatten(later));
        let mut changes = Vec::new();
        keys("", old_head, head, &mut changes);
        for ((name, old), (_, new)) in old.into_iter().zip(sections) {
            section(name, old, new, &mut changes);
        }
        changes
    }
}

/// The differences between two lists of keys.
fn keys(prefix: &str, old: Keys, new: Keys, changes: &mut Vec<Change>) {
    let mut before: HashMap<String, (usize, String)> =
        old.into_iter().enumerate().map(|(index, (key, text))| (key, (index, text))).collect();
    let path = |key: &str| if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") };
    for (key, after) in new {
        let (kind, before) = match before.remove(&key) {
            Some((_, before)) if before == after => continue,
            Some((_, before)) => (ChangeKind::Changed, before),
            None => (ChangeKind::Added, String::new()),
        };
        changes.push(Change { kind, path: path(&key), before, after });
    }
    let mut gone: Vec<_> = before.into_iter().map(|(key, (index, text))| (index, key, text)).collect();
    gone.sort_unstable();
    changes.extend(gone.into_iter().map(|(_, key, before)| Change {
        kind: ChangeKind::Removed,
        path: path(&key),
        before,
        after: String::new(),
    }));
}

/// The differences between the parts of one kind.
fn section(name: &'static str, old: Vec<Part>, new: Vec<Part>, changes: &mut Vec<Change>) {
    let order = |parts: &[Part]| parts.iter().map(|part| part.id.clone()).collect::<Vec<_>>();
    let (old_order, new_order) = (order(&old), order(&new));
    let mut before: HashMap<String, Part> = old.into_iter().map(|part| (part.id.clone(), part)).collect();
    let mut common = Vec::new();
    for Part { id, name: after, keys: new_keys } in new {
        let path = format!("{name}[{id}]");
        match before.remove(&id) {
            Some(Part { keys: old, .. }) => {
                keys(&path, old, new_keys, changes);
                common.push(id);
            }
            None => {
                changes.push(Change { kind: ChangeKind::Added, path, before: String::new(), after });
            }
        }
    }
    for id in &old_order {
        if let Some(Part { id, name: before, .. }) = before.remove(id) {
            let path = format!("{name}[{id}]");
            changes.push(Change { kind: ChangeKind::Removed, path, before, after: String::new() });
        }
    }
    let kept: std::collections::HashSet<&String> = common.iter().collect();
    let of_both =
        |order: &[String]| -> Vec<String> { order.iter().filter(|id| kept.contains(id)).cloned().collect() };
    let (before, after) = (of_both(&old_order), of_both(&new_order));
    if before != after {
        let (before, after) = (before.join(", "), after.join(", "));
        changes.push(Change { kind: ChangeKind::Reordered, path: name.to_owned(), before, after });
    }
}
