//! The operating system's files, of which a test lets some operations fail.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use crate::file_system::{
    Access, DirectoryEntry, DirectoryLock, DiskFileSystem, FileHandle, FileLock, FileSystem, LockMode,
};

/// Called before each operation that changes something, with its name and path.
type Ask = Box<dyn FnMut(&'static str, &Path) -> io::Result<()> + Send>;

/// The operating system's files; a test can make each change fail.
#[derive(Clone)]
pub(crate) struct TestFiles(Arc<Mutex<Ask>>);

impl TestFiles {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Box::new(|_, _| Ok(())))))
    }

    /// Calls `ask` from now on.
    pub(crate) fn ask(&self, ask: impl FnMut(&'static str, &Path) -> io::Result<()> + Send + 'static) {
        *self.0.lock().unwrap() = Box::new(ask);
    }

    /// Lets the operation fail on paths that end so.
    pub(crate) fn fail(&self, operation: &'static str, ending: &'static str, kind: io::ErrorKind) {
        self.ask(move |asked, path| {
            let fails = asked == operation && path.to_string_lossy().ends_with(ending);
            if fails { Err(kind.into()) } else { Ok(()) }
        });
    }

    /// Lets everything succeed again.
    pub(crate) fn mend(&self) {
        self.ask(|_, _| Ok(()));
    }

    fn check(&self, operation: &'static str, path: &Path) -> io::Result<()> {
        (self.0.lock().unwrap())(operation, path)
    }
}

impl std::fmt::Debug for TestFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestFiles").finish_non_exhaustive()
    }
}

impl FileSystem for TestFiles {
    fn create(&self, path: &Path) -> io::Result<Box<dyn FileHandle>> {
        self.check("create", path)?;
        let file = DiskFileSystem.create(path)?;
        Ok(Box::new(TestFile { file, path: path.to_owned(), files: self.clone() }))
    }

    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn FileHandle>> {
        let file = DiskFileSystem.open(path, access)?;
        Ok(Box::new(TestFile { file, path: path.to_owned(), files: self.clone() }))
    }

    fn create_directory(&self, path: &Path) -> io::Result<()> {
        self.check("create_directory", path)?;
        DiskFileSystem.create_directory(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<DirectoryEntry>> {
        DiskFileSystem.list(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.check("rename", to)?;
        DiskFileSystem.rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.check("remove_file", path)?;
        DiskFileSystem.remove_file(path)
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        self.check("remove_directory", path)?;
        DiskFileSystem.remove_directory(path)
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        self.check("sync_directory", path)?;
        DiskFileSystem.sync_directory(path)
    }

    fn lock(&self, path: &Path, mode: LockMode) -> io::Result<Option<Box<dyn DirectoryLock>>> {
        DiskFileSystem.lock(path, mode)
    }
}

#[derive(Debug)]
struct TestFile {
    file: Box<dyn FileHandle>,
    path: PathBuf,
    files: TestFiles,
}

impl FileHandle for TestFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        if let Err(error) = self.files.check("write", &self.path) {
            // A write that fails may have written some whole sectors.
            let written_to = (offset + bytes.len() as u64 / 2) / 512 * 512;
            let count = usize::try_from(written_to.saturating_sub(offset)).unwrap();
            self.file.write_all_at(&bytes[..count], offset)?;
            return Err(error);
        }
        self.file.write_all_at(bytes, offset)
    }

    fn allocate(&self, length: u64) -> io::Result<()> {
        self.files.check("allocate", &self.path)?;
        self.file.allocate(length)
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        self.files.check("truncate", &self.path)?;
        self.file.truncate(length)
    }

    fn length(&self) -> io::Result<u64> {
        self.file.length()
    }

    fn sync(&self) -> io::Result<()> {
        self.files.check("sync", &self.path)?;
        self.file.sync()
    }

    fn lock(&self, path: &Path) -> io::Result<FileLock> {
        self.file.lock(path)
    }
}
