//! A file system in memory that knows what a crash would leave of it.

use std::{
    fmt,
    io::{self, ErrorKind},
    path::{Component, Path},
    sync::{Arc, Mutex, PoisonError},
};

use rustix::io::Errno;
use tenseven_store::file_system::{Access, DirectoryEntry, DirectoryLock, FileHandle, FileSystem, LockMode};

use crate::{
    faults::{Faults, Selector},
    handle::{Shared, SimulatedFile, SimulatedLock, State},
    operation::{Change, Inode, Operation},
    volume::{ROOT, Volume},
};

/// The disk as one process sees it, from its start to its crash. Clones are the same disk.
///
/// `M` is what the process marks as acknowledged.
pub(crate) struct SimulatedDisk<M> {
    shared: Arc<Shared>,
    /// What was acknowledged, with the number of operations before it.
    marks: Arc<Mutex<Vec<(usize, M)>>>,
}

impl<M> Clone for SimulatedDisk<M> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), marks: Arc::clone(&self.marks) }
    }
}

impl<M> fmt::Debug for SimulatedDisk<M> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SimulatedDisk({} operations)", self.shared.state().operations.len())
    }
}

impl<M> SimulatedDisk<M> {
    /// A disk with an empty root directory.
    pub(crate) fn new() -> Self {
        Self::with(Volume::new(), Faults::default())
    }

    pub(crate) fn with(volume: Volume, faults: Faults) -> Self {
        Self { shared: Shared::new(volume, faults), marks: Arc::default() }
    }

    /// The disk as the next process finds it after this one was killed: nothing written is lost, but a power cut can
    /// still lose what was not synced. No locks are held.
    pub(crate) fn after_kill(&self) -> Self {
        let state = self.shared.state();
        Self::with(state.volume.clone(), state.faults.inherited())
    }

    /// Notes an acknowledgement: from this moment on every crash has to preserve what it promises.
    pub(crate) fn mark(&self, acknowledged: M) {
        let position = self.shared.state().operations.len();
        self.marks.lock().unwrap_or_else(PoisonError::into_inner).push((position, acknowledged));
    }

    /// What was acknowledged, each with the number of operations before it.
    pub(crate) fn marks(&self) -> Vec<(usize, M)>
    where
        M: Clone,
    {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets operations fail. Of a write the first half is written; after a failed sync of a file, no later sync makes
    /// the same bytes durable unless they are written again.
    pub(crate) fn fail(&self, selector: Selector, error: Errno) {
        self.shared.state().faults.fail(selector, error);
    }

    /// Lets syncs do nothing and return success. Selection by label lasts through crashes.
    pub(crate) fn skip(&self, selector: Selector) {
        self.shared.state().faults.skip(selector);
    }

    /// The faults that the next process on the disk meets.
    pub(crate) fn faults(&self) -> Faults {
        self.shared.state().faults.inherited()
    }

    pub(crate) fn volume(&self) -> Volume {
        self.shared.state().volume.clone()
    }

    pub(crate) fn operations(&self) -> Vec<Operation> {
        self.shared.state().operations.clone()
    }

    /// The labels of all syncs in order, those that were skipped included. A position is what [`Selector::Nth`] skips.
    pub(crate) fn syncs(&self) -> Vec<String> {
        self.shared.state().faults.syncs().to_vec()
    }

    fn handle(&self, inode: Inode, path: &Path, access: Access) -> Box<dyn FileHandle> {
        Box::new(SimulatedFile {
            shared: Arc::clone(&self.shared),
            inode,
            path: path.to_owned(),
            access,
            lock: Mutex::default(),
        })
    }
}

impl<M: Send> FileSystem for SimulatedDisk<M> {
    fn create(&self, path: &Path) -> io::Result<Box<dyn FileHandle>> {
        let mut state = self.shared.state();
        create(&mut state, path, false)?;
        let inode = find(&state.volume, path)?;
        Ok(self.handle(inode, path, Access::ReadWrite))
    }

    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn FileHandle>> {
        let state = self.shared.state();
        let inode = find(&state.volume, path)?;
        match access {
            Access::ReadWrite if state.volume.is_directory(inode) => Err(ErrorKind::IsADirectory.into()),
            Access::Read if state.volume.is_directory(inode) => {
                Err(io::Error::new(ErrorKind::InvalidInput, "it is not a regular file"))
            }
            Access::Read | Access::ReadWrite => Ok(self.handle(inode, path, access)),
        }
    }

    fn create_directory(&self, path: &Path) -> io::Result<()> {
        create(&mut self.shared.state(), path, true)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<DirectoryEntry>> {
        let state = self.shared.state();
        let directory = find_directory(&state.volume, path)?;
        let names = &state.volume.directory(directory).live;
        let entry = |(name, inode): (&String, &Inode)| DirectoryEntry {
            name: name.clone(),
            is_directory: state.volume.is_directory(*inode),
        };
        Ok(names.iter().map(entry).collect())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.shared.state();
        let source = find(&state.volume, from)?;
        let (from_slot, to_slot) = (slot(&state.volume, from)?, slot(&state.volume, to)?);
        match find(&state.volume, to) {
            Ok(target) if target == source => return Ok(()),
            Ok(target) => require_replaceable(&state.volume, source, target)?,
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        if to.starts_with(from) {
            return Err(ErrorKind::InvalidInput.into());
        }
        state.perform(Change::Rename { from: from_slot, to: to_slot }, from)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        let mut state = self.shared.state();
        if state.volume.is_directory(find(&state.volume, path)?) {
            return Err(ErrorKind::IsADirectory.into());
        }
        remove(&mut state, path)
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        let mut state = self.shared.state();
        let directory = find_directory(&state.volume, path)?;
        if !state.volume.directory(directory).live.is_empty() {
            return Err(ErrorKind::DirectoryNotEmpty.into());
        }
        remove(&mut state, path)
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        let mut state = self.shared.state();
        let directory = find_directory(&state.volume, path)?;
        state.perform(Change::SyncDirectory { directory }, path)
    }

    fn lock(&self, path: &Path, mode: LockMode) -> io::Result<Option<Box<dyn DirectoryLock>>> {
        let directory = find_directory(&self.shared.state().volume, path)?;
        Ok(SimulatedLock::take(&self.shared, directory, mode)
            .map(|lock| Box::new(lock) as Box<dyn DirectoryLock>))
    }
}

fn create(state: &mut State, path: &Path, is_directory: bool) -> io::Result<()> {
    let (parent, name) = slot(&state.volume, path)?;
    if state.volume.directory(parent).live.contains_key(&name) {
        return Err(ErrorKind::AlreadyExists.into());
    }
    state.perform(Change::Create { parent, name, is_directory }, path)
}

fn remove(state: &mut State, path: &Path) -> io::Result<()> {
    let (parent, name) = slot(&state.volume, path)?;
    state.perform(Change::Remove { parent, name }, path)
}

fn require_replaceable(volume: &Volume, source: Inode, target: Inode) -> io::Result<()> {
    match (volume.is_directory(source), volume.is_directory(target)) {
        (false, false) => Ok(()),
        (true, true) if volume.directory(target).live.is_empty() => Ok(()),
        (true, true) => Err(ErrorKind::DirectoryNotEmpty.into()),
        (false, true) => Err(ErrorKind::IsADirectory.into()),
        (true, false) => Err(ErrorKind::NotADirectory.into()),
    }
}

/// The directory of a path and the name in it, whether the name exists or not.
fn slot(volume: &Volume, path: &Path) -> io::Result<(Inode, String)> {
    let name = path.file_name().ok_or(ErrorKind::InvalidInput)?;
    let parent = find_directory(volume, path.parent().unwrap_or(Path::new("/")))?;
    Ok((parent, name.to_string_lossy().into_owned()))
}

fn find_directory(volume: &Volume, path: &Path) -> io::Result<Inode> {
    let inode = find(volume, path)?;
    if volume.is_directory(inode) { Ok(inode) } else { Err(ErrorKind::NotADirectory.into()) }
}

fn find(volume: &Volume, path: &Path) -> io::Result<Inode> {
    let mut inode = ROOT;
    for component in path.components() {
        match component {
            Component::RootDir | Component::CurDir => {}
            Component::Normal(_) if !volume.is_directory(inode) => {
                return Err(ErrorKind::NotADirectory.into());
            }
            Component::Normal(name) => {
                let names = &volume.directory(inode).live;
                inode = *names.get(&*name.to_string_lossy()).ok_or(ErrorKind::NotFound)?;
            }
            Component::ParentDir | Component::Prefix(_) => return Err(ErrorKind::InvalidInput.into()),
        }
    }
    Ok(inode)
}
