//! The file systems that a journal may lie on.

use super::command::{is_installed, run};

/// A file system with the options that matter after a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileSystem {
    /// ext4 that commits its own journal at this interval in seconds.
    Ext4 { commit_seconds: u32 },
    /// xfs.
    Xfs,
    /// btrfs that commits a transaction at this interval in seconds. Mixed, it keeps data and metadata in the same block groups, as
    /// it should on a small disk: else a full one has no room for names until it removes block groups in the background.
    Btrfs { commit_seconds: u32, mixed: bool },
}

impl FileSystem {
    /// The name for `mount -t`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ext4 { .. } => "ext4",
            Self::Xfs => "xfs",
            Self::Btrfs { .. } => "btrfs",
        }
    }

    /// The program that makes one, with its arguments before the image.
    pub(super) fn maker(self) -> &'static [&'static str] {
        match self {
            Self::Ext4 { .. } => &["mkfs.ext4", "-q", "-F"],
            Self::Xfs => &["mkfs.xfs", "-q", "-f"],
            Self::Btrfs { mixed: true, .. } => &["mkfs.btrfs", "-q", "-f", "--mixed"],
            // One copy of the metadata, so that a small image has room for files.
            Self::Btrfs { mixed: false, .. } => &["mkfs.btrfs", "-q", "-f", "-m", "single"],
        }
    }

    /// The options for `mount -o`.
    pub(super) fn options(self) -> String {
        match self {
            Self::Ext4 { commit_seconds } | Self::Btrfs { commit_seconds, .. } => {
                format!("loop,commit={commit_seconds}")
            }
            // A copy of an image has the UUID of the original.
            Self::Xfs => "loop,nouuid".to_owned(),
        }
    }

    /// The smallest image that its maker accepts, with some room.
    pub(crate) fn bytes_min(self) -> u64 {
        match self {
            Self::Ext4 { .. } => 64 << 20,
            Self::Xfs => 320 << 20,
            Self::Btrfs { .. } => 160 << 20,
        }
    }

    /// Why it cannot be tested on this machine; none if it can. Installs the program that makes one if that is missing.
    pub(crate) fn missing(self) -> Option<String> {
        let package = match self {
            Self::Ext4 { .. } => "e2fsprogs",
            Self::Xfs => "xfsprogs",
            Self::Btrfs { .. } => "btrfs-progs",
        };
        let maker = self.maker()[0];
        if !is_installed(maker, package) {
            return Some(format!("{maker} is not installed and apt-get cannot install {package}"));
        }
        drop(run("modprobe", &["--quiet", self.name()]));
        let known = std::fs::read_to_string("/proc/filesystems").unwrap_or_default();
        let is_known = known.lines().any(|line| line.trim_end().ends_with(self.name()));
        (!is_known).then(|| format!("this kernel cannot mount {}", self.name()))
    }
}

impl std::fmt::Display for FileSystem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Xfs => out.write_str("xfs"),
            Self::Ext4 { commit_seconds } | Self::Btrfs { commit_seconds, .. } => {
                write!(out, "{} commit={commit_seconds}", self.name())
            }
        }
    }
}
