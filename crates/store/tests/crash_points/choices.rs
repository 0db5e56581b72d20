//! What a power cut decides: for each unsynced piece of a file, each length and each change of names, what is kept.
//!
//! A piece of a file holds one of the versions that it had since it was last durable, independently of the pieces around it.
//! Of the lengths since then one is kept. Changes of names are kept or dropped one by one, but a change is dropped if
//! an earlier one of the same name is, and a rename changes both names or none.

use std::{collections::BTreeSet, fmt::Write as _, ops::Range, sync::Arc};

use crate::{
    content::{Content, PAGE},
    operation::Inode,
    volume::{FileNode, Node, Volume, assign},
};

/// All that is undecided when the power is cut.
pub(crate) struct PowerCut<'a> {
    volume: &'a Volume,
    /// The volume with everything unsynced dropped.
    durable: Volume,
    pub(crate) decisions: Vec<Decision>,
}

/// One thing that is decided apart from all others. Choice 0 is what is durable, choice *n* is version *n* since then.
pub(crate) struct Decision {
    what: What,
    /// The changes that made the versions: their sequence number, and their position among the unsynced ones.
    versions: Vec<(usize, usize)>,
}

enum What {
    Piece {
        file: Inode,
        range: Range<u64>,
    },
    /// The lengths of the versions.
    Length {
        file: Inode,
        lengths: Vec<u64>,
    },
    Names,
}

impl Decision {
    pub(crate) fn last(&self) -> usize {
        self.versions.len()
    }

    /// The latest version made by a change that is selected by its sequence number.
    pub(crate) fn latest(&self, is_kept: impl Fn(usize) -> bool) -> usize {
        self.versions.iter().rposition(|(sequence, _)| is_kept(*sequence)).map_or(0, |position| position + 1)
    }

    pub(crate) fn sequences(&self) -> impl Iterator<Item = usize> {
        self.versions.iter().map(|(sequence, _)| *sequence)
    }
}

impl<'a> PowerCut<'a> {
    /// `granularity` is the size of the pieces of files that are decided independently.
    pub(crate) fn new(volume: &'a Volume, granularity: u64) -> Self {
        let mut decisions = Vec::new();
        for (index, change) in volume.renamings.iter().enumerate() {
            decisions.push(Decision { what: What::Names, versions: vec![(change.sequence, index)] });
        }
        for file in nameable(volume) {
            if let Node::File(node) = &*volume.nodes[file] {
                decide_length(file, node, &mut decisions);
                decide_pieces(file, node, granularity, &mut decisions);
            }
        }
        Self { volume, durable: durable(volume), decisions }
    }

    /// How many combinations of choices there are.
    pub(crate) fn combinations(&self) -> usize {
        self.decisions.iter().fold(1, |product: usize, decision| product.saturating_mul(decision.last() + 1))
    }

    /// The volume that is found after the power cut. Everything on it is durable.
    pub(crate) fn outcome(&self, choices: &[usize]) -> Volume {
        let mut outcome = self.durable.clone();
        let mut kept_names = vec![false; self.volume.renamings.len()];
        let mut lengths: Vec<(Inode, u64)> = Vec::new();
        for (decision, choice) in self.decisions.iter().zip(choices) {
            let Some(version) = choice.checked_sub(1) else { continue };
            let change = decision.versions[version].1;
            match &decision.what {
                What::Names => kept_names[change] = true,
                What::Length { file, lengths: versions } => lengths.push((*file, versions[version])),
                What::Piece { file, range } => {
                    let version = &self.volume.file(*file).unsynced[change].after;
                    content_mut(&mut outcome, *file).copy_range(version, range.clone());
                }
            }
        }
        self.settle_lengths(&mut outcome, &lengths);
        self.settle_names(&mut outcome, kept_names);
        outcome
    }

    /// What was chosen, in words.
    pub(crate) fn describe(&self, choices: &[usize]) -> String {
        let mut text = String::new();
        for (decision, choice) in self.decisions.iter().zip(choices) {
            let _ = match &decision.what {
                What::Names => write!(text, "\n      names"),
                What::Length { file, .. } => write!(text, "\n      length of file {file}"),
                What::Piece { file, range } => {
                    write!(text, "\n      file {file}, bytes {}..{}", range.start, range.end)
                }
            };
            for (version, (sequence, _)) in decision.versions.iter().enumerate() {
                let fate = if version + 1 == *choice { "on disk" } else { "not on disk" };
                let _ = write!(text, ", #{sequence} {fate}");
            }
        }
        if text.is_empty() { " (nothing was unsynced)".to_owned() } else { text }
    }

    /// Cuts off pieces after the end of their file, and fills with zeros up to the end.
    fn settle_lengths(&self, outcome: &mut Volume, lengths: &[(Inode, u64)]) {
        for (inode, node) in self.volume.nodes.iter().enumerate() {
            let Node::File(file) = &**node else { continue };
            if !file.unsynced.is_empty() {
                let kept = lengths.iter().find(|(file, _)| *file == inode);
                let length = kept.map_or(file.durable.length(), |(_, length)| *length);
                content_mut(outcome, inode).set_length(length);
                let content = Arc::clone(&outcome.file(inode).live);
                outcome.nodes[inode] = Arc::new(Node::File(FileNode::synced(content)));
            }
        }
    }

    fn settle_names(&self, outcome: &mut Volume, mut kept: Vec<bool>) {
        let changes = &self.volume.renamings;
        for later in 0..changes.len() {
            let builds_on = |earlier: &usize| changes[*earlier].shares_name(&changes[later]);
            kept[later] = kept[later] && (0..later).filter(builds_on).all(|earlier| kept[earlier]);
            if kept[later] {
                for (directory, name, inode) in &changes[later].slots {
                    let directory = outcome.directory_mut(*directory);
                    assign(&mut directory.live, name, *inode);
                    assign(&mut directory.durable, name, *inode);
                }
            }
        }
    }
}

fn durable(volume: &Volume) -> Volume {
    let mut durable = volume.clone();
    durable.renamings.clear();
    for node in &mut durable.nodes {
        match &**node {
            Node::File(file) if !file.unsynced.is_empty() => {
                *node = Arc::new(Node::File(FileNode::synced(Arc::clone(&file.durable))));
            }
            Node::Directory(directory) if directory.live != directory.durable => {
                let mut directory = directory.clone();
                directory.live.clone_from(&directory.durable);
                *node = Arc::new(Node::Directory(directory));
            }
            Node::File(_) | Node::Directory(_) => {}
        }
    }
    durable
}

/// Everything that can have a name after the power cut.
fn nameable(volume: &Volume) -> BTreeSet<Inode> {
    let durable = volume.nodes.iter().flat_map(|node| match &**node {
        Node::Directory(directory) => directory.durable.values().copied().collect(),
        Node::File(_) => Vec::new(),
    });
    let renamed = volume.renamings.iter().flat_map(|change| change.slots.iter().filter_map(|slot| slot.2));
    durable.chain(renamed).collect()
}

/// A long write can make the file longer page by page: the first and the last page are tried.
fn decide_length(file: Inode, node: &FileNode, decisions: &mut Vec<Decision>) {
    let mut length = node.durable.length();
    let (mut lengths, mut versions) = (Vec::new(), Vec::new());
    for (index, change) in node.unsynced.iter().enumerate() {
        let after = change.after.length();
        let pages =
            [(length.max(change.range.start) / PAGE + 1) * PAGE, after.saturating_sub(1) / PAGE * PAGE];
        let mut reached: Vec<u64> = pages
            .into_iter()
            .filter(|page| (length + 1..after).contains(page) && !change.range.is_empty())
            .collect();
        reached.dedup();
        reached.extend((after != length).then_some(after));
        versions.extend(reached.iter().map(|_| (change.sequence, index)));
        lengths.append(&mut reached);
        length = after;
    }
    if !versions.is_empty() {
        decisions.push(Decision { what: What::Length { file, lengths }, versions });
    }
}

fn decide_pieces(file: Inode, node: &FileNode, granularity: u64, decisions: &mut Vec<Decision>) {
    let pieces = |range: &Range<u64>| range.start / granularity..range.end.div_ceil(granularity);
    let touched: BTreeSet<u64> = node.unsynced.iter().flat_map(|change| pieces(&change.range)).collect();
    for piece in touched {
        let changes = node.unsynced.iter().enumerate();
        let writers = changes.filter(|(_, change)| pieces(&change.range).contains(&piece));
        let versions = writers.map(|(index, change)| (change.sequence, index)).collect();
        let range = piece * granularity..(piece + 1) * granularity;
        decisions.push(Decision { what: What::Piece { file, range }, versions });
    }
}

fn content_mut(volume: &mut Volume, file: Inode) -> &mut Content {
    let Node::File(node) = Arc::make_mut(&mut volume.nodes[file]) else {
        panic!("inode {file} is a directory")
    };
    Arc::make_mut(&mut node.live)
}
