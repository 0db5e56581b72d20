//! The files below a directory: copied, and compared byte by byte.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use crate::disk::run;

/// Everything below a directory: files with their bytes, directories without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tree(BTreeMap<PathBuf, Option<Vec<u8>>>);

impl Tree {
    /// Reads everything below a directory.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let (mut found, mut waiting) = (BTreeMap::new(), vec![root.to_owned()]);
        while let Some(folder) = waiting.pop() {
            for entry in fs::read_dir(&folder).with_context(|| format!("{}", folder.display()))? {
                let path = entry?.path();
                let below = path.strip_prefix(root)?.to_owned();
                if path.is_dir() {
                    found.insert(below, None);
                    waiting.push(path);
                } else {
                    found.insert(below, Some(fs::read(&path)?));
                }
            }
        }
        Ok(Self(found))
    }

    /// The files, by their path below the directory.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        self.0.iter().filter_map(|(path, bytes)| Some((path.as_path(), bytes.as_deref()?)))
    }

    /// What one file holds.
    pub(crate) fn file(&self, path: &Path) -> Option<&[u8]> {
        self.0.get(path)?.as_deref()
    }

    /// What became of this tree; none if nothing changed.
    pub(crate) fn changed_in(&self, after: &Self) -> Option<String> {
        let mut changes = Vec::new();
        for (path, before) in &self.0 {
            match after.0.get(path) {
                None => changes.push(format!("{} is gone", path.display())),
                Some(after) if after != before => changes.push(format!("{} changed", path.display())),
                Some(_) => {}
            }
        }
        let new = after.0.keys().filter(|path| !self.0.contains_key(*path));
        changes.extend(new.map(|path| format!("{} is new", path.display())));
        (!changes.is_empty()).then(|| changes.join(", "))
    }
}

/// Copies a directory; what was at the target is replaced.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    let path = |path: &Path| path.to_str().map(str::to_owned).context("the path is not UTF-8");
    run("cp", &["-a", "--sparse=always", &path(from)?, &path(to)?]).map(drop)
}
