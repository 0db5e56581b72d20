//! Writing a backup.
//!
//! *Invariant:* the file has its name only once it is whole and durable. Each record is checked to follow the one before it.

use std::{
    io::{self, BufWriter, ErrorKind, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{BackupError, BackupHeader, BackupReader, frames::write_frame, layout};
use crate::{
    Head, Record,
    file_system::{Access, FileCursor, FileHandle, FileLock, FileSystem},
};

/// Writes the records of a backup.
#[derive(Debug)]
pub struct BackupWriter {
    files: Arc<dyn FileSystem>,
    path: PathBuf,
    partial: PathBuf,
    file: BufWriter<FileCursor>,
    header: BackupHeader,
    head: Head,
    frame: Vec<u8>,
}

impl BackupWriter {
    /// Starts the backup `path`, or continues one that was cut short. Fails if the backup is there already.
    pub fn open(
        files: Arc<dyn FileSystem>,
        path: impl AsRef<Path>,
        header: BackupHeader,
    ) -> Result<Self, BackupError> {
        let path = path.as_ref().to_owned();
        refuse_if_there(&*files, &path)?;
        let partial = path.with_added_extension("partial");
        let locked = locked(&*files, &partial)?;
        // The previous holder of the lock may have finished it.
        refuse_if_there(&*files, &path)?;
        let (file, head) = match continued(&*files, &partial, &header)? {
            Some((position, head)) => {
                locked.truncate(position).map_err(|source| failed("write", &partial, source))?;
                (FileCursor::at(locked, position), head)
            }
            None => (started(&*files, &partial, &header)?, header.after),
        };
        Ok(Self { files, path, partial, file: BufWriter::new(file), header, head, frame: Vec::new() })
    }

    /// The last record that it has.
    pub fn head(&self) -> Head {
        self.head
    }

    /// What it was started with.
    pub fn header(&self) -> &BackupHeader {
        &self.header
    }

    /// Adds the next record, which is checked to follow the last one.
    pub fn add(&mut self, record: &Record) -> Result<(), BackupError> {
        let chain = record.chain(self.head.chain, self.header.horizon)?;
        self.frame.clear();
        write_frame(&mut self.frame, record);
        self.file.write_all(&self.frame).map_err(|source| failed("write", &self.partial, source))?;
        self.head = Head { revision: record.revision(), chain };
        Ok(())
    }

    /// Ends the backup, makes it durable, and gives it its name.
    pub fn finish(mut self) -> Result<Head, BackupError> {
        let written = self.file.write_all(&layout::end(self.head)).and_then(|()| self.file.flush());
        written.map_err(|source| failed("write", &self.partial, source))?;
        if let Err(source) = self.file.get_ref().sync() {
            // The system may take the bytes for written now, and no later sync writes them: it cannot be continued.
            let _ = self.files.remove_file(&self.partial);
            return Err(failed("sync", &self.partial, source));
        }
        let (partial, path) = (&self.partial, &self.path);
        // Somebody may have given the name to another file since the start.
        refuse_if_there(&*self.files, path)?;
        self.files.rename(partial, path).map_err(|source| failed("rename", partial, source))?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        self.files.sync_directory(folder).map_err(|source| failed("sync", folder, source))?;
        Ok(self.head)
    }
}

/// Fails if something has the name of the backup.
fn refuse_if_there(files: &dyn FileSystem, path: &Path) -> Result<(), BackupError> {
    match files.open(path, Access::Read) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() != ErrorKind::InvalidInput => Err(failed("look at", path, error)),
        _ => Err(BackupError::Exists(path.to_owned())),
    }
}

/// How often a name is looked at again that others change meanwhile.
const ATTEMPTS_MAX: usize = 16;

/// The unfinished backup, made if there is none, that nobody else writes.
fn locked(files: &dyn FileSystem, partial: &Path) -> Result<Box<dyn FileHandle>, BackupError> {
    for _ in 0..ATTEMPTS_MAX {
        let opened = match files.open(partial, Access::ReadWrite) {
            Err(error) if error.kind() == ErrorKind::NotFound => files.create(partial),
            opened => opened,
        };
        let file = match opened {
            // Somebody else made it in between.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
            opened => opened.map_err(|source| failed("make", partial, source))?,
        };
        match file.lock(partial).map_err(|source| failed("lock", partial, source))? {
            FileLock::Held => return Ok(file),
            FileLock::HeldByOther => return Err(BackupError::InUse(partial.to_owned())),
            FileLock::Renamed => {}
        }
    }
    // Such as a link to nothing.
    Err(failed("make", partial, ErrorKind::AlreadyExists.into()))
}

/// A new file in the place of the one that is locked, so that nothing of that is left in it, with the header.
fn started(files: &dyn FileSystem, partial: &Path, header: &BackupHeader) -> Result<FileCursor, BackupError> {
    files.remove_file(partial).map_err(|source| failed("remove", partial, source))?;
    let file = locked(files, partial)?;
    if file.length().map_err(|source| failed("look at", partial, source))? > 0 {
        return Err(BackupError::InUse(partial.to_owned()));
    }
    let mut file = FileCursor::new(file);
    file.write_all(&header.bytes()).map_err(|source| failed("write", partial, source))?;
    Ok(file)
}

/// Where the last whole record of a backup that was cut short ends, and which that is; none if it has not this header.
fn continued(
    files: &dyn FileSystem,
    partial: &Path,
    header: &BackupHeader,
) -> Result<Option<(u64, Head)>, BackupError> {
    let mut reader = match BackupReader::open(files, partial) {
        Ok(reader) if reader.header() == header => reader,
        Err(error @ BackupError::Io { .. }) => return Err(error),
        // Its header was not written whole, or the journal was compacted or restored since: it starts again.
        Ok(_) | Err(_) => return Ok(None),
    };
    for record in reader.by_ref() {
        match record {
            Ok(_) => {}
            Err(error @ BackupError::Io { .. }) => return Err(error),
            // What follows the last whole record is written again.
            Err(_) => break,
        }
    }
    Ok(Some((reader.position(), reader.head())))
}

fn failed(action: &'static str, path: &Path, source: io::Error) -> BackupError {
    BackupError::Io { action, path: path.to_owned(), source }
}
