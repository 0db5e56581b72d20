//! Mounts that end with the test.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Mutex,
    time::Duration,
};

use anyhow::{Context as _, Result};

use super::command::{run, text};

/// Held while a loop device is chosen, so that two tests do not choose the same.
static CHOOSING: Mutex<()> = Mutex::new(());
/// How often an unmount is tried while a killed process still closes its files.
const UNMOUNTS_MAX: u32 = 50;

/// Something mounted on a folder, until it is dropped.
#[derive(Debug)]
pub(crate) struct Mount(PathBuf);

impl Mount {
    /// Mounts with these arguments before the folder.
    pub(crate) fn new(arguments: &[&str], folder: &Path) -> Result<Self> {
        let _choosing = CHOOSING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let is_loop = arguments.iter().any(|argument| argument.starts_with("loop"));
        if is_loop {
            prepare_loop_devices()?;
        }
        let mut all = arguments.to_vec();
        all.push(text(folder)?);
        run("mount", &all).context("mounting needs the superuser and loop devices")?;
        Ok(Self(folder.to_owned()))
    }

    /// Shows `source` at `folder`, where nothing can be written.
    pub(crate) fn read_only(source: &Path, folder: &Path) -> Result<Self> {
        Self::new(&["--bind", "-o", "ro", text(source)?], folder)
    }

    /// A file system in memory with this maximum of bytes.
    pub(crate) fn in_memory(bytes: u64, folder: &Path) -> Result<Self> {
        Self::new(&["-t", "tmpfs", "-o", &format!("size={bytes}"), "none"], folder)
    }

    /// Where it is mounted.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        for _ in 0..UNMOUNTS_MAX {
            let unmounted = Command::new("umount").arg(&self.0).stderr(Stdio::null()).status();
            if unmounted.is_ok_and(|status| status.success()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        drop(Command::new("umount").arg("--lazy").arg(&self.0).status());
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
