//! Where a key is written: standard output, or a file that only its owner can read.
//!
//! *Invariant:* a file that has the name already is neither overwritten nor followed if it is a link. A file in which nothing was kept
//! is removed.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};

use crate::output::stdout;

/// The permissions of a file with a key: its owner's.
const OWNERS: u32 = 0o600;

/// Where a key is written.
pub(crate) enum KeyTarget {
    /// Standard output.
    Standard,
    /// A file.
    File(KeyFile),
}

/// A file that was made for a key.
pub(crate) struct KeyFile {
    path: PathBuf,
    file: File,
    is_kept: bool,
}

impl KeyTarget {
    /// Makes the file, before there is a key that could be lost; standard output without a path.
    pub(crate) fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else { return Ok(Self::Standard) };
        let made = OpenOptions::new().write(true).create_new(true).mode(OWNERS).open(path);
        let file = match made {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                bail!("{} is there already, and a key overwrites nothing; name another file", path.display())
            }
            Err(error) => {
                return Err(error).with_context(|| format!("{} cannot be written", path.display()));
            }
        };
        Ok(Self::File(KeyFile { path: path.to_owned(), file, is_kept: false }))
    }

    /// Writes the key on a line.
    pub(crate) fn write(self, key: &str) -> io::Result<()> {
        let line = format!("{key}\n");
        match self {
            Self::Standard => {
                let mut out = stdout::lock();
                out.write_all(line.as_bytes())?;
                out.flush()
            }
            Self::File(mut made) => {
                made.file.write_all(line.as_bytes())?;
                made.file.sync_all()?;
                made.is_kept = true;
                let folder = made.path.parent().filter(|folder| !folder.as_os_str().is_empty());
                File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
            }
        }
    }
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        if !self.is_kept {
            // An empty file that cannot be removed harms nobody.
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt as _, symlink};

    use super::*;

    #[test]
    fn a_key_is_written_to_a_new_file_that_only_its_owner_reads() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("hcp.key");
        KeyTarget::open(Some(&path)).unwrap().write("t7_key").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "t7_key\n");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    }

    #[test]
    fn nothing_is_overwritten_and_no_link_followed() {
        let home = tempfile::tempdir().unwrap();
        let [old, link, target] = ["old", "link", "target"].map(|name| home.path().join(name));
        fs::write(&old, "kept").unwrap();
        symlink(&target, &link).unwrap();
        for path in [&old, &link] {
            let refused = KeyTarget::open(Some(path)).err().unwrap().to_string();
            assert!(refused.contains("is there already"), "{refused}");
        }
        assert_eq!(fs::read_to_string(&old).unwrap(), "kept");
        assert!(!target.exists());
    }

    #[test]
    fn a_file_without_a_key_does_not_stay() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("hcp.key");
        let target = KeyTarget::open(Some(&path)).unwrap();
        assert!(path.exists());
        drop(target);
        assert!(!path.exists());
    }
}
