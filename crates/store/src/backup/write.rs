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
    file_system::{Access, FileCursor, FileSystem},
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
        match files.open(&path, Access::Read) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) if error.kind() != ErrorKind::InvalidInput => {
                return Err(failed("look at", &path, error));
            }
            _ => return Err(BackupError::Exists(path)),
        }
        let partial = path.with_added_extension("partial");
        let (file, head) = match continued(&*files, &partial, &header)? {
            Some(continued) => continued,
            None => started(&*files, &partial, &header)?,
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
        self.files.rename(partial, path).map_err(|source| failed("rename", partial, source))?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        self.files.sync_directory(folder).map_err(|source| failed("sync", folder, source))?;
        Ok(self.head)
    }
}

/// A backup of which the header is written.
fn started(
    files: &dyn FileSystem,
    partial: &Path,
    header: &BackupHeader,
) -> Result<(FileCursor, Head), BackupError> {
    match files.remove_file(partial) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed("remove", partial, error)),
        _ => {}
    }
    let mut file = FileCursor::new(files.create(partial).map_err(|source| failed("make", partial, source))?);
    file.write_all(&header.bytes()).map_err(|source| failed("write", partial, source))?;
    Ok((file, header.after))
}

/// A backup that was cut short, ready to be written after its last whole record; none if there is none with this header.
fn continued(
    files: &dyn FileSystem,
    partial: &Path,
    header: &BackupHeader,
) -> Result<Option<(FileCursor, Head)>, BackupError> {
    let mut reader = match BackupReader::open(files, partial) {
        Ok(reader) if reader.header() == header => reader,
        Err(error @ BackupError::Io { .. }) if !is_absent(&error) => return Err(error),
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
    let (position, head) = (reader.position(), reader.head());
    drop(reader);
    let file = files.open(partial, Access::ReadWrite).map_err(|source| failed("write", partial, source))?;
    file.truncate(position).map_err(|source| failed("write", partial, source))?;
    Ok(Some((FileCursor::at(file, position), head)))
}

fn is_absent(error: &BackupError) -> bool {
    matches!(error, BackupError::Io { source, .. } if source.kind() == ErrorKind::NotFound)
}

fn failed(action: &'static str, path: &Path, source: io::Error) -> BackupError {
    BackupError::Io { action, path: path.to_owned(), source }
}
