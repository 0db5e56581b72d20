//! A disk whose power can be cut: an image file in memory behind a loop device.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;

/// Where images lie: in memory, so that the real disk's own cache has no part in it.
const MEMORY: &str = "/dev/shm";
/// Most copies of an image that are made until two agree.
const COPIES_MAX: usize = 5;

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
        let limit = Mount::new(&["-t", "tmpfs", "-o", &format!("size={bytes}"), "none"], folder.path())?;
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
}

impl Disk {
    /// Makes a file system in the image, and mounts it.
    pub(crate) fn format(image: Image, commit_seconds: u32) -> Result<Self> {
        run("mkfs.ext4", &["-q", "-F", text(&image.path())?])?;
        let disk = Self::mount(image, commit_seconds)?;
        // The fresh file system itself is not at stake.
        run("sync", &["-f", text(disk.path())?])?;
        Ok(disk)
    }

    fn mount(image: Image, commit_seconds: u32) -> Result<Self> {
        prepare_loop_devices()?;
        let folder = image.folder.path().join("mounted");
        fs::create_dir_all(&folder)?;
        let options = format!("loop,commit={commit_seconds}");
        let mount = Mount::new(&["-t", "ext4", "-o", &options, text(&image.path())?], &folder)?;
        Ok(Self { mount, image })
    }

    /// Unmounts the disk and mounts it again, its journal committed every so many seconds.
    pub(crate) fn remount(self, commit_seconds: u32) -> Result<Self> {
        let Self { mount, image } = self;
        drop(mount);
        Self::mount(image, commit_seconds)
    }

    /// Where it is mounted.
    pub(crate) fn path(&self) -> &Path {
        &self.mount.0
    }

    /// Where a journal lies on it.
    pub(crate) fn journal(&self) -> PathBuf {
        self.path().join("data/journal")
    }

    /// Cuts the power: the disk that comes back has what the block layer had at this instant.
    pub(crate) fn cut(self) -> Result<Self> {
        let copy = self.image.copied()?;
        drop(self);
        Self::mount(copy, 5)
    }
}

/// Something mounted on a folder, until it is dropped.
struct Mount(PathBuf);

impl Mount {
    fn new(arguments: &[&str], folder: &Path) -> Result<Self> {
        let mut all = arguments.to_vec();
        all.push(text(folder)?);
        run("mount", &all).context("mounting needs the superuser and loop devices")?;
        Ok(Self(folder.to_owned()))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let folder = self.0.as_os_str();
        let unmounted = Command::new("umount").arg(folder).status().is_ok_and(|status| status.success());
        if !unmounted {
            let _ = Command::new("umount").arg("--lazy").arg(folder).status();
        }
    }
}

/// Makes the node of the next free loop device, where nothing else does (in a container).
fn prepare_loop_devices() -> Result<()> {
    let free = run("losetup", &["--find"]).context("loop devices are needed (CONFIG_BLK_DEV_LOOP)")?;
    let number =
        free.trim().strip_prefix("/dev/loop").with_context(|| format!("{free:?} is no loop device"))?;
    if !Path::new(free.trim()).exists() {
        run("mknod", &[free.trim(), "b", "7", number])?;
    }
    Ok(())
}

fn run(program: &str, arguments: &[&str]) -> Result<String> {
    let output =
        Command::new(program).args(arguments).output().with_context(|| format!("{program} is needed"))?;
    let (said, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "{program} {}: {}{complained}", arguments.join(" "), output.status);
    Ok(said.into_owned())
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().with_context(|| format!("{} is no text", path.display()))
}
