//! What is on a disk: what everybody reads, what is durable, and the changes in between.
//!
//! *Invariant:* a volume is a function of the operations that were applied. Copies share all content that is equal.

use std::{collections::BTreeMap, ops::Range, path::PathBuf, sync::Arc};

use crate::{
    content::Content,
    operation::{Change, Inode},
};

/// Smallest piece of a file that a device writes at once.
pub(crate) const SECTOR: u64 = 512;

pub(crate) const ROOT: Inode = 0;

#[derive(Debug, Clone)]
pub(crate) struct Volume {
    pub(crate) nodes: Vec<Arc<Node>>,
    /// Changes of names that no sync of their directory has made durable yet, in order.
    pub(crate) renamings: Vec<NameChange>,
    sequence: usize,
}

#[derive(Debug, Clone)]
pub(crate) enum Node {
    File(FileNode),
    Directory(DirectoryNode),
}

#[derive(Debug, Default, Clone)]
pub(crate) struct FileNode {
    pub(crate) live: Arc<Content>,
    pub(crate) durable: Arc<Content>,
    /// Writes and changes of the length that no sync has made durable yet, in order.
    pub(crate) unsynced: Vec<FileChange>,
}

#[derive(Debug, Clone)]
pub(crate) struct FileChange {
    pub(crate) sequence: usize,
    /// The whole file with this change and those before it.
    pub(crate) after: Arc<Content>,
    /// The bytes that the change wrote.
    pub(crate) range: Range<u64>,
    /// A sync failed: the system has forgotten that the bytes are not on the device.
    is_forgotten: bool,
}

#[derive(Debug, Default, Clone)]
pub(crate) struct DirectoryNode {
    pub(crate) live: BTreeMap<String, Inode>,
    pub(crate) durable: BTreeMap<String, Inode>,
}

/// What one operation did to names, all of it or nothing.
#[derive(Debug, Clone)]
pub(crate) struct NameChange {
    pub(crate) sequence: usize,
    pub(crate) slots: Vec<(Inode, String, Option<Inode>)>,
}

impl NameChange {
    fn touches(&self, directory: Inode) -> bool {
        self.slots.iter().any(|slot| slot.0 == directory)
    }

    /// Whether one of the names is changed by both; such changes keep their order.
    pub(crate) fn shares_name(&self, other: &Self) -> bool {
        self.slots.iter().any(|(directory, name, _)| {
            other.slots.iter().any(|(other, other_name, _)| (directory, name) == (other, other_name))
        })
    }
}

impl Volume {
    pub(crate) fn new() -> Self {
        let root = Arc::new(Node::Directory(DirectoryNode::default()));
        Self { nodes: vec![root], renamings: Vec::new(), sequence: 0 }
    }

    pub(crate) fn apply(&mut self, change: &Change) {
        self.sequence += 1;
        match change {
            Change::Create { parent, name, is_directory } => {
                let inode = self.nodes.len();
                self.nodes.push(Arc::new(if *is_directory {
                    Node::Directory(DirectoryNode::default())
                } else {
                    Node::File(FileNode::default())
                }));
                self.change_names(vec![(*parent, name.clone(), Some(inode))]);
            }
            Change::Write { file, offset, bytes } => {
                let range = *offset..offset + bytes.len() as u64;
                self.change_file(*file, range, |content| content.write(bytes, *offset));
            }
            Change::Allocate { file, length } => {
                self.change_file(*file, 0..0, |content| content.set_length(content.length().max(*length)));
            }
            Change::Truncate { file, length } => {
                // What was there is a piece that can be kept, or be zeros if the file grows again.
                let cut = *length..self.file(*file).live.length();
                self.change_file(*file, cut, |content| content.set_length(*length));
            }
            Change::SyncFile { file } => self.file_mut(*file).sync(),
            Change::FailedSync { file } => {
                self.file_mut(*file).unsynced.iter_mut().for_each(|change| change.is_forgotten = true);
            }
            Change::Rename { from, to } => {
                let inode = self.directory(from.0).live.get(&from.1).copied();
                self.change_names(vec![(from.0, from.1.clone(), None), (to.0, to.1.clone(), inode)]);
            }
            Change::Remove { parent, name } => self.change_names(vec![(*parent, name.clone(), None)]),
            Change::SyncDirectory { directory } => self.sync_directory(*directory),
        }
    }

    /// How many operations were applied.
    pub(crate) fn sequence(&self) -> usize {
        self.sequence
    }

    pub(crate) fn file(&self, inode: Inode) -> &FileNode {
        match &*self.nodes[inode] {
            Node::File(file) => file,
            Node::Directory(_) => panic!("inode {inode} is a directory"),
        }
    }

    pub(crate) fn directory(&self, inode: Inode) -> &DirectoryNode {
        match &*self.nodes[inode] {
            Node::Directory(directory) => directory,
            Node::File(_) => panic!("inode {inode} is a file"),
        }
    }

    /// A path of a file, if it has one.
    pub(crate) fn path_of(&self, file: Inode) -> Option<PathBuf> {
        let mut directories = vec![(PathBuf::from("/"), ROOT)];
        while let Some((path, directory)) = directories.pop() {
            for (name, inode) in &self.directory(directory).live {
                if *inode == file {
                    return Some(path.join(name));
                }
                if self.is_directory(*inode) {
                    directories.push((path.join(name), *inode));
                }
            }
        }
        None
    }

    pub(crate) fn is_directory(&self, inode: Inode) -> bool {
        matches!(&*self.nodes[inode], Node::Directory(_))
    }

    /// Digest of everything that can be read.
    pub(crate) fn digest(&self) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new();
        self.hash_directory(ROOT, &mut hasher);
        hasher.finalize()
    }

    fn hash_directory(&self, directory: Inode, hasher: &mut blake3::Hasher) {
        for (name, inode) in &self.directory(directory).live {
            hasher.update(&(name.len() as u64).to_le_bytes()).update(name.as_bytes());
            if self.is_directory(*inode) {
                hasher.update(b"d");
                self.hash_directory(*inode, hasher);
            } else {
                hasher.update(b"f");
                self.file(*inode).live.hash_into(hasher);
            }
        }
        hasher.update(&u64::MAX.to_le_bytes());
    }

    fn file_mut(&mut self, inode: Inode) -> &mut FileNode {
        match Arc::make_mut(&mut self.nodes[inode]) {
            Node::File(file) => file,
            Node::Directory(_) => panic!("inode {inode} is a directory"),
        }
    }

    pub(crate) fn directory_mut(&mut self, inode: Inode) -> &mut DirectoryNode {
        match Arc::make_mut(&mut self.nodes[inode]) {
            Node::Directory(directory) => directory,
            Node::File(_) => panic!("inode {inode} is a file"),
        }
    }

    fn change_file(&mut self, inode: Inode, range: Range<u64>, change: impl FnOnce(&mut Content)) {
        let sequence = self.sequence;
        let file = self.file_mut(inode);
        change(Arc::make_mut(&mut file.live));
        let after = Arc::clone(&file.live);
        file.unsynced.push(FileChange { sequence, after, range, is_forgotten: false });
    }

    fn change_names(&mut self, slots: Vec<(Inode, String, Option<Inode>)>) {
        for (directory, name, inode) in &slots {
            assign(&mut self.directory_mut(*directory).live, name, *inode);
        }
        self.renamings.push(NameChange { sequence: self.sequence, slots });
    }

    /// Makes the changes of names in a directory durable, together with what they build upon.
    fn sync_directory(&mut self, directory: Inode) {
        let mut synced: Vec<bool> = self.renamings.iter().map(|change| change.touches(directory)).collect();
        for later in (0..synced.len()).rev().filter(|later| synced[*later]).collect::<Vec<_>>() {
            require_earlier(&self.renamings, &mut synced, later);
        }
        let mut unsynced = Vec::new();
        for (change, synced) in std::mem::take(&mut self.renamings).into_iter().zip(synced) {
            if synced {
                for (directory, name, inode) in &change.slots {
                    assign(&mut self.directory_mut(*directory).durable, name, *inode);
                }
            } else {
                unsynced.push(change);
            }
        }
        self.renamings = unsynced;
    }
}

fn require_earlier(changes: &[NameChange], required: &mut [bool], later: usize) {
    for earlier in (0..later).rev() {
        if !required[earlier] && changes[earlier].shares_name(&changes[later]) {
            required[earlier] = true;
            require_earlier(changes, required, earlier);
        }
    }
}

/// Gives a name to an inode, or takes it away.
pub(crate) fn assign(names: &mut BTreeMap<String, Inode>, name: &str, inode: Option<Inode>) {
    match inode {
        Some(inode) => names.insert(name.to_owned(), inode),
        None => names.remove(name),
    };
}

impl FileNode {
    pub(crate) fn synced(content: Arc<Content>) -> Self {
        Self { live: Arc::clone(&content), durable: content, unsynced: Vec::new() }
    }

    /// Makes everything durable but what an earlier sync failed to write, and nobody has written since.
    fn sync(&mut self) {
        let (mut forgotten, dirty): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.unsynced).into_iter().partition(|change| change.is_forgotten);
        if forgotten.is_empty() {
            self.durable = Arc::clone(&self.live);
            return;
        }
        let durable = Arc::make_mut(&mut self.durable);
        durable.set_length(self.live.length());
        for range in dirty.iter().map(|change| sectors(&change.range)) {
            durable.copy_range(&self.live, range.clone());
            for change in &mut forgotten {
                Arc::make_mut(&mut change.after).copy_range(&self.live, range.clone());
            }
        }
        for change in &mut forgotten {
            Arc::make_mut(&mut change.after).set_length(self.live.length());
        }
        self.unsynced = forgotten;
    }
}

/// The whole sectors around a range.
fn sectors(range: &Range<u64>) -> Range<u64> {
    range.start / SECTOR * SECTOR..range.end.div_ceil(SECTOR) * SECTOR
}
