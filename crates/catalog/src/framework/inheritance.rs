//! Inheritance: a leaf has the stages that are said at it, or else at the nearest node above it.

use std::collections::HashMap;

use super::{
    names::{Known, Names},
    stages::Stages,
    table::Table,
};

/// Most nodes above an indicator.
const DEPTH_MAX: usize = 64;

/// What the branches say of the stages of the leaves below them.
pub(super) struct Inheritance<'n, 'a> {
    names: &'n Names<'a>,
    known: &'n Known<'n>,
    by_node: HashMap<&'a str, (Option<&'a str>, Stages<'a>)>,
}

impl<'n, 'a> Inheritance<'n, 'a> {
    pub(super) fn of(parts: &[Table<'a>], names: &'n Names<'a>, known: &'n Known<'n>) -> Self {
        let node = |part: &Table<'a>| {
            let stages = Stages::read(part, names, known);
            Some((part.text_unchecked("id")?, (part.text_unchecked("parent"), stages)))
        };
        Self { names, known, by_node: parts.iter().filter_map(node).collect() }
    }

    /// The stages of a part with its own and those of the nodes above it.
    pub(super) fn chain(&self, part: &Table<'a>) -> Chain<'_, 'a> {
        let mut chain =
            Chain { own: Stages::read(part, self.names, self.known), above: Vec::new(), reaches_root: true };
        let mut parent = part.text_unchecked("parent");
        while let Some(node) = parent {
            if chain.above.len() == DEPTH_MAX {
                let problem = format!(
                    "has more than {DEPTH_MAX} nodes above it, or they lead round in a circle; make the tree flatter"
                );
                part.find("parent", problem);
                chain.reaches_root = false;
                break;
            }
            let Some((next, stages)) = self.by_node.get(node) else {
                chain.reaches_root = false;
                break;
            };
            chain.above.push(stages);
            parent = *next;
        }
        chain
    }
}

/// What is said of a leaf's stages, the nearest first.
pub(super) struct Chain<'s, 'a> {
    own: Stages<'a>,
    above: Vec<&'s Stages<'a>>,
    reaches_root: bool,
}

impl<'a> Chain<'_, 'a> {
    /// The nearest that is said of a stage.
    pub(super) fn nearest<'c, T>(&'c self, stage: impl Fn(&'c Stages<'a>) -> Option<T>) -> Option<T> {
        std::iter::once(&self.own).chain(self.above.iter().copied()).find_map(stage)
    }

    /// Whether every node up to the root was found, so that what is not said is said nowhere.
    pub(super) fn reaches_root(&self) -> bool {
        self.reaches_root
    }
}
