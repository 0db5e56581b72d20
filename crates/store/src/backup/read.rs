//! Reading a backup.

use std::{
    fs::File,
    io::{BufReader, ErrorKind, Read as _},
    path::{Path, PathBuf},
};

use bytes::Bytes;
use tenseven_model::Revision;

use super::{
    BackupError,
    layout::{self, END_LENGTH, FORMAT, FRAME_LENGTH, HEADER_LENGTH, MAGIC},
};
use crate::{
    ENTRY_LENGTH_MAX, EntryFault, Head, Record,
    record::{self, Link},
};

/// Reads the records of a backup in order, each checked. After an error nothing follows; after the last record the
/// end was checked too.
#[derive(Debug)]
pub struct BackupReader {
    path: PathBuf,
    file: BufReader<File>,
    horizon: Revision,
    last: Head,
    /// Bytes up to behind the last whole record.
    position: u64,
    ended: bool,
}

impl BackupReader {
    /// Opens a backup and checks its beginning.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, BackupError> {
        let path = path.as_ref().to_owned();
        let io = |source| BackupError::Io { action: "read", path: path.clone(), source };
        let mut file = BufReader::with_capacity(256 * 1024, File::open(&path).map_err(io)?);
        let mut header = [0; HEADER_LENGTH];
        match file.read_exact(&mut header) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Err(BackupError::Foreign(path)),
            read => read.map_err(io)?,
        }
        if header[..16] != *MAGIC {
            return Err(BackupError::Foreign(path));
        }
        if header[16] != FORMAT {
            return Err(BackupError::NewerFormat { path, found: header[16], known: FORMAT });
        }
        let Some(horizon) = layout::horizon(&header) else {
            let (revision, detail) = (Revision::ZERO, "its beginning is not what was written");
            return Err(BackupError::Damaged { path, revision, detail });
        };
        let position = HEADER_LENGTH as u64;
        Ok(Self { path, file, horizon, last: Head::default(), position, ended: false })
    }

    /// Versions superseded up to here were given up before the backup was made.
    pub fn horizon(&self) -> Revision {
        self.horizon
    }

    /// The last record that was read.
    pub fn head(&self) -> Head {
        self.last
    }

    /// Bytes up to behind the last record that was read.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    fn step(&mut self) -> Result<Option<Record>, BackupError> {
        let revision = self.last.revision.next();
        let length = u32::from_be_bytes(self.take()?);
        if length == 0 {
            return self.end().map(|()| None);
        }
        let checksum = u32::from_be_bytes(self.take()?);
        if length as usize > ENTRY_LENGTH_MAX {
            return Err(self.damaged(revision, "a record is longer than any"));
        }
        // Not all at once: the length is not to be trusted before the bytes are there.
        let mut bytes = Vec::new();
        let read = self.file.by_ref().take(u64::from(length)).read_to_end(&mut bytes);
        read.map_err(|source| BackupError::Io { action: "read", path: self.path.clone(), source })?;
        if bytes.len() < length as usize {
            return Err(self.unfinished());
        }
        if layout::checksum(revision, &bytes) != checksum {
            return Err(self.damaged(revision, "its bytes are not those that were written"));
        }
        let link = self.check(revision, &bytes)?;
        self.last = Head { revision, chain: link.chain(&bytes) };
        self.position += (FRAME_LENGTH + bytes.len()) as u64;
        Ok(Some(Record { revision, chain: self.last.chain, bytes }))
    }

    fn check(&self, revision: Revision, bytes: &[u8]) -> Result<Link, BackupError> {
        let fault = |fault| BackupError::Record { path: self.path.clone(), revision, fault: Box::new(fault) };
        let (_, link) = record::decode(revision, Bytes::copy_from_slice(bytes)).map_err(fault)?;
        if link.compacted_from.is_some() && revision > self.horizon {
            return Err(fault(EntryFault::Compacted { horizon: self.horizon }));
        }
        if link.previous != self.last.chain {
            return Err(fault(EntryFault::Link { expected: self.last.chain, found: link.previous }));
        }
        Ok(link)
    }

    fn end(&mut self) -> Result<(), BackupError> {
        let end = self.take::<END_LENGTH>()?;
        if layout::head(&end) != Some(self.last) {
            return Err(self.damaged(self.last.revision, "its end is not what was written"));
        }
        let mut more = [0];
        match self.file.read(&mut more) {
            Ok(0) => Ok(()),
            Ok(_) => Err(self.damaged(self.last.revision, "something follows its end")),
            Err(source) => Err(BackupError::Io { action: "read", path: self.path.clone(), source }),
        }
    }

    fn take<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], BackupError> {
        let mut bytes = [0; LENGTH];
        match self.file.read_exact(&mut bytes) {
            Ok(()) => Ok(bytes),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(self.unfinished()),
            Err(source) => Err(BackupError::Io { action: "read", path: self.path.clone(), source }),
        }
    }

    fn unfinished(&self) -> BackupError {
        BackupError::Unfinished { path: self.path.clone(), last: self.last.revision }
    }

    fn damaged(&self, revision: Revision, detail: &'static str) -> BackupError {
        BackupError::Damaged { path: self.path.clone(), revision, detail }
    }
}

impl Iterator for BackupReader {
    type Item = Result<Record, BackupError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let record = self.step().transpose();
        self.ended = !matches!(record, Some(Ok(_)));
        record
    }
}
