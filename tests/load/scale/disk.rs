//! The disk use of a directory, from the operating system.

use std::{fs, path::Path};

/// Bytes that the files below a directory take on the disk.
pub(crate) fn disk(directory: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    let entries = fs::read_dir(directory).expect("the directory can be listed");
    let sizes = entries.map(|entry| {
        let entry = entry.expect("the directory can be listed");
        let found = entry.metadata().expect("the file can be looked at");
        if found.is_dir() { disk(&entry.path()) } else { found.blocks() * 512 }
    });
    sizes.sum()
}
