//! Open files and held locks of a simulated disk, and the state that they share with it.

use std::{
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tenseven_store::file_system::{Access, DirectoryLock, FileHandle, FileLock, LockMode};

use crate::{
    faults::{Faults, Verdict},
    operation::{Change, Inode, Operation},
    volume::Volume,
};

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) volume: Volume,
    pub(crate) operations: Vec<Operation>,
    pub(crate) faults: Faults,
    pub(crate) locks: Vec<(Inode, LockMode)>,
}

impl State {
    /// Applies and records an operation, unless it is to fail or to be skipped.
    pub(crate) fn perform(&mut self, change: Change, path: &Path) -> io::Result<()> {
        let operation = Operation::new(change, path);
        match self.faults.judge(&operation) {
            Verdict::Proceed => self.record(operation),
            Verdict::Skip => {}
            Verdict::Fail(error) => {
                self.fail(operation);
                return Err(error.into());
            }
        }
        Ok(())
    }

    fn record(&mut self, operation: Operation) {
        self.volume.apply(&operation.change);
        self.operations.push(operation);
    }

    /// A failed write has written its first half; other operations that fail have changed nothing that can be read.
    fn fail(&mut self, Operation { change, path }: Operation) {
        let change = match change {
            Change::Write { file, offset, bytes } if bytes.len() > 1 => {
                Change::Write { file, offset, bytes: bytes[..bytes.len() / 2].into() }
            }
            Change::SyncFile { file } => Change::FailedSync { file },
            _ => return,
        };
        self.record(Operation { change, path });
    }
}

#[derive(Debug)]
pub(crate) struct Shared(Mutex<State>);

impl Shared {
    pub(crate) fn new(volume: Volume, faults: Faults) -> Arc<Self> {
        Arc::new(Self(Mutex::new(State { volume, operations: Vec::new(), faults, locks: Vec::new() })))
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) struct SimulatedFile {
    pub(crate) shared: Arc<Shared>,
    pub(crate) inode: Inode,
    pub(crate) path: PathBuf,
    pub(crate) access: Access,
    /// The lock that this handle holds.
    pub(crate) lock: Mutex<Option<SimulatedLock>>,
}

impl std::fmt::Debug for SimulatedFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "SimulatedFile({})", self.path.display())
    }
}

impl SimulatedFile {
    /// Performs an operation on the file under the name that it has now.
    fn perform(&self, change: Change) -> io::Result<()> {
        let mut state = self.shared.state();
        let path = state.volume.path_of(self.inode).unwrap_or_else(|| self.path.clone());
        state.perform(change, &path)
    }

    fn require_writable(&self) -> io::Result<()> {
        match self.access {
            Access::ReadWrite => Ok(()),
            Access::Read => {
                Err(io::Error::new(ErrorKind::PermissionDenied, "the file is open for reading only"))
            }
        }
    }
}

impl FileHandle for SimulatedFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let content = Arc::clone(&self.shared.state().volume.file(self.inode).live);
        Ok(content.read(buffer, offset))
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.require_writable()?;
        if bytes.is_empty() {
            return Ok(());
        }
        self.perform(Change::Write { file: self.inode, offset, bytes: bytes.into() })
    }

    fn allocate(&self, length: u64) -> io::Result<()> {
        self.require_writable()?;
        self.perform(Change::Allocate { file: self.inode, length })
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        self.require_writable()?;
        self.perform(Change::Truncate { file: self.inode, length })
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.shared.state().volume.file(self.inode).live.length())
    }

    fn sync(&self) -> io::Result<()> {
        self.perform(Change::SyncFile { file: self.inode })
    }

    fn lock(&self, path: &Path) -> io::Result<FileLock> {
        let Some(lock) = SimulatedLock::take(&self.shared, self.inode, LockMode::Exclusive) else {
            return Ok(FileLock::HeldByOther);
        };
        if self.shared.state().volume.path_of(self.inode).as_deref() != Some(path) {
            return Ok(FileLock::Renamed);
        }
        *self.lock.lock().unwrap_or_else(PoisonError::into_inner) = Some(lock);
        Ok(FileLock::Held)
    }
}

#[derive(Debug)]
pub(crate) struct SimulatedLock {
    shared: Arc<Shared>,
    inode: Inode,
    mode: LockMode,
}

impl SimulatedLock {
    /// None if another lock on the file or directory is in the way.
    pub(crate) fn take(shared: &Arc<Shared>, inode: Inode, mode: LockMode) -> Option<Self> {
        let locks = &mut shared.state().locks;
        let conflicts = |held: LockMode| held == LockMode::Exclusive || mode == LockMode::Exclusive;
        if locks.iter().any(|(locked, held)| *locked == inode && conflicts(*held)) {
            return None;
        }
        locks.push((inode, mode));
        Some(Self { shared: Arc::clone(shared), inode, mode })
    }
}

impl DirectoryLock for SimulatedLock {}

impl Drop for SimulatedLock {
    fn drop(&mut self) {
        let locks = &mut self.shared.state().locks;
        if let Some(position) = locks.iter().position(|lock| *lock == (self.inode, self.mode)) {
            locks.swap_remove(position);
        }
    }
}
