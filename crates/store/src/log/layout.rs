//! The names of the files of a journal, and how long they are.

use std::path::{Path, PathBuf};

/// Bytes of a segment's header, and so where its first frame begins.
pub(crate) const SEGMENT_HEADER_LENGTH: u64 = 4096;

/// Where the files of a journal are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The directory of the journal.
    pub(crate) root: PathBuf,
}

impl Layout {
    /// Ends the name of a file or directory that is not whole yet.
    pub(crate) const UNFINISHED: &str = "unfinished";
    /// The log that a restore is writing.
    pub(crate) const RESTORING: &str = "restoring";

    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The manifest, which names the current log. Without it there is no journal.
    pub(crate) fn manifest(&self) -> PathBuf {
        self.root.join("journal")
    }

    /// The directory of a log.
    pub(crate) fn log(&self, generation: u64) -> PathBuf {
        self.root.join(format!("log-{generation}"))
    }

    /// How far the log was acknowledged.
    pub(crate) fn acknowledged(&self) -> PathBuf {
        self.root.join("acknowledged")
    }

    /// The index.
    pub(crate) fn index(&self) -> PathBuf {
        self.root.join("index")
    }

    /// The directory of the checkpoints.
    pub(crate) fn checkpoints(&self) -> PathBuf {
        self.root.join("checkpoints")
    }

    /// Whether the journal makes a file or directory of this name.
    pub(crate) fn is_own(name: &str) -> bool {
        let own = ["journal", "journal.unfinished", "acknowledged", "index", "checkpoints", "owner"];
        own.contains(&name)
            || name == "lost+found"
            || log_generation(name).is_some()
            || name == Self::RESTORING
    }
}

/// The generation of the log directory with this name.
pub(crate) fn log_generation(name: &str) -> Option<u64> {
    let digits = name.strip_prefix("log-")?;
    let generation: u64 = digits.parse().ok()?;
    (generation.to_string() == digits).then_some(generation)
}

/// The file name of a segment.
pub(super) fn segment_name(number: u64) -> String {
    format!("{number:010}.segment")
}

/// The number of the segment with this file name.
pub(super) fn segment_number(name: &str) -> Option<u64> {
    let number: u64 = name.strip_suffix(".segment")?.parse().ok()?;
    (segment_name(number) == name).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_others_are_none() {
        assert_eq!(segment_number(&segment_name(12)), Some(12));
        for name in ["12.segment", "+000000012.segment", "0000000012.segmen", "spare.segment"] {
            assert_eq!(segment_number(name), None, "{name}");
        }
        assert_eq!(log_generation("log-7"), Some(7));
        for name in ["log-07", "log-", "log-+7", "logs"] {
            assert_eq!(log_generation(name), None, "{name}");
        }
    }
}
