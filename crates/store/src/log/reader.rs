//! Reads a log: one record, or the position of a revision.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use tenseven_model::Revision;

use super::{
    frame::FrameHeader,
    frame_reader::{FrameReader, SINGLE},
    layout::SEGMENT_HEADER_LENGTH,
    position::{LogEnd, Position},
    salt::Salt,
    segment::Segment,
};
use crate::{Corruption, EntryFault, LogPosition, ReadError, Record};

/// The segments of a log. Any thread may read while one appends.
#[derive(Debug)]
pub(crate) struct Log {
    directory: PathBuf,
    segments: RwLock<Vec<Arc<Segment>>>,
}

impl Log {
    pub(super) fn new(directory: PathBuf, segments: Vec<Arc<Segment>>) -> Self {
        Self { directory, segments: RwLock::new(segments) }
    }

    /// The directory of its segments.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// A segment by its number, from 1.
    pub(crate) fn segment(&self, number: u64) -> Option<Arc<Segment>> {
        let position = usize::try_from(number.checked_sub(1)?).ok()?;
        self.segments.read().unwrap_or_else(PoisonError::into_inner).get(position).cloned()
    }

    /// The salt of the first segment, which no other log has.
    pub(crate) fn salt(&self) -> Salt {
        self.segment(1).map(|segment| segment.header.salt).unwrap_or_default()
    }

    /// Where the log ends, for a message.
    pub(crate) fn position_of_end(&self, end: LogEnd) -> LogPosition {
        let segment = self.segment(end.segment).map(|segment| Arc::clone(&segment.path));
        LogPosition {
            segment: segment.unwrap_or_else(|| self.directory.as_path().into()),
            offset: end.offset,
        }
    }

    pub(super) fn add(&self, segment: Arc<Segment>) {
        self.segments.write().unwrap_or_else(PoisonError::into_inner).push(segment);
    }

    /// Where the frames of a segment end, in a log that ends at `end`; none after its last segment.
    pub(crate) fn end_of(&self, number: u64, end: LogEnd) -> Option<u64> {
        if number >= end.segment {
            return (number == end.segment).then_some(end.offset);
        }
        self.segment(number + 1).map(|next| next.header.previous_end)
    }

    /// The start of the segment that a revision is in.
    pub(crate) fn segment_start(&self, revision: Revision) -> Position {
        let segments = self.segments.read().unwrap_or_else(PoisonError::into_inner);
        let after = segments.partition_point(|segment| segment.header.after.revision < revision);
        // An empty segment has the same first revision as the one after it, which is the one that holds the revision.
        let segment = segments.get(after.saturating_sub(1));
        let first = segment.map_or(Revision::ZERO, |segment| segment.header.after.revision).next();
        Position { revision: first, segment: after.max(1) as u64, offset: SEGMENT_HEADER_LENGTH }
    }

    /// The position and the header of a revision, searched from a position at or before it in the same segment.
    pub(crate) fn find(
        &self,
        from: Position,
        revision: Revision,
    ) -> Result<(Position, FrameHeader), ReadError> {
        let Some(segment) = self.segment(from.segment) else { return Err(self.missing(revision, from)) };
        let mut reader = FrameReader::new(segment, SINGLE);
        let mut position = from;
        loop {
            let header = reader.header(position.offset);
            let header = header.map_err(|source| storage(&reader, position.offset, revision, source))?;
            let Some(header) = header else {
                return Err(corrupt(&reader, position.offset, revision, EntryFault::Header));
            };
            let found = header.stamp.revision;
            if found == revision {
                return Ok((Position { revision, ..position }, header));
            }
            if found != position.revision || found > revision {
                return Err(corrupt(&reader, position.offset, revision, EntryFault::Misplaced(found)));
            }
            position.revision = found.next();
            position.offset += header.frame_length();
        }
    }

    /// The record at a position.
    pub(crate) fn record(&self, position: Position) -> Result<Record, ReadError> {
        let revision = position.revision;
        let Some(segment) = self.segment(position.segment) else {
            return Err(self.missing(revision, position));
        };
        read_record(&mut FrameReader::new(segment, SINGLE), position).map(|(record, _)| record)
    }

    pub(super) fn missing(&self, revision: Revision, position: Position) -> ReadError {
        let path = self.directory.join(super::layout::segment_name(position.segment));
        let position = LogPosition { segment: path.into(), offset: position.offset };
        ReadError::Corrupt(Corruption { revision, position, fault: EntryFault::MissingSegment })
    }
}

/// The record at a position of the reader's segment, and the length of its frame.
pub(super) fn read_record(
    reader: &mut FrameReader,
    position: Position,
) -> Result<(Record, FrameHeader), ReadError> {
    let Position { revision, offset, .. } = position;
    let frame = reader.frame(offset).map_err(|source| storage(reader, offset, revision, source))?;
    let frame = frame.map_err(|fault| corrupt(reader, offset, revision, fault))?;
    let header = frame.header;
    if header.stamp.revision != revision {
        return Err(corrupt(reader, offset, revision, EntryFault::Misplaced(header.stamp.revision)));
    }
    let body = frame.record().map_err(|fault| corrupt(reader, offset, revision, fault))?;
    Ok((Record::new(header.stamp, header.tag, body, reader.position(offset)), header))
}

/// The header of the frame at a position of the reader's segment, whose content is not looked at.
pub(super) fn read_header(reader: &mut FrameReader, position: Position) -> Result<FrameHeader, ReadError> {
    let Position { revision, offset, .. } = position;
    let header = reader.header(offset).map_err(|source| storage(reader, offset, revision, source))?;
    let header = header.ok_or_else(|| corrupt(reader, offset, revision, EntryFault::Header))?;
    if header.stamp.revision != revision {
        return Err(corrupt(reader, offset, revision, EntryFault::Misplaced(header.stamp.revision)));
    }
    Ok(header)
}

pub(super) fn storage(reader: &FrameReader, offset: u64, revision: Revision, source: io::Error) -> ReadError {
    ReadError::Storage { revision, position: reader.position(offset), source }
}

pub(super) fn corrupt(reader: &FrameReader, offset: u64, revision: Revision, fault: EntryFault) -> ReadError {
    ReadError::Corrupt(Corruption { revision, position: reader.position(offset), fault })
}
