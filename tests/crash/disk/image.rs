//! A disk in an image file in memory. Cutting its power copies the image as the block layer has it: what only the page
//! cache had is lost.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;

use super::{
    command::{run, text},
    file_system::FileSystem,
    mount::Mount,
};

/// Where images lie: in memory, so that the real disk's own cache has no part in it.
const MEMORY: &str = "/dev/shm";
/// Most copies of an image that are made until two agree.
const COPIES_MAX: usize = 20;
/// How often a file is removed that takes room, until that succeeds.
const REMOVALS_MAX: usize = 10;
/// How often a file system is asked for room, until it has some, and for how much.
const PROBES_MAX: usize = 200;
const PROBE_BYTES: usize = 4 << 20;

/// An image file.
pub(crate) struct Image {
    /// Keeps the image's folder small, where the disk is to break. Dropped before the folder.
    _limit: Option<Mount>,
    folder: TempDir,
}

impl Image {
    /// An empty image.
    pub(crate) fn new(bytes: u64) -> Result<Self> {
        let folder =
            tempfile::tempdir_in(MEMORY).with_context(|| format!("{MEMORY} is needed for images"))?;
        let image = Self { _limit: None, folder };
        File::create(image.path())?.set_len(bytes)?;
        Ok(image)
    }

    /// An image that looks large, and whose writes fail once `bytes` were written.
    pub(crate) fn that_breaks_after(bytes: u64) -> Result<Self> {
        let folder =
            tempfile::tempdir_in(MEMORY).with_context(|| format!("{MEMORY} is needed for images"))?;
        let limit = Mount::in_memory(bytes, folder.path())?;
        let image = Self { _limit: Some(limit), folder };
        File::create(image.path())?.set_len(8 * bytes)?;
        Ok(image)
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("image")
    }

    /// The image as the block layer has it now.
    fn copied(&self) -> Result<Self> {
        let folder = tempfile::tempdir_in(MEMORY)?;
        let copy = Self { _limit: None, folder };
        for _ in 0..COPIES_MAX {
            run("cp", &["--sparse=always", text(&self.path())?, text(&copy.path())?])?;
            // A copy takes a moment; it is of one instant only if nothing was written meanwhile.
            if run("cmp", &["--quiet", text(&self.path())?, text(&copy.path())?]).is_ok() {
                return Ok(copy);
            }
        }
        bail!("the image changed during each of {COPIES_MAX} copies");
    }
}

/// A mounted image.
pub(crate) struct Disk {
    /// Dropped before the folder that it is mounted on, and that before the image.
    mount: Mount,
    image: Image,
    system: FileSystem,
}

impl Disk {
    /// Makes a file system in the image, and mounts it.
    pub(crate) fn format(image: Image, system: FileSystem) -> Result<Self> {
        let path = image.path();
        let (maker, arguments) = system.maker().split_first().context("no maker")?;
        run(maker, &[arguments, &[text(&path)?]].concat())?;
        let disk = Self::mount(image, system)?;
        // The fresh file system itself is not at stake.
        run("sync", &["-f", text(disk.path())?])?;
        Ok(disk)
    }

    fn mount(image: Image, system: FileSystem) -> Result<Self> {
        let folder = image.folder.path().join("mounted");
        fs::create_dir_all(&folder)?;
        let options = system.options();
        let mount = Mount::new(&["-t", system.name(), "-o", &options, text(&image.path())?], &folder)?;
        Ok(Self { mount, image, system })
    }

    /// Unmounts the disk and mounts it again with other options.
    pub(crate) fn remount(self, system: FileSystem) -> Result<Self> {
        let Self { mount, image, .. } = self;
        drop(mount);
        Self::mount(image, system)
    }

    /// Where it is mounted.
    pub(crate) fn path(&self) -> &Path {
        self.mount.path()
    }

    /// Where a journal lies on it.
    pub(crate) fn journal(&self) -> PathBuf {
        self.path().join("data/journal")
    }

    /// Cuts the power: the disk that comes back has what the block layer had at this instant.
    pub(crate) fn cut(self) -> Result<Self> {
        let (copy, system) = (self.image.copied()?, self.system);
        drop(self);
        if let FileSystem::Btrfs { .. } = system {
            // The kernel must not take the copy for a second device of the original; where it knows none that is fine.
            drop(run("btrfs", &["device", "scan", "--forget"]));
        }
        Self::mount(copy, system)
    }
}

/// Takes every byte of the disk that `path` lies on, with files at that path.
pub(crate) fn take_every_byte(path: &Path) -> Result<()> {
    // Both are made first: a full disk may not even have room for a name.
    let make = |path: &Path| File::create(path).with_context(|| format!("{} cannot be made", path.display()));
    drop(make(path)?);
    let mut rest = make(&path.with_extension("rest"))?;
    let (mut length, mut step) = (0_u64, 1_u64 << 30);
    while step >= 4_096 {
        let range = ["--offset", &length.to_string(), "--length", &step.to_string()].map(str::to_owned);
        let taken = run("fallocate", &[&range[0], &range[1], &range[2], &range[3], text(path)?]);
        if taken.is_ok() {
            length += step;
        } else {
            step /= 2;
        }
    }
    // What cannot be reserved may still be written.
    for piece in [1 << 18, 1 << 14, 4_096] {
        while rest.write_all(&vec![1; piece]).is_ok() && rest.sync_data().is_ok() {}
    }
    Ok(())
}

/// Gives the bytes back that [`take_every_byte`] took.
pub(crate) fn give_back(path: &Path) -> Result<()> {
    let folder = path.parent().context("a filler has a folder")?;
    // Some file systems have the room only after a commit, and a full one may first refuse to remove a file.
    for path in [path, &path.with_extension("rest")] {
        let mut removed = fs::remove_file(path);
        for _ in 0..REMOVALS_MAX {
            if removed.is_ok() {
                break;
            }
            drop(File::options().write(true).truncate(true).open(path));
            drop(run("sync", &["-f", text(folder)?]));
            removed = fs::remove_file(path);
        }
        removed.with_context(|| format!("the room of {} cannot be given back", path.display()))?;
    }
    // What is tested is the journal: it counts from when the file system has the room.
    let probe = path.with_extension("probe");
    let mut has_room = false;
    for _ in 0..PROBES_MAX {
        run("sync", &["-f", text(folder)?])?;
        has_room = File::create(&probe)
            .and_then(|mut file| file.write_all(&vec![1; PROBE_BYTES]).and_then(|()| file.sync_all()))
            .is_ok();
        if has_room {
            fs::remove_file(&probe)?;
            break;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    ensure!(has_room, "the file system has no room after {} was removed", path.display());
    run("sync", &["-f", text(folder)?]).map(drop)
}
