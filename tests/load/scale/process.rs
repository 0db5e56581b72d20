//! What the operating system says of a process and a directory.

use std::{fs, path::Path};

/// Bytes of memory that the process holds now.
pub(crate) fn resident(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("the process runs");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("Linux tells it");
    let kilobytes: u64 = line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).expect("a number");
    kilobytes * 1024
}

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
