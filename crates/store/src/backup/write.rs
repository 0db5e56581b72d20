//! Writing a backup.
//!
//! *Invariant:* the file has its name only once it is whole and durable; until then `.partial` stands behind the name,
//! and what is there is taken up again.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Seek as _, SeekFrom, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use tenseven_model::Revision;

use super::{BackupError, BackupReader, layout};
use crate::{Head, Record};

/// Writes the records of a backup.
#[derive(Debug)]
pub struct BackupWriter {
    path: PathBuf,
    partial: PathBuf,
    file: BufWriter<File>,
    horizon: Revision,
    head: Head,
}

impl BackupWriter {
    /// Starts the backup `path` of a journal with this horizon, or takes one up that was cut short. Fails if the backup is
    /// there already.
    pub fn open(path: impl AsRef<Path>, horizon: Revision) -> Result<Self, BackupError> {
        let path = path.as_ref().to_owned();
        if path.exists() {
            return Err(BackupError::Exists(path));
        }
        let mut name = path.as_os_str().to_owned();
        name.push(".partial");
        let partial = PathBuf::from(name);
        let (file, head) = match taken_up(&partial, horizon)? {
            Some(taken_up) => taken_up,
            None => (started(&partial, horizon)?, Head::default()),
        };
        Ok(Self { path, partial, file: BufWriter::new(file), horizon, head })
    }

    /// The last record that it has.
    pub fn head(&self) -> Head {
        self.head
    }

    /// The horizon that it was started with.
    pub fn horizon(&self) -> Revision {
        self.horizon
    }

    /// Adds the next record. The caller has checked that it follows the head; a reader will.
    pub fn add(&mut self, record: &Record) -> Result<(), BackupError> {
        let Record { revision, chain, bytes } = record;
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let written = self
            .file
            .write_all(&length.to_be_bytes())
            .and_then(|()| self.file.write_all(&layout::checksum(*revision, bytes).to_be_bytes()))
            .and_then(|()| self.file.write_all(bytes));
        written.map_err(|source| failed("write", &self.partial, source))?;
        self.head = Head { revision: *revision, chain: *chain };
        Ok(())
    }

    /// Ends the backup, makes it durable, and gives it its name.
    pub fn finish(mut self) -> Result<Head, BackupError> {
        let written = self.file.write_all(&layout::end(self.head)).and_then(|()| self.file.flush());
        let synced = written.and_then(|()| self.file.get_ref().sync_all());
        synced.map_err(|source| failed("write", &self.partial, source))?;
        let (partial, path) = (&self.partial, &self.path);
        fs::rename(partial, path).map_err(|source| failed("rename", partial, source))?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let synced = File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(|source| failed("sync", folder, source))?;
        Ok(self.head)
    }
}

/// A backup of which the beginning is written.
fn started(partial: &Path, horizon: Revision) -> Result<File, BackupError> {
    let mut options = OpenOptions::new();
    let made = options.write(true).create(true).truncate(true).mode(0o600).open(partial);
    let mut file = made.map_err(|source| failed("make", partial, source))?;
    file.write_all(&layout::header(horizon)).map_err(|source| failed("write", partial, source))?;
    Ok(file)
}

/// A backup that was cut short, ready to be written behind its last whole record; none if there is none that goes
/// with the journal.
fn taken_up(partial: &Path, horizon: Revision) -> Result<Option<(File, Head)>, BackupError> {
    let mut reader = match BackupReader::open(partial) {
        Ok(reader) if reader.horizon() == horizon => reader,
        Err(error @ BackupError::Io { .. }) if !is_absent(&error) => return Err(error),
        // Its beginning was not written whole, or the journal was compacted since: it starts anew.
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
    let io = |source| failed("write", partial, source);
    let mut file = OpenOptions::new().write(true).open(partial).map_err(io)?;
    file.set_len(position).map_err(io)?;
    file.seek(SeekFrom::Start(position)).map_err(io)?;
    Ok(Some((file, head)))
}

fn is_absent(error: &BackupError) -> bool {
    matches!(error, BackupError::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
}

fn failed(action: &'static str, path: &Path, source: io::Error) -> BackupError {
    BackupError::Io { action, path: path.to_owned(), source }
}
