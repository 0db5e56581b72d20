//! How much room a journal takes.

use std::{
    fs,
    io::{self, ErrorKind},
    os::unix::fs::MetadataExt as _,
    path::Path,
};

/// Bytes of the blocks that file systems count in.
const BLOCK_LENGTH: u64 = 512;

/// Bytes that everything below `path` takes on the disk.
pub(super) fn disk_bytes(path: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for file in fs::read_dir(path)? {
        let file = file?;
        bytes += match file.metadata() {
            Ok(found) if found.is_dir() => disk_bytes(&file.path())?,
            Ok(found) => found.blocks() * BLOCK_LENGTH,
            // It was removed meanwhile.
            Err(error) if error.kind() == ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
    }
    Ok(bytes)
}
