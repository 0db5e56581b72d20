//! A directory of files in one file, so that a golden journal is one small file of the repository.
//!
//! The pack is a zstd frame; in it, for each file of the directory and its folders, in order of names: the length of
//! its name (2 bytes), the name, the length of its content (8 bytes), the content; numbers big-endian. A folder has
//! the length 2^64 - 1 and no content.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};

/// Marks a folder.
const FOLDER: u64 = u64::MAX;

/// The pack of everything in `directory`.
pub(crate) fn pack(directory: &Path) -> Result<Vec<u8>> {
    Ok(zstd::encode_all(contents(directory)?.as_slice(), 19)?)
}

/// Everything in `directory`, so that any change shows.
pub(crate) fn contents(directory: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    add(directory, directory, &mut bytes)?;
    Ok(bytes)
}

fn add(base: &Path, folder: &Path, bytes: &mut Vec<u8>) -> Result<()> {
    let mut paths: Vec<_> = fs::read_dir(folder)?.map(|file| Ok(file?.path())).collect::<Result<_>>()?;
    paths.sort();
    for path in paths {
        let name = path.strip_prefix(base)?.to_str().context("a name is no text")?;
        bytes.extend(u16::try_from(name.len())?.to_be_bytes());
        bytes.extend(name.as_bytes());
        if path.is_dir() {
            bytes.extend(FOLDER.to_be_bytes());
            add(base, &path, bytes)?;
        } else {
            let content = fs::read(&path)?;
            bytes.extend((content.len() as u64).to_be_bytes());
            bytes.extend(content);
        }
    }
    Ok(())
}

/// Writes everything in the pack into `directory`.
pub(crate) fn unpack(pack: &[u8], directory: &Path) -> Result<()> {
    let bytes = zstd::decode_all(pack)?;
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        let length = u16::from_be_bytes(take(&mut rest, 2)?.try_into()?);
        let path = directory.join(std::str::from_utf8(take(&mut rest, usize::from(length))?)?);
        match u64::from_be_bytes(take(&mut rest, 8)?.try_into()?) {
            FOLDER => fs::create_dir_all(path)?,
            length => fs::write(path, take(&mut rest, usize::try_from(length)?)?)?,
        }
    }
    Ok(())
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Result<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(count).context("the pack ends early")?;
    *rest = left;
    Ok(taken)
}
