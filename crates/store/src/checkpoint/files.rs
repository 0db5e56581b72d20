//! Checkpoints as files of a directory.
//!
//! *Invariant:* a file with the name of a checkpoint is whole: it is written and synced under another name first. What
//! an interrupted write leaves is removed by the next write. The directory is made when the first is written.

use std::{
    io::{self, BufReader, BufWriter, ErrorKind, Read, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use tenseven_model::Revision;

use super::{
    CheckpointInfo, header,
    reader::FrameReader,
    trailer::{self, Trailer},
    writer::FrameWriter,
};
use crate::{
    CheckpointError, Head,
    file_system::{Access, FileCursor, FileSystem, read_exact_at},
};

/// Ends the name of a checkpoint.
const ENDING: &str = ".checkpoint";
/// The name of one that is being written.
const UNFINISHED: &str = "unfinished";

/// The checkpoints in a directory.
#[derive(Debug)]
pub(crate) struct CheckpointFiles {
    files: Arc<dyn FileSystem>,
    directory: PathBuf,
    /// Held by the one who writes.
    writing: Mutex<()>,
}

impl CheckpointFiles {
    /// The checkpoints in `directory`.
    pub(crate) fn at(files: Arc<dyn FileSystem>, directory: PathBuf) -> Self {
        Self { files, directory, writing: Mutex::new(()) }
    }

    /// Those that are there, oldest first.
    pub(crate) fn list(&self) -> Result<Vec<CheckpointInfo>, CheckpointError> {
        let mut found = Vec::new();
        let entries = match self.files.list(&self.directory) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(found),
            entries => entries.map_err(failed("list", &self.directory))?,
        };
        for entry in entries {
            // A directory of that name was made by somebody else.
            let Some(revision) = revision(&entry.name).filter(|_| !entry.is_directory) else { continue };
            match self.info(revision) {
                Ok(info) => found.push(info),
                // It was removed meanwhile.
                Err(CheckpointError::Absent(_)) => {}
                // It is listed so that it can be removed.
                Err(CheckpointError::Damaged { .. }) => {
                    found.push(CheckpointInfo { head: Head { revision, ..Head::default() }, bytes: 0 });
                }
                Err(error) => return Err(error),
            }
        }
        found.sort_by_key(|info| info.head.revision);
        Ok(found)
    }

    /// Writes one at `at`, durable and visible whole or not at all.
    pub(crate) fn write(
        &self,
        at: Head,
        write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<CheckpointInfo, CheckpointError> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        self.make_directory()?;
        let path = self.path(at.revision);
        let unfinished = self.directory.join(UNFINISHED);
        let written = self.write_file(&unfinished, at, write).and_then(|bytes| {
            self.files.rename(&unfinished, &path).map_err(failed("rename", &unfinished))?;
            self.files.sync_directory(&self.directory).map_err(failed("sync", &self.directory))?;
            Ok(CheckpointInfo { head: at, bytes })
        });
        if written.is_err() {
            // What cannot be removed now is removed by the next write.
            let _ = self.files.remove_file(&unfinished);
        }
        written
    }

    fn make_directory(&self) -> Result<(), CheckpointError> {
        match self.files.create_directory(&self.directory) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
            made => made.map_err(failed("make", &self.directory))?,
        }
        let above = self.directory.parent().unwrap_or(&self.directory);
        self.files.sync_directory(above).map_err(|error| {
            // One that is there counts as durable.
            let _ = self.files.remove_directory(&self.directory);
            failed("sync", above)(error)
        })
    }

    fn write_file(
        &self,
        path: &Path,
        at: Head,
        write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<u64, CheckpointError> {
        match self.files.remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed("remove", path)(error)),
            _ => {}
        }
        let file = FileCursor::new(self.files.create(path).map_err(failed("create", path))?);
        let mut writer = FrameWriter::start(BufWriter::new(file), at).map_err(failed("write", path))?;
        write(&mut writer).map_err(|source| CheckpointError::Content { revision: at.revision, source })?;
        let (bytes, file) = writer.finish().map_err(failed("write", path))?;
        let file = file.into_inner().map_err(|error| failed("write", path)(error.into_error()))?;
        file.sync().map_err(failed("sync", path))?;
        Ok(bytes)
    }

    /// Reads one. Whether it belongs to the journal is for the caller to check.
    pub(crate) fn read(
        &self,
        revision: Revision,
    ) -> Result<(CheckpointInfo, Box<dyn Read + Send>), CheckpointError> {
        let info = self.info(revision)?;
        let path = self.path(revision);
        let file = self.open(revision, &path)?;
        let (head, reader) = FrameReader::start(BufReader::new(FileCursor::new(file)))
            .map_err(|error| damaged_or(error, "read", &path))?;
        if head != info.head {
            let detail = "it was replaced while it was opened".to_owned();
            return Err(CheckpointError::Damaged { path, detail });
        }
        Ok((info, Box::new(reader)))
    }

    /// Removes one.
    pub(crate) fn remove(&self, revision: Revision) -> Result<(), CheckpointError> {
        let path = self.path(revision);
        self.files.remove_file(&path).map_err(|error| missing_or(error, revision, "remove", &path))
    }

    /// The checkpoint that its header and trailer describe.
    fn info(&self, revision: Revision) -> Result<CheckpointInfo, CheckpointError> {
        let path = self.path(revision);
        let file = self.open(revision, &path)?;
        let (mut header, mut trailer) = ([0; header::LENGTH], [0; trailer::LENGTH]);
        let end = || {
            let end = file.length()?.checked_sub(trailer::LENGTH as u64);
            end.ok_or(io::Error::from(ErrorKind::UnexpectedEof))
        };
        read_exact_at(&*file, &mut header, 0)
            .and_then(|()| read_exact_at(&*file, &mut trailer, end()?))
            .map_err(|error| damaged_or(error, "read", &path))?;
        let damaged = |detail| CheckpointError::Damaged { path: path.clone(), detail };
        let head = header::deser(&header).map_err(damaged)?;
        if head.revision != revision {
            return Err(damaged(format!("it is of revision {}", head.revision)));
        }
        let trailer = Trailer::deser(&trailer, header::seed(&header));
        let trailer = trailer.ok_or_else(|| damaged("its trailer is none".to_owned()))?;
        Ok(CheckpointInfo { head, bytes: trailer.length })
    }

    fn open(
        &self,
        revision: Revision,
        path: &Path,
    ) -> Result<Box<dyn crate::file_system::FileHandle>, CheckpointError> {
        let opened = self.files.open(path, Access::Read);
        opened.map_err(|error| missing_or(error, revision, "open", path))
    }

    fn path(&self, revision: Revision) -> PathBuf {
        self.directory.join(format!("{:020}{ENDING}", revision.number()))
    }
}

/// The revision of the checkpoint with this file name; none if it is not the name of one.
fn revision(name: &str) -> Option<Revision> {
    let digits = name.strip_suffix(ENDING)?;
    let written = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    written.then(|| digits.parse().ok().map(Revision::new)).flatten()
}

fn failed(action: &'static str, path: &Path) -> impl Fn(io::Error) -> CheckpointError {
    move |source| CheckpointError::Io { action, path: path.to_owned(), source }
}

fn missing_or(error: io::Error, revision: Revision, action: &'static str, path: &Path) -> CheckpointError {
    if error.kind() == ErrorKind::NotFound {
        CheckpointError::Absent(revision)
    } else {
        failed(action, path)(error)
    }
}

fn damaged_or(error: io::Error, action: &'static str, path: &Path) -> CheckpointError {
    match error.kind() {
        // A file that is not regular is none of ours.
        ErrorKind::InvalidData | ErrorKind::UnexpectedEof | ErrorKind::InvalidInput => {
            CheckpointError::Damaged { path: path.to_owned(), detail: error.to_string() }
        }
        _ => failed(action, path)(error),
    }
}
