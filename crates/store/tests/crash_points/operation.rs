//! What a protocol did to the disk: the operations that a crash point counts.

use std::{fmt, path::Path, sync::Arc};

/// Number of a file or directory. Numbers are given in the order of creation, so that a replay gives the same ones.
pub(crate) type Inode = usize;

/// One change of the disk, or one promise about changes before it.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    Create {
        parent: Inode,
        name: String,
        is_directory: bool,
    },
    Write {
        file: Inode,
        offset: u64,
        bytes: Arc<[u8]>,
    },
    Allocate {
        file: Inode,
        length: u64,
    },
    Truncate {
        file: Inode,
        length: u64,
    },
    SyncFile {
        file: Inode,
    },
    /// A sync that returned an error: the system takes the pages for clean, so that no later sync writes them.
    FailedSync {
        file: Inode,
    },
    Rename {
        from: (Inode, String),
        to: (Inode, String),
    },
    Remove {
        parent: Inode,
        name: String,
    },
    SyncDirectory {
        directory: Inode,
    },
}

/// A change with the path that the caller named.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) change: Change,
    pub(crate) path: String,
}

impl Operation {
    pub(crate) fn new(change: Change, path: &Path) -> Self {
        let path = path.to_string_lossy();
        let relative = path.trim_start_matches('/');
        Self { change, path: if relative.is_empty() { "/".to_owned() } else { relative.to_owned() } }
    }

    fn kind(&self) -> &'static str {
        match &self.change {
            Change::Create { is_directory: false, .. } => "create file",
            Change::Create { is_directory: true, .. } => "create directory",
            Change::Write { .. } => "write",
            Change::Allocate { .. } => "allocate",
            Change::Truncate { .. } => "truncate",
            Change::SyncFile { .. } => "sync file",
            Change::FailedSync { .. } => "failed sync file",
            Change::Rename { .. } => "rename",
            Change::Remove { .. } => "remove",
            Change::SyncDirectory { .. } => "sync directory",
        }
    }

    pub(crate) fn is_sync(&self) -> bool {
        matches!(self.change, Change::SyncFile { .. } | Change::SyncDirectory { .. })
    }

    /// The kind and the path, with `*` for a file name that is a number: `sync file log-1/*.segment`.
    pub(crate) fn label(&self) -> String {
        let (directory, name) = self.path.split_at(self.path.rfind('/').map_or(0, |separator| separator + 1));
        let stem = name.split('.').next().unwrap_or_default();
        let is_number = !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_digit());
        let pattern = if is_number { format!("*{}", &name[stem.len()..]) } else { name.to_owned() };
        format!("{} {directory}{pattern}", self.kind())
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.kind(), self.path)?;
        match &self.change {
            Change::Write { offset, bytes, .. } => {
                write!(formatter, " {offset}..{}", offset + bytes.len() as u64)
            }
            Change::Allocate { length, .. } | Change::Truncate { length, .. } => {
                write!(formatter, " to {length}")
            }
            Change::Rename { to, .. } => write!(formatter, " to {}", to.1),
            _ => Ok(()),
        }
    }
}
