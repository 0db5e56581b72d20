//! Checkpoints as files of a directory.
//!
//! *Invariant:* a file with the name of a checkpoint is whole: it is written and synced under another name first. What
//! an interrupted write leaves is removed when the directory is opened.

use std::{
    fs::{self, DirBuilder, File},
    io::{self, BufReader, ErrorKind, Read, Seek as _, SeekFrom, Write},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use tenseven_model::Revision;

use super::{
    CheckpointInfo, header,
    reader::FrameReader,
    trailer::{self, Trailer},
    writer::FrameWriter,
};
use crate::{CheckpointError, Head};

/// Ends the name of a checkpoint.
const ENDING: &str = ".checkpoint";
/// Ends the name of one that is being written.
const UNFINISHED: &str = ".unfinished";

/// The checkpoints in a directory.
#[derive(Debug)]
pub(crate) struct CheckpointFiles {
    directory: PathBuf,
    /// Held by the one who writes.
    writing: Mutex<()>,
}

impl CheckpointFiles {
    /// The checkpoints in `directory`, which [`Self::prepare`] makes.
    pub(crate) fn at(directory: PathBuf) -> Self {
        Self { directory, writing: Mutex::new(()) }
    }

    /// Makes the directory if it is absent, and removes what was not finished in it. Returns whether it was made, so
    /// that its name has to be synced.
    pub(crate) fn prepare(&self) -> io::Result<bool> {
        let made = match DirBuilder::new().mode(0o700).create(&self.directory) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => false,
            made => made.map(|()| true)?,
        };
        for file in fs::read_dir(&self.directory)? {
            let path = file?.path();
            if path.to_string_lossy().ends_with(UNFINISHED) {
                fs::remove_file(path)?;
            }
        }
        Ok(made)
    }

    /// Those that are there, oldest first.
    pub(crate) fn list(&self) -> Result<Vec<CheckpointInfo>, CheckpointError> {
        let failed = failed("list", &self.directory);
        let mut found = Vec::new();
        for file in fs::read_dir(&self.directory).map_err(&failed)? {
            let file = file.map_err(&failed)?;
            let Some(revision) = revision(&file.path()) else { continue };
            if !file.file_type().map_err(&failed)?.is_file() {
                // Whatever it is, the store did not make it.
                continue;
            }
            match self.info(revision) {
                Ok(info) => found.push(info),
                // It was removed meanwhile.
                Err(CheckpointError::Absent(_)) => {}
                // It stands in the list so that it can be removed.
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
        let path = self.path(at.revision);
        let unfinished = path.with_added_extension(&UNFINISHED[1..]);
        let written = write_file(&unfinished, at, write).and_then(|bytes| {
            fs::rename(&unfinished, &path).map_err(failed("rename", &unfinished))?;
            let synced = File::open(&self.directory).and_then(|directory| directory.sync_all());
            synced.map_err(failed("sync", &self.directory))?;
            Ok(CheckpointInfo { head: at, bytes })
        });
        if written.is_err() {
            // What cannot be removed now is removed when the journal is opened again.
            let _ = fs::remove_file(&unfinished);
        }
        written
    }

    /// Reads one. Whether it belongs to the journal is for the caller to check.
    pub(crate) fn read(
        &self,
        revision: Revision,
    ) -> Result<(CheckpointInfo, Box<dyn Read + Send>), CheckpointError> {
        let info = self.info(revision)?;
        let path = self.path(revision);
        let file = File::open(&path).map_err(|error| missing_or(error, revision, "open", &path))?;
        let (head, reader) =
            FrameReader::start(BufReader::new(file)).map_err(|error| damaged_or(error, "read", &path))?;
        if head != info.head {
            let detail = "it was replaced while it was opened".to_owned();
            return Err(CheckpointError::Damaged { path, detail });
        }
        Ok((info, Box::new(reader)))
    }

    /// Removes one.
    pub(crate) fn remove(&self, revision: Revision) -> Result<(), CheckpointError> {
        let path = self.path(revision);
        fs::remove_file(&path).map_err(|error| missing_or(error, revision, "remove", &path))
    }

    /// What its header and trailer say.
    fn info(&self, revision: Revision) -> Result<CheckpointInfo, CheckpointError> {
        let path = self.path(revision);
        let mut file = File::open(&path).map_err(|error| missing_or(error, revision, "open", &path))?;
        let (mut header, mut trailer) = ([0; header::LENGTH], [0; trailer::LENGTH]);
        file.read_exact(&mut header)
            .and_then(|()| file.seek(SeekFrom::End(-trailer::LENGTH_SIGNED)))
            .and_then(|_| file.read_exact(&mut trailer))
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

    fn path(&self, revision: Revision) -> PathBuf {
        self.directory.join(format!("{:020}{ENDING}", revision.number()))
    }
}

/// The revision of the checkpoint with this path; none if it is not the path of one.
fn revision(path: &Path) -> Option<Revision> {
    let digits = path.file_name()?.to_str()?.strip_suffix(ENDING)?;
    let written = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    written.then(|| digits.parse().ok().map(Revision::new)).flatten()
}

fn write_file(
    path: &Path,
    at: Head,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> Result<u64, CheckpointError> {
    let file = File::create(path).map_err(failed("create", path))?;
    let mut writer = FrameWriter::start(file, at).map_err(failed("write", path))?;
    write(&mut writer).map_err(|source| CheckpointError::Content { revision: at.revision, source })?;
    let (bytes, file) = writer.finish().map_err(failed("write", path))?;
    file.sync_all().map_err(failed("sync", path))?;
    Ok(bytes)
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
        // A file that is shorter than its trailer cannot be sought in.
        ErrorKind::InvalidData | ErrorKind::UnexpectedEof | ErrorKind::InvalidInput => {
            CheckpointError::Damaged { path: path.to_owned(), detail: error.to_string() }
        }
        _ => failed(action, path)(error),
    }
}
