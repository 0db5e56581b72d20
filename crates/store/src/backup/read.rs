//! Reading a backup.

use std::{
    io::{BufReader, ErrorKind, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    BackupError,
    frames::read_frame,
    layout::{BackupHeader, END_LENGTH, FIXED_LENGTH, FORMAT, MAGIC, end},
};
use crate::{
    Head, LogPosition, Record,
    file_system::{Access, FileCursor, FileSystem},
    log::{FRAME_HEADER_LENGTH, FrameHeader, Salt},
};

/// Reads the records of a backup in order, each checked to follow the one before. After an error nothing follows; after the last
/// record the end was checked too.
#[derive(Debug)]
pub struct BackupReader {
    path: PathBuf,
    file: BufReader<FileCursor>,
    header: BackupHeader,
    last: Head,
    /// Bytes up to the end of the last whole frame.
    position: u64,
    ended: bool,
}

impl BackupReader {
    /// Opens a backup and checks its header.
    pub fn open(files: &dyn FileSystem, path: impl AsRef<Path>) -> Result<Self, BackupError> {
        let path = path.as_ref().to_owned();
        let io = |source| BackupError::Io { action: "read", path: path.clone(), source };
        let file = FileCursor::new(files.open(&path, Access::Read).map_err(io)?);
        let mut file = BufReader::with_capacity(256 * 1024, file);
        let mut fixed = [0; FIXED_LENGTH];
        match file.read_exact(&mut fixed) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Err(BackupError::Foreign(path)),
            read => read.map_err(io)?,
        }
        if fixed[..16] != *MAGIC {
            return Err(BackupError::Foreign(path));
        }
        if fixed[16] != FORMAT {
            return Err(BackupError::NewerFormat { path, found: fixed[16], known: FORMAT });
        }
        let mut bytes = fixed.to_vec();
        bytes.resize(FIXED_LENGTH + BackupHeader::rest_length(&fixed), 0);
        match file.read_exact(&mut bytes[FIXED_LENGTH..]) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Err(BackupError::Foreign(path)),
            read => read.map_err(io)?,
        }
        let Some(header) = BackupHeader::read(&bytes) else {
            let (revision, detail) = (Head::default().revision, "its header is not what was written");
            return Err(BackupError::Damaged { path, revision, detail });
        };
        let (last, position) = (header.after, bytes.len() as u64);
        Ok(Self { path, file, header, last, position, ended: false })
    }

    /// The header of the backup.
    pub fn header(&self) -> &BackupHeader {
        &self.header
    }

    /// The last record that was read.
    pub fn head(&self) -> Head {
        self.last
    }

    /// Bytes up to the end of the last record that was read.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    fn step(&mut self) -> Result<Option<Record>, BackupError> {
        let first: [u8; 4] = self.take()?;
        if first == [0; 4] {
            return self.end().map(|()| None);
        }
        let mut frame = first.to_vec();
        frame.extend_from_slice(&self.take::<{ FRAME_HEADER_LENGTH - 4 }>()?);
        let revision = self.last.revision.next();
        let header = frame.first_chunk().and_then(|bytes| FrameHeader::read(bytes, Salt::default()));
        let Some(header) = header.filter(|header| header.stamp.revision == revision) else {
            return Err(self.damaged(revision, "no frame of this revision is there"));
        };
        // Not all at once: the length is not to be trusted before the bytes are there.
        let read = self
            .file
            .by_ref()
            .take(header.frame_length() - FRAME_HEADER_LENGTH as u64)
            .read_to_end(&mut frame);
        read.map_err(|source| BackupError::Io { action: "read", path: self.path.clone(), source })?;
        if (frame.len() as u64) < header.frame_length() {
            return Err(self.unfinished());
        }
        let position = LogPosition { segment: Arc::from(self.path.as_path()), offset: self.position };
        let record = read_frame(&header, &frame.into(), position)
            .and_then(|record| Ok((record.chain(self.last.chain, self.header.horizon)?, record)));
        let (chain, record) = record?;
        self.last = Head { revision, chain };
        self.position += header.frame_length();
        Ok(Some(record))
    }

    fn end(&mut self) -> Result<(), BackupError> {
        let rest: [u8; END_LENGTH - 4] = self.take()?;
        if end(self.last)[4..] != rest {
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

    fn damaged(&self, revision: tenseven_model::Revision, detail: &'static str) -> BackupError {
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
